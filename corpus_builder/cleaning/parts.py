"""A stretch of a raw line with the clean text it came to: how it is made from a raw field, and cut in two."""

from __future__ import annotations

from collections.abc import Sequence

from corpus_builder.cleaning.characters import LINE_END, Piece, clean_line, plain_lines

#: What stands between two blocks of a text.
SEPARATOR = "\n\n"


class Part:
    """A stretch of one raw line: kept as (part of) a block, or dropped by a rule. Its kind is set when it is judged.

    No pieces stand for one, ``text`` itself: what nearly every line of nearly every article comes to.
    """

    __slots__ = ("continues", "field", "kind", "pieces", "raw_end", "raw_start", "rule", "text")

    def __init__(
        self,
        field: int,
        raw_start: int,
        raw_end: int,
        text: str,
        pieces: Sequence[Piece],
        kind: str = "",
        rule: str = "",
        continues: bool = False,
    ) -> None:
        self.field = field
        self.raw_start = raw_start
        self.raw_end = raw_end
        self.text = text
        self.pieces = pieces
        self.kind = kind
        self.rule = rule
        self.continues = continues


def lines_of(text: str, number: int, low: int = 0, high: int | None = None) -> list[Part]:
    """The cleaned lines of ``text[low:high]`` that hold anything to see."""
    high = len(text) if high is None else high
    if (lines := plain_lines(text[low:high])) is not None:
        return _plain_parts(lines, number, low)
    edges = [low]
    for end in LINE_END.finditer(text, low, high):
        edges += end.span()
    edges.append(high)
    return [
        part
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if start < end and (part := _line(text, number, start, end)) is not None
    ]


def _plain_parts(lines: list[str], number: int, at: int) -> list[Part]:
    parts = []
    for line in lines:
        if line:
            bare, start = line, at
            if line[0] == " " or line[-1] == " ":
                bare = line.strip(" ")
                start = at + len(line) - len(line.lstrip(" "))
            if bare:
                parts.append(Part(number, start, start + len(bare), bare, ()))
        at += len(line) + 1
    return parts


def _line(text: str, number: int, low: int, high: int) -> Part | None:
    raw = text[low:high]
    start = low + len(raw) - len(raw.lstrip())
    raw = raw.strip()
    clean_text, pieces = clean_line(raw)
    if not clean_text:
        return None
    return Part(number, start, start + len(raw), clean_text, pieces)


def cut(part: Part, at: int) -> tuple[Part, Part]:
    """Cut a part at a clean offset: ``(what follows, what precedes)``, each without spaces at its ends."""
    before: list[Piece] = []
    after: list[Piece] = []
    offset = 0
    for raw_start, raw_end, text in part.pieces or ((0, len(part.text), part.text),):
        end = offset + len(text)
        if end <= at:
            before.append((raw_start, raw_end, text))
        elif offset >= at or raw_end - raw_start != len(text):
            after.append((raw_start, raw_end, text))
        else:
            middle = raw_start + at - offset
            before.append((raw_start, middle, text[: at - offset]))
            after.append((middle, raw_end, text[at - offset :]))
        offset = end
    return _stripped(part, after), _stripped(part, before)


def _stripped(part: Part, pieces: list[Piece]) -> Part:
    while pieces and not pieces[0][2].strip():
        pieces.pop(0)
    while pieces and not pieces[-1][2].strip():
        pieces.pop()
    if pieces:
        pieces[0] = _edge(pieces[0], left=True)
        pieces[-1] = _edge(pieces[-1], left=False)
    base = part.raw_start
    low = pieces[0][0] if pieces else 0
    moved = [(start - low, end - low, text) for start, end, text in pieces]
    raw_end = base + (pieces[-1][1] if pieces else 0)
    return Part(
        part.field, base + low, raw_end, "".join(piece[2] for piece in moved), moved, continues=part.continues
    )


def _edge(piece: Piece, *, left: bool) -> Piece:
    start, end, text = piece
    if end - start != len(text):
        return piece
    shorter = text.lstrip() if left else text.rstrip()
    lost = len(text) - len(shorter)
    return (start + lost, end, shorter) if left else (start, end - lost, shorter)
