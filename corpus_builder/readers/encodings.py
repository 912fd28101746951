"""Which encoding bytes are in, and where they break it."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
#: The high bytes of ASCII, Latin and Arabic letters in UTF-16; as UTF-8 they are controls that no text holds.
_HIGH_BYTES = (0x00, 0x06)


def looks_like_utf16(head: bytes) -> bool:
    """Whether the first bytes of a file look like UTF-16 or UTF-32, with or without a byte order mark."""
    if head.startswith(_OTHER_MARKS):
        return True
    if head.startswith(BOM):
        return False
    for parity in (0, 1):
        half = head[parity::2]
        if len(half) >= 2 and sum(map(half.count, _HIGH_BYTES)) > 0.6 * len(half):
            other = head[1 - parity :: 2]
            return sum(map(other.count, _HIGH_BYTES)) < len(other)
    return False


def occurrences(data: bytes, mark: bytes) -> int:
    """How often a byte that is rare occurs: `bytes.count` looks at all bytes in turn, `bytes.replace` leaps from one to the next."""
    return len(data) - len(data.replace(mark, b""))


def line_and_column(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column (from 1; code points) of a byte offset in UTF-8 that may be damaged."""
    before = data[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1
