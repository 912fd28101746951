"""The class letters of whole texts: `words.tokens` of every chunk between spaces, for many texts at once.

Chunks of Arabic letters and plain signs are read by whole arrays, each word looked up among the numbers of `forms`. What holds
anything else (figures, vowel marks, Latin letters), and what those numbers do not decide, is given to `words.tokens` and
remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.forms import (
    DIGIT,
    DOT,
    LETTER,
    LINE,
    MOST_DIGITS,
    ODD,
    PIECE,
    SPACE,
    VARIANT,
    Tables,
    slots_of,
    tables,
)
from corpus_builder.annotators.patterns.words import tokens

#: Chunks given to `tokens` that are remembered, some 24 MB; it starts over with more, so that memory has a bound.
_KEPT = 1 << 16
_LONGEST_KEPT = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """The class letters of a text, and where each one's word, number or sign starts and ends (code points)."""

    classes: str
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def read(text: str) -> Reading:
    """The class letters of a text, by pieces of at most 65,536 code points that end at spaces."""
    text = text.replace("\n\n", "\n ")
    if len(text) <= PIECE:
        return _read_piece(text)
    readings, bases = [], []
    base = 0
    while base < len(text):
        stop = len(text)
        if stop - base > PIECE:
            stop = text.rfind(" ", base, base + PIECE) + 1 or text.find(" ", base) + 1 or stop
        readings.append(_read_piece(text[base:stop]) if stop - base <= PIECE else _spelt(text[base:stop]))
        bases.append(base)
        base = stop
    return Reading(
        "".join(reading.classes for reading in readings),
        np.concatenate([reading.starts + base for reading, base in zip(readings, bases, strict=True)]),
        np.concatenate([reading.ends + base for reading, base in zip(readings, bases, strict=True)]),
    )


def _spelt(chunk: str) -> Reading:
    """A chunk that is longer than a piece."""
    classes, starts, ends = _tokens_of(chunk.rstrip(" "))
    return Reading(classes, np.array(starts, np.intp), np.array(ends, np.intp))


class _Remembered(dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]]):
    """Letters, starts and ends of the tokens of a chunk, found once for each different chunk."""

    def __missing__(self, chunk: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        read = tokens(chunk)
        found = (
            "".join([letter for letter, _start, _end in read]),
            tuple([start for _letter, start, _end in read]),
            tuple([end for _letter, _start, end in read]),
        )
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[chunk] = found
        return found


_tokens_of = _Remembered().__getitem__


def _read_piece(text: str) -> Reading:
    if not text:
        return Reading("", np.zeros(0, np.intp), np.zeros(0, np.intp))
    known = tables()
    kinds = _kinds(text, known)
    starts, ends = _units(kinds)
    unit_kinds = kinds[starts]
    words, forms, unsure = _words(kinds, starts, ends, known)
    spelt = np.concatenate([np.flatnonzero(unit_kinds == SPACE), unsure])
    chunks = map(text.__getitem__, map(slice, starts[spelt].tolist(), ends[spelt].tolist()))
    read = list(map(_tokens_of, chunks))
    spelt_counts = np.array([len(letters) for letters, _starts, _ends in read], np.intp)

    # One letter for each unit, but for words with particles before them and what was spelt.
    letters = known.letters[unit_kinds]
    letters[words] = known.classes[forms]
    taken = known.taken[forms]
    counts = np.ones(len(starts), np.intp)
    counts[words] += taken
    counts[spelt] = spelt_counts
    begins = np.cumsum(counts) - counts
    classes = np.repeat(letters, counts)
    token_starts = np.repeat(starts - begins, counts) + np.arange(len(classes))
    token_ends = np.repeat(ends, counts)
    for place in range(2):
        some = taken > place
        at = begins[words[some]] + place
        classes[at] = known.particles[forms[some], place]
        token_ends[at] = token_starts[at] + 1
    at = _ranges(begins[spelt], spelt_counts)
    bases = np.repeat(starts[spelt], spelt_counts)
    classes[at] = np.frombuffer(
        "".join([letters for letters, _starts, _ends in read]).encode("ascii"), np.uint8
    )
    token_starts[at] = bases + np.array(
        list(chain.from_iterable([starts for _letters, starts, _ends in read])), np.intp
    )
    token_ends[at] = bases + np.array(
        list(chain.from_iterable([ends for _letters, _starts, ends in read])), np.intp
    )
    return Reading(classes.tobytes().decode("ascii"), token_starts, token_ends)


def _kinds(text: str, known: Tables) -> NDArray[np.uint8]:
    """The kind of each code point; a dot that may make an abbreviation (``ج.م``) is odd."""
    codes: NDArray[np.uint16 | np.uint32]
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) != len(text):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = known.kinds.take(codes)
    letter = kinds >= LETTER
    dots = np.flatnonzero((kinds[1:-1] == DOT) & letter[:-2] & (letter[2:] | (kinds[2:] == LINE))) + 1
    after_line = np.minimum(dots + 2, len(kinds) - 1)
    kinds[dots[letter[dots + 1] | letter[after_line]]] = ODD
    return kinds


def _units(kinds: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each word, sign and chunk that holds something odd starts and ends; such chunks become spaces in ``kinds``."""
    odd = np.flatnonzero(kinds == ODD)
    bounds = np.concatenate([[-1], np.flatnonzero(kinds == SPACE), [len(kinds)]])
    stops = bounds.searchsorted(odd)
    new = np.ones(len(stops), np.bool_)
    new[1:] = stops[1:] > stops[:-1]
    stops = stops[new]
    odd_starts, odd_ends = bounds[stops - 1] + 1, bounds[stops]
    kinds[_ranges(odd_starts, odd_ends - odd_starts)] = SPACE

    letter = kinds >= LETTER
    starts = (kinds >= DOT) & ~letter
    ends = starts.copy()
    starts[0] |= letter[0]
    starts[1:] |= letter[1:] > letter[:-1]
    ends[-1] |= letter[-1]
    ends[:-1] |= letter[:-1] > letter[1:]
    starts[odd_starts] = True
    ends[odd_ends - 1] = True
    return np.flatnonzero(starts), np.flatnonzero(ends) + 1


def _words(
    kinds: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp], known: Tables
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """The units that are known words, the form of each, and the units that may be."""
    sums = np.zeros(len(kinds) + 1, np.uint64)
    np.cumsum((kinds & DIGIT) * known.powers[: len(kinds)], out=sums[1:])
    numbers = (sums[ends] - sums[starts]) * known.inverses[starts]
    forms = known.slots[slots_of(numbers)]
    hits = np.flatnonzero((forms != 0) & (kinds[starts] >= LETTER))
    forms, starts, ends = forms[hits], starts[hits], ends[hits]
    same = known.numbers[forms] == numbers[hits]
    variant = (kinds[starts] | kinds[np.minimum(starts + 1, len(kinds) - 1)]) >= VARIANT
    doubtful = known.unsure[forms] | variant | (ends - starts > MOST_DIGITS)
    sure = same & ~doubtful
    return hits[sure], forms[sure], hits[np.where(same, doubtful, known.crowded[forms])]


def _ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers ``start, start + 1, …`` of each start, as many as its count, one after another."""
    stops = np.cumsum(counts)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(starts - stops + counts, counts) + np.arange(total)
