"""The words of a text as columns, and what stands beside each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from corpus_builder.folding import REMOVED, fold
from corpus_builder.graphemes import PLAIN

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d"
WORD = rf"[\w{_MARKS}]"
_CODE = 0x1FFFFF
_IN_WORD = 1 << 30
_LEFT_OUT = 1 << 31
_PLAIN = 1 << 29
#: Code points from here on, surrogates and rare letters, are looked up one by one.
_TABLED = 0xD800


@dataclass(frozen=True, slots=True)
class Columns:
    """The words of a text that have letters: ``starts`` and ``ends`` in the text, ``key_starts`` and ``key_ends`` in ``codes``, the
    code points of the text's matching key; the last of these is in no word. ``joined`` says where one space parts a word from the
    next, ``plain`` at which offsets of the text surely one character of a reader's ends and another begins."""

    codes: Codes
    starts: Integers
    ends: Integers
    key_starts: Integers
    key_ends: Integers
    joined: npt.NDArray[np.bool_]
    plain: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its words for reading one at a time: the columns as what is quick to index, ``keys`` the text's matching key."""

    text: str
    columns: Columns
    keys: str
    starts: Sequence[int]
    ends: Sequence[int]
    key_starts: Sequence[int]
    key_ends: Sequence[int]
    joined: bytes
    plain: bytes

    def spans(self, words: Integers) -> Iterable[tuple[int, int, int]]:
        """The words of these indices: index, start and end in the text."""
        starts, ends = self.columns.starts[words], self.columns.ends[words]
        return zip(words.tolist(), starts.tolist(), ends.tolist(), strict=True)

    def word(self, index: int) -> str:
        """A word as it is written."""
        return self.text[self.starts[index] : self.ends[index]]

    def key(self, index: int) -> str:
        """The matching key of a word."""
        return self.keys[self.key_starts[index] : self.key_ends[index]]

    def before(self, index: int) -> str:
        """The key of the word that one space parts from a word; "" if there is none."""
        return self.key(index - 1) if index and self.joined[index - 1] else ""

    def after(self, index: int) -> str:
        """The key of the word that one space parts from the end of a word; "" if there is none."""
        return self.key(index + 1) if self.joined[index] else ""


def columns_of(text: str) -> Columns:
    """The words of a text that begins and ends with what is in no word, say a line break."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    letters = _letters(codes)
    in_word = letters >= _IN_WORD  # or left out, which only what is in words is
    edges = np.flatnonzero(in_word[1:] != in_word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    key_starts, key_ends = starts, ends
    kept = letters < _LEFT_OUT
    key_codes = letters & np.uint32(_CODE)
    if not kept.all():
        left_out = np.flatnonzero(~kept)
        key_codes = key_codes[kept]
        key_starts = starts - np.searchsorted(left_out, starts)
        key_ends = ends - np.searchsorted(left_out, ends)
        lettered = key_starts < key_ends
        if not lettered.all():
            starts, ends = starts[lettered], ends[lettered]
            key_starts, key_ends = key_starts[lettered], key_ends[lettered]
    joined = np.zeros(len(starts), np.bool_)
    joined[:-1] = (starts[1:] - ends[:-1] == 1) & (codes[ends[:-1]] == 0x20)
    plain = (letters & np.uint32(_PLAIN)).astype(np.bool_)
    plain[1:] &= plain[:-1]
    return Columns(key_codes, starts, ends, key_starts, key_ends, joined, plain)


def words_of(text: str, columns: Columns) -> Words:
    """The text with its words for reading one at a time."""
    return Words(
        text,
        columns,
        columns.codes.tobytes().decode("utf-32-le", "surrogatepass"),
        memoryview(columns.starts),  # type: ignore[arg-type]  # items are int
        memoryview(columns.ends),  # type: ignore[arg-type]
        memoryview(columns.key_starts),  # type: ignore[arg-type]
        memoryview(columns.key_ends),  # type: ignore[arg-type]
        columns.joined.tobytes(),
        columns.plain.tobytes(),
    )


def _letters(codes: Codes) -> Codes:
    """Each code point folded, with bits that say whether it is in a word and whether its key leaves it out."""
    letters = _table().take(codes, mode="clip")
    rare = np.flatnonzero(codes >= _TABLED)
    if len(rare):
        kinds, which = np.unique(codes[rare], return_inverse=True)
        read = [code | (_IN_WORD if re.match(r"\w", chr(code)) else 0) for code in kinds.tolist()]
        letters[rare] = np.array(read, np.uint32)[which]
    return letters


@cache
def _table() -> Codes:
    """`_letters` of the code points that are tabled."""
    every = np.arange(_TABLED, dtype="<u4")
    text = every.tobytes().decode("utf-32-le")
    # A no-break space is no letter, nor does it join two words.
    table = np.frombuffer(fold(text.replace("\u00a0", "\n")).encode("utf-32-le"), "<u4").copy()
    for run in re.finditer(rf"{WORD}+", text):
        table[run.start() : run.end()] |= _IN_WORD
    table[[ord(char) for char in PLAIN]] |= _PLAIN
    for run in REMOVED.finditer(text):
        table[run.start() : run.end()] |= _LEFT_OUT
    return table
