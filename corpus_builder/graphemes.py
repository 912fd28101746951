"""Where a grapheme, what a reader takes for one character, must not be cut (UAX #29, extended grapheme clusters)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

_CLUSTER = regex.compile(r"\X")
#: A boundary before or after one of these needs the whole rule; between two others there always is one.
_CAREFUL = regex.compile(
    r"[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=RI}\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=LV}\p{GCB=LVT}\r]"
)
_CAREFUL_RUN = regex.compile(f"(?:{_CAREFUL.pattern})+")
_WINDOW = 256
#: What most text is made of: between two of these there is a boundary, known without asking.
PLAIN = frozenset(chr(code) for code in (*range(0x20, 0x7F), *range(0x621, 0x64B), 0x0A, 0x60C, 0x61B, 0x61F))


def inside_grapheme(text: str, offset: int) -> bool:
    """Whether ``offset`` (code points) falls inside a grapheme of ``text``. Both ends of the text never do."""
    if offset <= 0 or offset >= len(text):
        return False
    if text[offset] in PLAIN and text[offset - 1] in PLAIN:
        return False
    if not (joins(text[offset - 1]) or joins(text[offset])):
        return False
    low = offset - 1
    while low > 0 and joins(text[low]) and offset - low < _WINDOW:
        low -= 1
    for cluster in _CLUSTER.finditer(text, low):
        end: int = cluster.end()
        if end >= offset:
            return end > offset
    return False


@cache
def joins(char: str) -> bool:
    """Whether a character may make one grapheme with a neighbour."""
    return _CAREFUL.match(char) is not None


def joining(text: str) -> Iterator[int]:
    """The offsets of all characters that may make one grapheme with a neighbour."""
    for start, end in joining_runs(text):
        yield from range(start, end)


def joining_runs(text: str) -> Iterator[tuple[int, int]]:
    """The runs of such characters, as start and end."""
    return (run.span() for run in _CAREFUL_RUN.finditer(text))
