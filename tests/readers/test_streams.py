from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
import zstandard

from corpus_builder.config import Limits
from corpus_builder.readers.streams import DamagedError, decompressed_head, pieces, whole
from corpus_builder.readers.units import Unit

CONTENT = "".join(f'{{"id": "a-{n}", "text": "نص رقم {n * n}"}}\n' for n in range(12)).encode()


def unit_of(path: Path, compression: str) -> Unit:
    return Unit(path, path.name, "jsonl", compression, 0, path.stat().st_size)


def zst(data: bytes, *, checksum: bool = True, size: bool = True) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=checksum, write_content_size=size).compress(data)


def streamed(data: bytes) -> bytes:
    """A frame of several blocks without a content size, as a pipe writes it."""
    target = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(target, closefd=False) as writer:
        for start in range(0, len(data), 100):
            writer.write(data[start : start + 100])
            writer.flush(zstandard.FLUSH_BLOCK)
    return target.getvalue()


SKIPPABLE = b"\x53\x2a\x4d\x18\x05\x00\x00\x00notes"
WHOLE = {
    "gz": gzip.compress(CONTENT, mtime=0),
    "gz-members": gzip.compress(CONTENT[:99], mtime=0) + gzip.compress(CONTENT[99:], mtime=0),
    "zst": zst(CONTENT),
    "zst-bare": zst(CONTENT, checksum=False, size=False),
    "zst-frames": zst(CONTENT[:99]) + SKIPPABLE + zst(CONTENT[99:], checksum=False),
    "zst-streamed": streamed(CONTENT),
    "zst-run": zst(b"\n" * 500_000),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_files_are_read_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(WHOLE[name])
    expected = b"\n" * 500_000 if name == "zst-run" else CONTENT
    assert b"".join(pieces(unit_of(path, name.partition("-")[0]), Limits())) == expected


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_at_any_byte_is_noticed(name: str, tmp_path: Path) -> None:
    """A cut between members or frames leaves a whole file; every other one is damage."""
    data = WHOLE[name]
    seams = {
        "gz-members": {len(gzip.compress(CONTENT[:99], mtime=0))},
        "zst-frames": {len(zst(CONTENT[:99])), len(zst(CONTENT[:99])) + len(SKIPPABLE)},
    }.get(name, set())
    path = tmp_path / "file"
    for cut in range(len(data)):
        path.write_bytes(data[:cut])
        unit = unit_of(path, name.partition("-")[0])
        if cut in seams:
            assert CONTENT.startswith(b"".join(pieces(unit, Limits())))
            continue
        read = b""
        with pytest.raises(DamagedError) as damaged:  # noqa: PT012 (what came before the damage counts)
            for piece in pieces(unit, Limits()):
                read += piece
        assert damaged.value.code in ("archive-truncated", "archive-damaged"), cut
        assert read == b"\n" * len(read) or CONTENT.startswith(read)


@pytest.mark.parametrize("name", WHOLE)
def test_bytes_after_the_end_are_noticed(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(WHOLE[name] + b"garbage")
    with pytest.raises(DamagedError) as damaged:
        list(pieces(unit_of(path, name.partition("-")[0]), Limits()))
    assert damaged.value.code == "archive-damaged"


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_a_flipped_bit_is_noticed(compression: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    data = bytearray(WHOLE[compression])
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError) as damaged:
        list(pieces(unit_of(path, compression), Limits()))
    assert damaged.value.code == "archive-damaged"


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_bombs_are_given_up(compression: str, tmp_path: Path) -> None:
    zeros = b"0" * 5_000_000
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(zeros) if compression == "gz" else zst(zeros))
    unit = unit_of(path, compression)
    with pytest.raises(DamagedError) as damaged:
        list(pieces(unit, Limits(file_bytes=1_000_000)))
    assert damaged.value.code == "archive-bomb"
    with pytest.raises(DamagedError) as damaged:
        whole(unit, Limits(), 1_000_000, "article-too-large")
    assert damaged.value.code == "archive-bomb"
    assert len(whole(unit, Limits(), 5_000_000, "article-too-large")) == 5_000_000


def test_a_range_gives_its_own_bytes_and_a_shrunken_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert b"".join(pieces(Unit(path, "file", "jsonl", "none", 10, 50), Limits())) == CONTENT[10:50]
    with pytest.raises(DamagedError) as damaged:
        list(pieces(Unit(path, "file", "jsonl", "none", 0, len(CONTENT) + 1), Limits()))
    assert damaged.value.code == "file-unreadable"
    with pytest.raises(DamagedError):
        list(pieces(Unit(tmp_path / "gone", "gone", "text"), Limits()))


def test_heads_unpack_as_far_as_they_reach() -> None:
    for name, data in WHOLE.items():
        if name != "zst-run":
            assert CONTENT.startswith(decompressed_head(data[:120], name.partition("-")[0]))
    assert decompressed_head(b"\x1f\x8bxxxxxxxxxx", "gz") == b""
    assert decompressed_head(CONTENT[:9], "none") == CONTENT[:9]
