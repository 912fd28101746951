"""The class letters of texts: those of `words.tokens` for every chunk between spaces, for many texts at once.

Chunks of Arabic letters and plain signs are read by whole arrays, each word looked up among the `forms`. What holds
anything else (figures, vowel marks, Latin letters), and what those forms do not decide, is given to `words.tokens` and
remembered.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.forms import (
    BOUND,
    DOT,
    FIGURE,
    KEPT,
    LETTER,
    LINE,
    NUMBER,
    NUMBERS,
    ODD,
    PIECE,
    SPACE,
    SPELT,
    SPELT_CHUNK,
    TRIGGER,
    UNKNOWN,
    VARIANT,
    WEAK_TRIGGER,
    Tables,
    begins_of,
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


class Reading(NamedTuple):
    """The class letters of a text, where each one's word, number or sign starts and ends (code points), and whether it was
    read one by one: no other is near a character that may make one with its neighbour."""

    classes: str
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    spelt: NDArray[np.bool_]


def read(text: str) -> Reading:
    """The class letters of a text."""
    return _in_pieces(text, whole=True)


def read_around_triggers(text: str) -> Reading:
    """Those of the class letters of a text that are between two bounds with a trigger, these two with them, and one more unit
    before."""
    return _in_pieces(text, whole=False)


def _in_pieces(text: str, *, whole: bool) -> Reading:
    """A text read by pieces of at most 524,288 code points that end at spaces."""
    if len(text) <= PIECE:
        return _read_piece(text, whole)
    text = text.replace("\n\n", "\n ")
    readings, bases = [], []
    base = 0
    while base < len(text):
        stop = len(text)
        if stop - base > PIECE:
            stop = text.rfind(" ", base, base + PIECE) + 1 or text.find(" ", base) + 1 or stop
        piece = text[base:stop]
        readings.append(_read_piece(piece, whole) if len(piece) <= PIECE else _spelt(piece))
        bases.append(base)
        base = stop
    return Reading(
        "".join(reading.classes for reading in readings),
        np.concatenate([reading.starts + base for reading, base in zip(readings, bases, strict=True)]),
        np.concatenate([reading.ends + base for reading, base in zip(readings, bases, strict=True)]),
        np.concatenate([reading.spelt for reading in readings]),
    )


def _spelt(chunk: str) -> Reading:
    """A chunk that is longer than a piece."""
    classes, starts, ends = _tokens_of(chunk.rstrip(" "))
    spelt = np.ones(len(classes), np.bool_)
    return Reading(classes, np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64), spelt)


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


def _read_piece(text: str, whole: bool) -> Reading:
    known = tables()
    kinds = _kinds(text, known)
    spaces = np.flatnonzero(kinds == SPACE)
    _stand_in_for_odd_chunks(kinds, spaces)
    letter = kinds & LETTER
    starts = np.flatnonzero((letter[1:] > letter[:-1]) | ((kinds[1:] - DOT) < LETTER - DOT)) + 1
    if not len(starts):
        return Reading("", starts, starts, np.zeros(0, np.bool_))
    # A sign is one byte, a letter is followed by those of its word.
    heads = _eight(kinds, starts)
    heads &= _of_word(heads) | np.uint64(0xFF)
    chosen = np.arange(len(starts)) if whole else _around_triggers(kinds, starts, heads, known)
    following = np.append(starts, len(kinds)).take(chosen + 1)
    starts = starts[chosen]
    ends = np.minimum(spaces[spaces.searchsorted(starts)], following)
    return _tokens(text, starts - 1, ends - 1, _forms(kinds, starts, heads[chosen], known), known)


def _kinds(text: str, known: Tables) -> NDArray[np.uint8]:
    """The kind of each code point; a dot that may make an abbreviation (``ج.م``) is odd, the second of two line ends is a space."""
    text = f"{_BEFORE}{text}{_AFTER}"
    codes: NDArray[np.uint16 | np.uint32]
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) != len(text):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = known.kinds.take(codes)
    marks = np.flatnonzero((kinds == DOT) | (kinds == LINE))
    are_dots = kinds[marks] == DOT
    lines, dots = marks[~are_dots], marks[are_dots]
    order = np.arange(len(lines))
    run = np.maximum.accumulate(np.where(np.diff(lines, prepend=-1) > 1, order, 0))
    kinds[lines[(order - run) % 2 == 1]] = SPACE
    before, after, further = kinds[dots - 1], kinds[dots + 1], kinds[dots + 2]
    after = np.where(after == LINE, further, after)
    kinds[dots[(before & after & LETTER) > 0]] = ODD
    return kinds


def _stand_in_for_odd_chunks(kinds: NDArray[np.uint8], spaces: NDArray[np.intp]) -> None:
    """Put one kind in the place of each chunk that holds something odd, or of its number where that is all."""
    odd = np.flatnonzero(kinds >= FIGURE)
    if not len(odd):
        return
    stops = spaces.searchsorted(odd)
    first = np.flatnonzero(np.diff(stops, prepend=0))
    begins, counts = odd[first], np.diff(first, append=len(odd))
    starts, ends = spaces[stops[first] - 1] + 1, spaces[stops[first]]
    sizes = ends - starts
    letters = _eight(kinds, starts) & _FIRST[np.minimum(sizes, 8)] & _LETTERS
    in_turn = odd[first + counts - 1] - begins < counts
    number = (counts <= 4) & in_turn & (sizes <= 8) & (letters == 0)
    number &= np.maximum.reduceat(kinds[odd], first) < ODD
    stand_ins = np.full(len(first), SPELT_CHUNK, np.uint8)
    stand_ins[number] = _numbers(kinds, begins[number], counts[number])
    starts, sizes = np.where(number, begins, starts), np.where(number, counts, sizes)
    kinds[_ranges(starts, sizes)] = SPACE
    kinds[starts] = stand_ins


def _numbers(
    kinds: NDArray[np.uint8], starts: NDArray[np.intp], counts: NDArray[np.intp]
) -> NDArray[np.uint8]:
    """The kind of each number of one to four figures."""
    figures = _eight(kinds, starts) << (8 * (4 - counts)).astype(np.uint64)
    values = (figures.view(np.uint8).reshape(-1, 8)[:, :4] & 15) @ np.array([1000, 100, 10, 1])
    of_two = np.where((values >= 1) & (values <= 31), NUMBERS.index("d"), NUMBERS.index("e"))
    of_four = np.where((values >= 1000) & (values <= 2100), NUMBERS.index("Y"), NUMBERS.index("n"))
    letters = np.where(counts == 3, NUMBERS.index("t"), np.where(counts == 4, of_four, of_two))
    return (NUMBER + letters).astype(np.uint8)


def _forms(
    kinds: NDArray[np.uint8], starts: NDArray[np.intp], heads: NDArray[np.uint64], known: Tables
) -> NDArray[np.uint16]:
    """The form of each word and sign, of which the first eight kinds are known."""
    long = np.flatnonzero((heads & _LETTERS) == _LETTERS)
    variants = heads & _VARIANTS
    heads = heads & KEPT
    tails = np.zeros(len(starts), np.uint64)
    rest = _eight(kinds, starts[long] + 8)
    tails[long] = rest & _of_word(rest) & KEPT

    forms = known.slots.take(slots_of(heads, tails))
    wrong = np.flatnonzero((known.heads.take(forms) != heads) | (known.tails.take(forms) != tails))
    wrong = wrong[forms[wrong] != UNKNOWN]
    while len(wrong):
        forms[wrong] = tried = known.following.take(forms[wrong])
        same = (known.heads.take(tried) == heads[wrong]) & (known.tails.take(tried) == tails[wrong])
        wrong = wrong[~same & (tried != UNKNOWN)]
    forms[(variants != 0) & (forms != UNKNOWN)] = SPELT
    return forms


def _of_word(eights: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of eight kinds that are of letters before the first that is none."""
    others = ~eights & _LETTERS
    lowest = others & -others
    return (lowest // np.uint64(LETTER)) - np.uint64(1)


def _eight(kinds: NDArray[np.uint8], starts: NDArray[np.intp]) -> NDArray[np.uint64]:
    """The kinds of eight code points from each start on, the first lowest."""
    return np.ndarray((len(kinds) - 7,), "V8", kinds.data, 0, (1,))[starts].view("<u8")


def _around_triggers(
    kinds: NDArray[np.uint8], starts: NDArray[np.intp], heads: NDArray[np.uint64], known: Tables
) -> NDArray[np.intp]:
    """The units from the bound before each trigger to that after it, what is before that bound taken along where it is none."""
    # The role that a unit has at most, by the slot of its head; what may be a trigger is looked up.
    roles = known.likely.take(begins_of(heads & KEPT))
    triggers = np.flatnonzero((roles >= WEAK_TRIGGER) | ((heads & _VARIANTS) != 0))
    found = known.roles.take(_forms(kinds, starts[triggers], heads[triggers], known))
    roles[triggers] = found
    triggers = triggers[found >= WEAK_TRIGGER]
    bound = roles == BOUND
    weak = (roles[triggers] < TRIGGER) & bound[triggers - 1] & bound.take(triggers + 1, mode="wrap")
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
    unsure = known.unsure.take(forms)
    spelt = np.flatnonzero(unsure)
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
    return Reading(classes.tobytes().decode("ascii"), token_starts, token_ends, np.repeat(unsure, counts))


def _ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers ``start, start + 1, …`` of each start, as many as its count, one after another."""
    stops = np.cumsum(counts)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(starts - stops + counts, counts) + np.arange(total)
