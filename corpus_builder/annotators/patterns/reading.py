"""The class letters of texts: those of `words.tokens` for every chunk between spaces, for many texts at once.

Chunks of Arabic letters and plain signs are read by whole arrays, each word looked up among the `forms`. What holds
anything else (figures, vowel marks, Latin letters), and what those forms do not decide, is given to `words.tokens` and
remembered.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.forms import (
    BOUND,
    DOT,
    DULL,
    FIGURE,
    KEPT,
    LETTER,
    LINE,
    ODD,
    PIECE,
    SPACE,
    SPELT,
    TRIGGER,
    UNKNOWN,
    VARIANT,
    WEAK_TRIGGER,
    Tables,
    slots_of,
    tables,
)
from corpus_builder.annotators.patterns.words import tokens

#: Chunks given to `tokens` that are remembered, some 24 MB; it starts over with more, so that memory has a bound.
_KEPT = 1 << 16
_LONGEST_KEPT = 40
#: Spaces around a text, so that each word has something before it and two numbers of eight letters after its start.
_BEFORE, _AFTER = " ", " " * 17
_EIGHT = 0x0101010101010101
_LETTERS, _VARIANTS = np.uint64(LETTER * _EIGHT), np.uint64(VARIANT * 0x0101)
#: The first bytes of a number, by how many.
_FIRST = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)


@dataclass(frozen=True, slots=True)
class Reading:
    """The class letters of a text, and where each one's word, number or sign starts and ends (code points)."""

    classes: str
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def read(text: str) -> Reading:
    """The class letters of a text."""
    return _in_pieces(text, lambda roles: np.arange(len(roles)))


def read_around_triggers(text: str) -> Reading:
    """Those of the class letters of a text that are between two bounds with a trigger, these two with them, and one more unit
    before."""
    return _in_pieces(text, _around_triggers)


def _in_pieces(text: str, choose: Callable[[NDArray[np.uint8]], NDArray[np.intp]]) -> Reading:
    """A text read by pieces of at most 524,288 code points that end at spaces."""
    if len(text) <= PIECE:
        return _read_piece(text, choose)
    text = text.replace("\n\n", "\n ")
    readings, bases = [], []
    base = 0
    while base < len(text):
        stop = len(text)
        if stop - base > PIECE:
            stop = text.rfind(" ", base, base + PIECE) + 1 or text.find(" ", base) + 1 or stop
        piece = text[base:stop]
        readings.append(_read_piece(piece, choose) if len(piece) <= PIECE else _spelt(piece))
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
    return Reading(classes, np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64))


class _Remembered(dict[str, tuple[str, bytes, bytes]]):
    """Letters, starts and ends of the tokens of a chunk, found once for each different chunk."""

    def __missing__(self, chunk: str) -> tuple[str, bytes, bytes]:
        read = tokens(chunk)
        found = (
            "".join([letter for letter, _start, _end in read]),
            array("q", [start for _letter, start, _end in read]).tobytes(),
            array("q", [end for _letter, _start, end in read]).tobytes(),
        )
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[chunk] = found
        return found


_tokens_of = _Remembered().__getitem__


def _read_piece(text: str, choose: Callable[[NDArray[np.uint8]], NDArray[np.intp]]) -> Reading:
    known = tables()
    kinds = _kinds(text, known)
    spaces = np.flatnonzero(kinds == SPACE)
    odd, forms_of_odd = _odd_chunks(kinds, spaces)
    letter = kinds & LETTER
    begins = (letter[1:] > letter[:-1]) | ((kinds[1:] - DOT) < LETTER - DOT)
    begins[odd - 1] = True
    starts = np.flatnonzero(begins) + 1
    if not len(starts):
        return Reading("", starts, starts)
    forms = _forms(kinds, starts, known)
    forms[starts.searchsorted(odd)] = forms_of_odd

    chosen = choose(known.roles.take(forms))
    forms, following = forms[chosen], np.append(starts, len(kinds)).take(chosen + 1)
    starts = starts[chosen]
    ends = np.minimum(spaces[spaces.searchsorted(starts)], following)
    return _tokens(text, starts - 1, ends - 1, forms, known)


def _kinds(text: str, known: Tables) -> NDArray[np.uint8]:
    """The kind of each code point; a dot that may make an abbreviation (``ج.م``) is odd, the second of two line ends is a space."""
    text = f"{_BEFORE}{text}{_AFTER}"
    codes: NDArray[np.uint16 | np.uint32]
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) != len(text):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = known.kinds.take(codes)
    lines = np.flatnonzero(kinds == LINE)
    order = np.arange(len(lines))
    run = np.maximum.accumulate(np.where(np.diff(lines, prepend=-1) > 1, order, 0))
    kinds[lines[(order - run) % 2 == 1]] = SPACE
    dots = np.flatnonzero(kinds == DOT)
    before, after, further = kinds[dots - 1], kinds[dots + 1], kinds[dots + 2]
    after = np.where(after == LINE, further, after)
    kinds[dots[(before & after & LETTER) > 0]] = ODD
    return kinds


