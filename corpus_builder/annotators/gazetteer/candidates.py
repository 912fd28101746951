"""Which words of a text may begin a name: a sieve of hashes, which lets through a few too many and never one too few.

The keys of words are hashed where they stand, from sums over the whole text, so that a word is made into a string only where it
may matter. A hash is a polynomial of the code points over the integers modulo 2**64 (Karp and Rabin 1987), so that the hash of a
word less its first letters comes from the same sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from corpus_builder.annotators.gazetteer.listed import WARY_OF
from corpus_builder.annotators.gazetteer.lists import MEDIA_NOUNS, PLACE_NOUNS, NameLists
from corpus_builder.annotators.gazetteer.pieces import LINKS, SERVANT, SUFFIXES
from corpus_builder.annotators.gazetteer.words import Codes, Columns, Integers

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

#: What a key may be: a name by itself, one that needs a noun before it, such a noun, the first word of longer names, a given
#: name, any part of people's names, a title, a word that may forbid a name beside it.
ALONE, AFTER_NOUN, NOUN, FIRST, OPENS, PART, TITLE, WARY = (1 << bit for bit in range(8))

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_PAIR = np.uint64(0xD6E8FEB86659FD93)
_BITS = 18
_HIGHEST = np.uint64(64 - _BITS)
_NEXT = np.uint64(64 - 2 * _BITS)
#: Texts of no more code points share one table of powers.
_USUAL = 1 << 17
_MASK = np.uint64((1 << _BITS) - 1)
_WAW, _FEH, _BEH, _LAM, _KAF, _ALEF, _YEH = map(ord, "وفبلكاي")
_SERVANT = tuple(map(ord, "عبدال"))
_SPACE = 0x20
_ARTICLE = np.uint64(_ALEF * _BASE + _LAM * _BASE**2 & (1 << 64) - 1)
_BASE_SQUARED = np.uint64(_BASE * _BASE & (1 << 64) - 1)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Tables by `_slots` of a hash: the ``flags`` of keys, and whether a pair of keys is a first and a second word."""

    flags: Flags
    pairs: Mask


def sieve_of(names: NameLists) -> Sieve:
    """The sieve for the names of the lists."""
    single = [(key, entry.needs) for key, entry in names.entries.items() if " " not in key]
    flags = np.zeros(1 << _BITS, np.uint8)
    for flag, words in (
        (ALONE, [key for key, needs in single if needs not in ("place", "media")]),
        (AFTER_NOUN, [key for key, needs in single if needs in ("place", "media")]),
        (NOUN, PLACE_NOUNS | MEDIA_NOUNS),
        (FIRST, names.firsts),
        (OPENS | PART | WARY, names.given),
        (OPENS, {SERVANT}),
        (PART, names.family | names.servants | SUFFIXES | LINKS),
        (TITLE, names.titles),
        (WARY, WARY_OF),
    ):
        for slots in _slots(_hashes(words)):
            flags[slots] |= np.uint8(flag)
    pairs = np.zeros(1 << _BITS, np.bool_)
    both = _hashes(names.pairs)
    for slots in _slots(_pair(both[::2], both[1::2])):
        pairs[slots] = True
    return Sieve(flags, pairs)


