"""The words of a text as columns, and what stands beside each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus_builder.annotators.gazetteer.keeping import Kept
from corpus_builder.code_points import Classes, Codes, codes_of
from corpus_builder.folding import REMOVED, fold, matching_key

Integers = npt.NDArray[np.int64]
Letters = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d"
WORD = rf"[\w{_MARKS}]"
#: Numbers that are no letter's: of what is in no word, of any digit, of what a key leaves out, of what is beyond the table.
_NONE, DIGIT, _LEFT_OUT, _RARE = 0, 252, 253, 254
_FIRST, _COUNT = 0x621, 251
#: Words of all kinds, also of those that the lists do not have.
ANY = -1
#: So many letters may be read from any letter on.
_READ_ON = 16


class Columns(NamedTuple):
    """The words of a text that have letters: ``starts`` and ``ends`` in ``codes``, the text's code points; the ``lengths`` of their
    matching keys, which have the same starts in ``letters``, numbered as `letter_of` has it. ``joined`` says where one space parts a
    word from the next."""

    codes: Codes
    starts: Integers
    ends: Integers
    letters: Letters
    lengths: Integers
    joined: Mask


class Words(NamedTuple):
    """A text and its words for reading one at a time: the columns, and the ``flags`` that say what each word may be (`sieve`), as
    what is quick to index."""

    text: str
    columns: Columns
    starts: Sequence[int]
    ends: Sequence[int]
    joined: bytes
    flags: Sequence[int]

    def spans(self, words: Integers) -> Iterable[tuple[int, int, int]]:
        """The words of these indices: index, start and end in the text."""
        starts, ends = self.columns.starts[words], self.columns.ends[words]
        return zip(words.tolist(), starts.tolist(), ends.tolist(), strict=True)

    def before(self, index: int, kinds: int = ANY) -> str:
        """The key of the word that one space parts from a word; "" if there is none, or it surely is of none of these kinds."""
        index -= 1
        if index < 0 or not self.joined[index] or (kinds != ANY and not self.flags[index] & kinds):
            return ""
        return KEYS[self.text[self.starts[index] : self.ends[index]]]

    def after(self, index: int, kinds: int = ANY) -> str:
        """The key of the word that one space parts from the end of a word; "" as `before` has it."""
        if not self.joined[index] or (kinds != ANY and not self.flags[index + 1] & kinds):
            return ""
        return KEYS[self.text[self.starts[index + 1] : self.ends[index + 1]]]


#: The matching keys of words.
KEYS = Kept(matching_key)


def columns_of(text: str) -> Columns:
    """The words of a text that begins and ends with what is in no word, say a line break."""
    codes, letters = lettered(text)
    in_word = letters.astype(np.bool_)
    edges = np.flatnonzero(in_word[1:] != in_word[:-1])
    edges += 1
    starts, ends = edges[::2].copy(), edges[1::2].copy()
    lengths = ends - starts
    if letters.max() == _LEFT_OUT:
        _close_up(letters, starts, lengths)
        kept = lengths > 0
        if not kept.all():
            starts, ends, lengths = starts[kept], ends[kept], lengths[kept]
    joined = np.zeros(len(starts), np.bool_)
    joined[:-1] = (starts[1:] - ends[:-1] == 1) & (codes.take(ends[:-1]) == 0x20)
    return Columns(codes, starts, ends, letters, lengths, joined)


def words_of(text: str, columns: Columns, flags: npt.NDArray[np.uint16]) -> Words:
    """The text with its words for reading one at a time."""
    return Words(
        text,
        columns,
        memoryview(columns.starts),  # type: ignore[arg-type]  # items are int
        memoryview(columns.ends),  # type: ignore[arg-type]
        columns.joined.tobytes(),
        memoryview(flags),  # type: ignore[arg-type]
    )


def _close_up(letters: Letters, starts: Integers, lengths: Integers) -> None:
    """Take out of words what a key leaves out: their other letters move together from their starts on."""
    left_out = np.flatnonzero(letters == _LEFT_OUT)
    words, counts = np.unique(np.searchsorted(starts, left_out, "right") - 1, return_counts=True)
    before = letters[_places(starts[words], lengths[words])]
    lengths[words] -= counts
    letters[_places(starts[words], lengths[words])] = before[before != _LEFT_OUT]


def _places(starts: Integers, lengths: Integers) -> Integers:
    """The places of all letters of words of these starts and lengths, in order."""
    ends = np.cumsum(lengths)
    places: Integers = np.arange(lengths.sum()) + np.repeat(starts - ends + lengths, lengths)
    return places


def lettered(text: str) -> tuple[Codes, Letters]:
    """The code points of a text and the letters that they are when folded, as numbers that fit a byte: 0 for what is in no word,
    one of its own for each Arabic letter, one for several others. `_READ_ON` of no word follow."""
    codes = codes_of(text + "\n" * _READ_ON)
    letters = _LETTERS.of(codes)
    if letters.max() == _RARE:
        rare = np.flatnonzero(letters == _RARE)
        kinds, which = np.unique(codes[rare], return_inverse=True)
        read = [_rare(chr(code)) for code in kinds.tolist()]
        letters[rare] = np.array(read, np.uint8)[which]
    return codes, letters


def letter_of(letter: str) -> int:
    """The number of a letter that folding leaves as it is."""
    return 1 + (ord(letter) - _FIRST) % _COUNT


def _rare(char: str) -> int:
    """The number of what is beyond the basic plane, which folding leaves as it is."""
    return DIGIT if char.isdecimal() else letter_of(char) if re.match(r"\w", char) else _NONE


def _letter(char: str) -> int:
    """The number of a character of the basic plane."""
    if REMOVED.match(char):
        return _LEFT_OUT
    if char.isdecimal():
        return DIGIT
    return letter_of(fold(char)) if re.match(WORD, char) else _NONE


_LETTERS = Classes(_letter, _RARE)
