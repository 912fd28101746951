"""Clean the characters of one line: odd spaces, invisible controls, NFC, under a map back to the raw line.

Line by line, because a line is short, because no rule here looks past its end, and because
`unicodedata.normalize` is quadratic in a run of combining marks, which `_ordered` defuses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

#: Every code point that Unicode or a common tool takes for a line end.
LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

_ODD_SPACES = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = f" {_ODD_SPACES}"
#: Controls with no shape of their own; the joiners U+200C and U+200D are judged by what stands before them.
_CONTROLS = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001\ud800-\udfff\u0b0b-\u0b0a"
).replace("\u0b0b-\u0b0a", "")
_JOINERS = "\u200c\u200d"
_TAGS = "\U000e0020-\U000e007f"
_ODD = re.compile(f"[{_CONTROLS}{_JOINERS}{_TAGS}{_ODD_SPACES}]|  ")
_ODD_SPACE = re.compile(f"[{_ODD_SPACES}]")
#: Letters, digits and punctuation that are printable and compose with nothing among themselves: most of most articles.
INERT = " -~«»‘’“”–—…•،؛؟٪-٭\u0621-\u064a\u0660-\u0669پچژڤکگی"
VOWELS = "\u064b-\u0652"
#: A stretch of a line that is clean as it is. Vowel signs are, one at a time: two may stand in another order than Unicode's.
CLEAN = rf"[{INERT}]*+(?:[{VOWELS}](?![{VOWELS}])[{INERT}]*+)*+"
_CLEAN_LINES = re.compile(rf"{CLEAN}(?:\n++{CLEAN})*+")
_TOKEN = re.compile(
    f"(?P<space>[{_SPACES}{_CONTROLS}]*[{_SPACES}][{_SPACES}{_CONTROLS}]*)|(?P<control>[{_CONTROLS}]+)"
    f"|(?P<joiner>[{_JOINERS}]+)|(?P<flag>\U0001f3f4[{_TAGS}]+)|(?P<tag>[{_TAGS}]+)"
)
_SHAPED = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "So", "Sk"})
#: Up to this length even the quadratic cost of `unicodedata` is a few milliseconds.
_SHORT = 4096
_MARKS = regex.compile(r"\p{M}{24,}")
_CLUSTER = regex.compile(r"\X")
#: A space with what follows it up to the next: nothing composes over its start.
_WORD = re.compile(" [^ ]*|[^ ]+")

#: (raw start, raw end, clean text); the raw part and the clean text have one length or map as a whole.
Piece = tuple[int, int, str]


def plain_lines(text: str) -> list[str] | None:
    """The lines of this text if each, cut at line feeds and stripped, is clean but for odd spaces, which are made plain one for one."""
    if has_two_spaces(text):
        return None
    if _CLEAN_LINES.fullmatch(text):
        return text.split("\n")
    text = _ODD_SPACE.sub(" ", text)
    lines = text.split("\n")
    # Python calls every control, format character, odd space and surrogate unprintable.
    plain = not has_two_spaces(text) and all(map(str.isprintable, lines)) and _is_nfc(text)
    return lines if plain else None


def has_two_spaces(text: str) -> bool:
    return text.rfind("  ") >= 0  # quicker than `in`


def clean_line(line: str) -> tuple[str, list[Piece]]:
    """Clean one line, given without its line end and without spaces around it.

    Gives the clean line and the pieces it was made of, offsets in code points of ``line``. A piece whose text equals its raw part
    may be long; a changed one is as short as it can be. The clean line has no space at its ends.
    """
    if (line.isprintable() and "  " not in line and _is_nfc(line)) or (
        _ODD.search(line) is None and _is_nfc(line)
    ):
        return line, [(0, len(line), line)]
    pieces = _composed(_visible(line))
    text = "".join(piece[2] for piece in pieces)
    return text, pieces


def _is_nfc(line: str) -> bool:
    if line.isascii():
        return True
    if len(line) > _SHORT and _MARKS.search(line) is not None:
        return False
    return unicodedata.is_normalized("NFC", line)


def _visible(line: str) -> list[Piece]:
    """Spaces made plain and single, controls left out."""
    pieces: list[Piece] = []
    position = 0
    for token in _TOKEN.finditer(line):
        start, end = token.span()
        if start > position:
            pieces.append((position, start, line[position:start]))
        position = end
        if token.lastgroup == "space":
            if pieces and pieces[-1][2] != " " and end < len(line):
                pieces.append((start, end, " "))
        elif token.lastgroup == "joiner":
            before = pieces[-1][2][-1:] if pieces else ""
            if before and (unicodedata.category(before) in _SHAPED):
                pieces.append((start, start + 1, line[start]))
        elif token.lastgroup == "flag":
            pieces.append((start, end, line[start:end]))
    if position < len(line):
        pieces.append((position, len(line), line[position:]))
    while pieces and pieces[-1][2] == " ":
        pieces.pop()
    return pieces


def _composed(pieces: list[Piece]) -> list[Piece]:
    """Bring the joined pieces to NFC, cluster by cluster; the words that are NFC already stay as they are."""
    text = "".join(piece[2] for piece in pieces)
    if _is_nfc(text):
        return pieces
    wanted = _ordered_nfc(text)
    starts, ends = _raw_edges(pieces)
    composed: list[Piece] = []
    same_from = 0
    for word in _WORD.finditer(text):
        if _is_nfc(word[0]):
            continue
        for cluster in _CLUSTER.finditer(text, *word.span()):
            start, end = cluster.span()
            made = _ordered_nfc(cluster[0])
            if made == cluster[0]:
                continue
            composed.extend(_unchanged(text, starts, ends, same_from, start))
            composed.append((starts[start], ends[end - 1], made))
            same_from = end
    composed.extend(_unchanged(text, starts, ends, same_from, len(text)))
    if "".join(piece[2] for piece in composed) != wanted:
        # Composition reached over a cluster boundary: the line maps as a whole.
        return [(starts[0], ends[-1], wanted)]
    return composed


def _raw_edges(pieces: list[Piece]) -> tuple[list[int], list[int]]:
    """For each code point of the joined pieces, the raw span it stands for."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end, text in pieces:
        if end - start == len(text):
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(text))
            ends.extend([end] * len(text))
    return starts, ends


def _unchanged(text: str, starts: list[int], ends: list[int], low: int, high: int) -> Iterator[Piece]:
    """The pieces of ``text[low:high]``, as long as raw and clean run side by side."""
    first = low
    for i in range(low + 1, high + 1):
        if (
            i == high
            or starts[i] != ends[i - 1]
            or ends[i] - starts[i] != 1
            or ends[i - 1] - starts[i - 1] != 1
        ):
            yield starts[first], ends[i - 1], text[first:i]
            first = i


def _ordered_nfc(text: str) -> str:
    """NFC in linear time: long runs of marks are put in canonical order by a sort before `unicodedata` sees them."""
    return unicodedata.normalize("NFC", _MARKS.sub(_ordered, text))


def _ordered(run: regex.Match[str]) -> str:
    decomposed = "".join(unicodedata.normalize("NFD", mark) for mark in run[0])
    ordered: list[str] = []
    group: list[str] = []
    for mark in decomposed:
        if unicodedata.combining(mark) == 0:
            ordered += sorted(group, key=unicodedata.combining)
            group = []
            ordered.append(mark)
        else:
            group.append(mark)
    return "".join(ordered + sorted(group, key=unicodedata.combining))