def candidates(columns: Columns, sieve: Sieve) -> tuple[Integers, Integers, bytes]:
    """The words that a listed name may begin with, and those that a person's name may begin with, as indices; and for every
    word 1 where no longer name begins with it and no word beside it is one to be wary of, else 0."""
    codes, starts, ends, joined = columns.codes, columns.key_starts, columns.key_ends, columns.joined
    if not len(starts):
        return starts, starts, b""
    sums = _Sums(codes)
    whole = sums.between(starts, ends)
    flags = np.zeros(len(starts), np.uint8)
    pairs = np.zeros(len(starts), np.bool_)
    for words, hashes in _readings(columns, sums, whole):
        one, other = _slots(hashes)
        found = sieve.flags[one] & sieve.flags[other]
        flags[words] |= found
        longer = np.flatnonzero((found & FIRST != 0) & joined[words])
        first = words[longer]
        one, other = _slots(_pair(hashes[longer], whole[first + 1]))
        pairs[first] |= sieve.pairs[one] & sieve.pairs[other]
    flags[_servants(codes, starts)] |= OPENS | PART
    before = np.zeros_like(flags)
    np.multiply(flags[:-1], joined[:-1], out=before[1:])
    listed = (flags & ALONE != 0) | ((flags & AFTER_NOUN != 0) & (before & NOUN != 0)) | pairs
    nisba = (codes[starts] == _ALEF) & (codes[ends - 1] == _YEH)
    goes_on = joined & np.append((flags[1:] & PART != 0) | nisba[1:], False)
    titled = ~joined & (before & TITLE != 0)
    # A word that no space parts from the next keeps that one from opening a name.
    fused = np.append(~joined[:-1] & (codes[ends[:-1]] != _SPACE) & (codes[starts[1:] - 1] != _SPACE), False)
    opens = (flags & OPENS != 0) & (goes_on | titled | fused)
    wary = np.append(joined[:-1] & (flags[1:] & WARY != 0), False) | (before & WARY != 0)
    return np.flatnonzero(listed), np.flatnonzero(opens), (~(wary | pairs)).tobytes()


def _readings(columns: Columns, sums: _Sums, whole: Hashes) -> Iterator[tuple[Integers, Hashes]]:
    """Words and the hashes of what they may be read as, as `pieces.readings` has it."""
    codes, starts, ends = columns.codes, columns.key_starts, columns.key_ends
    yield np.arange(len(starts)), whole
    head = codes[starts]
    taken = ((head == _WAW) | (head == _FEH)) & (ends - starts > 2)
    words = np.flatnonzero(taken)
    yield words, sums.between(starts[words] + 1, ends[words])
    at = starts + taken
    left = ends - at
    head = codes[at]
    lam = head == _LAM
    words = np.flatnonzero(((head == _BEH) | lam | (head == _KAF)) & (left > 2))
    yield words, sums.between(at[words] + 1, ends[words])
    words = np.flatnonzero(lam & (codes[at + 1] == _LAM) & (left > 4))
    yield words, _ARTICLE + sums.between(at[words] + 2, ends[words]) * _BASE_SQUARED


def _servants(codes: Codes, starts: Integers) -> Integers:
    """The words that begin with عبدال, attached particles aside."""
    found = np.flatnonzero(codes[:-5] == _SERVANT[0])
    for place, letter in enumerate(_SERVANT[1:], start=1):
        found = found[codes[found + place] == letter]
    words = np.searchsorted(starts, found, "right") - 1
    return words[found - starts[words] <= 2]


def _pair(firsts: Hashes, seconds: Hashes) -> Hashes:
    return firsts * _PAIR + seconds


def _slots(hashes: Hashes) -> tuple[Integers, Integers]:
    """The two places of a table where a hash leaves its mark (Bloom 1970): its highest bits and those below."""
    return (hashes >> _HIGHEST).view(np.int64), ((hashes >> _NEXT) & _MASK).view(np.int64)


class _Sums:
    """The sums of a text's code points, each times a power, from which the hash of any part is read off."""

    __slots__ = ("_inverses", "_sums")

    def __init__(self, codes: Codes) -> None:
        powers, self._inverses = _usual_powers() if len(codes) <= _USUAL else _powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * powers[: len(codes)], out=self._sums[1:])

    def between(self, starts: Integers, ends: Integers) -> Hashes:
        """The hashes of the parts between these offsets."""
        return (self._sums[ends] - self._sums[starts]) * self._inverses[starts]


@cache
def _usual_powers() -> tuple[Hashes, Hashes]:
    return _powers(_USUAL)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """The first powers of the base, from the first on, and of its inverse, from the zeroth on."""
    bases = np.full((2, count), [[_BASE], [_INVERSE]], np.uint64)
    bases[1, 0] = 1
    powers, inverses = np.cumprod(bases, axis=1, out=bases)
    return powers, inverses


def _hashes(words: Iterable[str]) -> Hashes:
    """The hash of each word; what holds spaces counts as several."""
    codes = np.frombuffer(" ".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
    spaces = np.flatnonzero(codes == _SPACE)
    return _Sums(codes).between(np.append(0, spaces + 1), np.append(spaces, len(codes)))