def _odd_chunks(
    kinds: NDArray[np.uint8], spaces: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """Where each chunk that holds something odd starts, and its form; such chunks become spaces in ``kinds``."""
    odd = np.flatnonzero(kinds >= FIGURE)
    stops = spaces.searchsorted(odd)
    first = np.flatnonzero(np.diff(stops, prepend=0))
    starts, ends = spaces[stops[first] - 1] + 1, spaces[stops[first]]
    if not len(first):
        return starts, np.zeros(0, np.uint16)
    # Few figures and no letter: a trigger would be a year, from 1000 to 2100.
    sizes = np.minimum(ends - starts, 8)
    letters = _eight(kinds, starts) & _FIRST[sizes] & _LETTERS
    counts = np.diff(first, append=len(odd))
    few = (counts < 4) | ((counts == 4) & (kinds[odd[first]] > FIGURE + 2))
    dull = few & (letters == 0) & (ends - starts <= 8) & (np.maximum.reduceat(kinds[odd], first) < ODD)
    kinds[_ranges(starts, ends - starts)] = SPACE
    return starts, np.where(dull, np.uint16(DULL), np.uint16(SPELT))


def _forms(kinds: NDArray[np.uint8], starts: NDArray[np.intp], known: Tables) -> NDArray[np.uint16]:
    """The form of each word and sign."""
    # A sign is one byte, a letter is followed by those of its word.
    heads = _eight(kinds, starts)
    long = np.flatnonzero((heads & _LETTERS) == _LETTERS)
    heads &= _of_word(heads) | np.uint64(0xFF)
    variants = heads & _VARIANTS
    heads &= KEPT
    tails = np.zeros(len(starts), np.uint64)
    rest = _eight(kinds, starts[long] + 8)
    tails[long] = rest & _of_word(rest) & KEPT

    forms = known.slots.take(slots_of(heads, tails))
    hits = np.flatnonzero(forms)
    found, heads, tails = forms[hits], heads[hits], tails[hits]
    wrong = np.flatnonzero((known.heads[found] != heads) | (known.tails[found] != tails))
    while len(wrong):
        found[wrong] = tried = known.following[found[wrong]]
        same = (known.heads[tried] == heads[wrong]) & (known.tails[tried] == tails[wrong])
        wrong = wrong[~same & (tried != UNKNOWN)]
    found[(variants[hits] != 0) & (found != UNKNOWN)] = SPELT
    forms[hits] = found
    return forms


def _of_word(eights: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of eight kinds that are of letters before the first that is none."""
    others = ~eights & _LETTERS
    lowest = others & -others
    return (lowest // np.uint64(LETTER)) - np.uint64(1)


def _eight(kinds: NDArray[np.uint8], starts: NDArray[np.intp]) -> NDArray[np.uint64]:
    """The kinds of eight code points from each start on, the first lowest."""
    return np.ndarray((len(kinds) - 7,), "V8", kinds.data, 0, (1,))[starts].view("<u8")


def _around_triggers(roles: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The units from the bound before each trigger to that after it, what is before that bound taken along where it is none."""
    triggers = np.flatnonzero(roles >= TRIGGER)
    bound = roles == BOUND
    weak = (roles[triggers] == WEAK_TRIGGER) & bound[triggers - 1] & bound.take(triggers + 1, mode="wrap")
    # The first unit and the last may be near a trigger in another piece.
    triggers = np.concatenate([[0], triggers[~weak], [len(roles) - 1]])
    bounds = np.concatenate([[-1], np.flatnonzero(bound), [len(roles) - 1]])
    at = bounds.searchsorted(triggers)
    lows, highs = bounds[at - 1], bounds[at]
    lows = np.maximum(lows - ~bound[np.maximum(lows - 1, 0)], 0)
    apart = lows[1:] > highs[:-1]
    lows = lows[np.append(True, apart)]
    return _ranges(lows, highs[np.append(apart, True)] + 1 - lows)


def _tokens(
    text: str, starts: NDArray[np.intp], ends: NDArray[np.intp], forms: NDArray[np.uint16], known: Tables
) -> Reading:
    """One letter for each unit, but for words with particles before them and what is spelt."""
    spelt = np.flatnonzero(known.unsure.take(forms))
    chunks = map(text.__getitem__, map(slice, starts[spelt].tolist(), ends[spelt].tolist()))
    read = list(map(_tokens_of, chunks))
    spelt_counts = np.array([len(letters) for letters, _starts, _ends in read], np.intp)
    taken = known.taken.take(forms)
    counts = taken + np.intp(1)
    counts[spelt] = spelt_counts
    begins = np.cumsum(counts) - counts
    classes = np.repeat(known.classes.take(forms), counts)
    token_starts = np.repeat(starts - begins, counts) + np.arange(len(classes))
    token_ends = np.repeat(ends, counts)
    for place in range(2):
        some = np.flatnonzero(taken > place)
        at = begins[some] + place
        classes[at] = known.particles[forms[some], place]
        token_ends[at] = token_starts[at] + 1
    at = _ranges(begins[spelt], spelt_counts)
    bases = np.repeat(starts[spelt], spelt_counts)
    letters, spelt_starts, spelt_ends = zip(*read, strict=True) if read else ((), (), ())
    classes[at] = np.frombuffer("".join(letters).encode("ascii"), np.uint8)
    token_starts[at] = bases + np.frombuffer(b"".join(spelt_starts), np.int64)
    token_ends[at] = bases + np.frombuffer(b"".join(spelt_ends), np.int64)
    return Reading(classes.tobytes().decode("ascii"), token_starts, token_ends)


def _ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers ``start, start + 1, …`` of each start, as many as its count, one after another."""
    stops = np.cumsum(counts)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(starts - stops + counts, counts) + np.arange(total)
