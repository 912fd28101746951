"""Bytes of a unit, decompressed in bounded pieces, with every kind of damage told apart.

The usual readers stop without a word at the end of a truncated ``.zst``; here its frames are walked to see
that they are whole. A compressed file that grows out of proportion is given up.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from corpus_builder.config import Limits
from corpus_builder.readers.units import STDIN, Unit

#: A plain file is read in pieces that stay in the processor's cache until they are worked through.
_PLAIN_PIECE = 1 << 17
_PIECE = 1 << 20
#: Up to here a compressed file may grow by any factor, beyond it by at most `_RATIO`.
_FREE_BYTES = 256 << 20
_RATIO = 200
_FRAME = b"\x28\xb5\x2f\xfd"


class DamagedError(Exception):
    """A file that cannot be read on: the problem's code and what was seen."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def pieces(unit: Unit, limits: Limits) -> Iterator[bytes]:
    """The unit's bytes, decompressed, piece by piece. `DamagedError` after the last piece that could be
    read.
    """
    try:
        if unit.path == STDIN:
            yield from _decompressed(sys.stdin.buffer, unit.compression, limits)
            return
        with unit.path.open("rb") as stream:
            if unit.compression == "none":
                stream.seek(unit.byte_start)
                yield from _range(stream, unit.byte_end - unit.byte_start)
            else:
                yield from _decompressed(stream, unit.compression, limits)
    except OSError as error:
        raise DamagedError("file-unreadable", error.strerror or str(error)) from None


def whole(unit: Unit, limits: Limits, most: int, code: str) -> bytes:
    """All bytes of a unit; `DamagedError` with ``code`` if they are more than ``most``."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces(unit, limits):
        parts.append(piece)
        size += len(piece)
        if size > most:
            packed = unit.byte_end if unit.compression != "none" else 0
            if packed and size > 100 * packed:
                raise DamagedError("archive-bomb", f"{packed} bytes unpack to more than {size}")
            raise DamagedError(code, f"It is longer than {most} bytes")
    return b"".join(parts)


def head(path: Path, compression: str, size: int) -> bytes:
    """The first bytes of a file, decompressed; fewer than ``size`` if it is short or damaged."""
    with path.open("rb") as stream:
        return decompressed_head(stream.read(size), compression)


def decompressed_head(data: bytes, compression: str) -> bytes:
    """What the first bytes of a compressed file unpack to, as far as they reach."""
    try:
        if compression == "gz":
            return zlib.decompressobj(wbits=31).decompress(data, _PIECE)
        if compression == "zst":
            return zstandard.ZstdDecompressor().stream_reader(data).read(_PIECE)
    except (zlib.error, zstandard.ZstdError):
        return b""
    return data


def _range(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(min(_PLAIN_PIECE, size))):
        size -= len(piece)
        yield piece
    if size > 0:
        raise DamagedError("file-unreadable", "The file became shorter while it was read")


def _decompressed(stream: BinaryIO, compression: str, limits: Limits) -> Iterator[bytes]:
    if compression == "none":
        while piece := stream.read(_PIECE):
            yield piece
        return
    if not stream.seekable():
        stream = io.BytesIO(stream.read(limits.file_bytes + 1))
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if packed == 0:
        raise DamagedError("archive-truncated", "The compressed file is empty")
    allowed = min(limits.file_bytes, max(_FREE_BYTES, _RATIO * packed))
    produced = 0
    for piece in _gunzipped(stream) if compression == "gz" else _unzstd(stream):
        produced += len(piece)
        if produced > allowed:
            raise DamagedError("archive-bomb", f"{packed} bytes unpack to more than {allowed}")
        yield piece


def _gunzipped(stream: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream) as unpacked:
        try:
            # read1 gives what one step unpacked, so that nothing is lost when the next step fails.
            while piece := unpacked.read1(_PIECE):
                yield piece
        except EOFError:
            raise DamagedError("archive-truncated", "The gzip stream has no end") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DamagedError("archive-damaged", f"The gzip stream is damaged: {error}") from None


def _unzstd(stream: BinaryIO) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False)
    try:
        while piece := reader.read1(_PIECE):
            yield piece
    except zstandard.ZstdError as error:
        fault = _frame_fault(stream)
        raise fault or DamagedError("archive-damaged", f"The Zstandard stream is damaged: {error}") from None
    if fault := _frame_fault(stream):
        raise fault


def _frame_fault(stream: BinaryIO) -> DamagedError | None:
    """Walk frames and blocks (RFC 8878, section 3.1) without unpacking them; what is wrong with them, if
    anything.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    position = 0
    while position < size:
        stream.seek(position)
        start = stream.read(18)
        magic = start[:4]
        if len(magic) < 4 and (_FRAME.startswith(magic) or position == 0):
            return DamagedError("archive-truncated", "The last Zstandard frame is cut off")
        if 0x50 <= magic[0] <= 0x5F and magic[1:] == b"\x2a\x4d\x18":
            position += 8 + int.from_bytes(start[4:8], "little")
        elif magic == _FRAME:
            position = _frame_end(stream, position, start)
        else:
            return DamagedError("archive-damaged", f"Bytes that are no Zstandard frame follow at {position}")
        if position > size:
            return DamagedError("archive-truncated", "The last Zstandard frame is cut off")
    return None


def _frame_end(stream: BinaryIO, position: int, start: bytes) -> int:
    """The offset after the frame at ``position``, beyond the file's end if the frame is cut off."""
    if len(start) < 5:
        return position + 18
    descriptor = start[4]
    single, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
    content_size = (single, 2, 4, 8)[descriptor >> 6]
    position += 5 + (1 - single) + (0, 1, 2, 4)[descriptor & 3] + content_size
    while True:
        stream.seek(position)
        header = stream.read(3)
        if len(header) < 3:
            return position + 3
        block = int.from_bytes(header, "little")
        position += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if block & 1:
            return position + 4 * checksum
