"""Sixty-four-bit hashes of pieces of text, many at a time, and tables that number them.

A piece's hash is a polynomial in its code points (Karp and Rabin 1987) modulo 2^64. Sums over a whole text give that of any
piece of it in two look-ups, wherever it lies, so that no piece is ever made a string. Among a million different
pieces two share a hash with a chance of about 3 in a hundred million.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Ints = NDArray[np.intp]

_BASE = 0x2545F4914F6CDD1D
_INVERSE = pow(_BASE, -1, 1 << 64)
_STRETCH = 1 << 17
"""Code points summed at once: what goes with them stays in cache."""

NONE = -1


def codes_of(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[Hashes, Hashes]:
    powers = np.full((2, count), _BASE, dtype=np.uint64)
    powers[1] = _INVERSE
    powers[1, 0] = 1
    np.cumprod(powers, axis=1, out=powers)
    powers.flags.writeable = False
    return powers[0], powers[1]


class Pieces:
    """The hashes of the pieces of one text, given by its code points."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        powers, self._inverses = _powers(max(_STRETCH, 1 << len(codes).bit_length()))
        self._sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        weighed = codes + np.uint64(1)
        weighed *= powers[: len(codes)]
        np.cumsum(weighed, out=self._sums[1:])

    def hashes(self, begins: Ints, ends: Ints) -> Hashes:
        """Of the pieces from ``begins`` up to ``ends``; 0 for an empty one."""
        found: Hashes = self._sums[ends]
        found -= self._sums[begins]
        found *= self._inverses[begins]
        return found


def after(code: int, hashes: Hashes) -> Hashes:
    """The hashes of the pieces with this code point before each."""
    return (hashes + np.uint64(code + 1)) * np.uint64(_BASE)


def hashes_of(codes: NDArray[np.uint32], begins: Ints, ends: Ints) -> Hashes:
    """As `Pieces.hashes`, of pieces in the order of their beginnings and ends, of a text of any length."""
    stretches = len(codes) // _STRETCH + 1
    if stretches == 1:
        return Pieces(codes).hashes(begins, ends)
    out = np.empty(len(begins), dtype=np.uint64)
    bounds = np.searchsorted(begins, np.arange(stretches + 1) * _STRETCH).tolist()
    for low, high in pairwise(bounds):
        if low < high:
            first = begins[low]
            part = Pieces(codes[first : ends[high - 1]])
            out[low:high] = part.hashes(begins[low:high] - first, ends[low:high] - first)
    return out


def spread(hashes: Hashes) -> Hashes:
    """The hashes mixed so that sums with them collide with nothing but by chance; never 0 for 0."""
    mixed = (hashes + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(29)
    return mixed


def distinct(keys: Hashes) -> tuple[Ints, int]:
    """Numbers that equal keys share and others do not, and how many there are; no key is 0."""
    bits = max((2 * len(keys)).bit_length(), 1)
    table = np.zeros(1 << bits, dtype=np.uint64)
    slots = (keys >> np.uint64(64 - bits)).astype(np.intp)
    _settle(table, keys, slots)
    rank = np.cumsum(table != 0)
    return rank[slots] - 1, int(rank[-1])


class Numbering:
    """Numbers 0, 1, 2, … for keys as they come: open addressing by the keys' top bits."""

    def __init__(self) -> None:
        self._count = 0
        self._empty(10)

    @classmethod
    def of(cls, keys: Hashes, numbers: NDArray[np.int32]) -> Numbering:
        """That in which these keys, different and in rising order, have these numbers, each from 0 on once."""
        made = cls()
        made._count = len(keys)
        made._empty(max(1, (2 * len(keys)).bit_length()))
        # Each goes to the first free slot from its own on; those that ran past the last one begin again at the first.
        places = np.arange(len(keys))
        slots = np.maximum.accumulate(made._slots(keys) - places) + places
        within = int(np.searchsorted(slots, len(made._keys)))
        made._keys[slots[:within]] = keys[:within]
        slots[within:] = made._place(keys[within:])
        made._numbers[slots] = numbers
        return made

    def __len__(self) -> int:
        return self._count

    def _slots(self, keys: Hashes) -> Ints:
        return (keys >> np.uint64(64 - self._bits)).astype(np.intp)

    def _empty(self, bits: int) -> None:
        self._bits = bits
        self._keys = np.zeros(1 << bits, dtype=np.uint64)
        self._numbers = np.full(1 << bits, NONE, dtype=np.int32)

    def find(self, keys: Hashes) -> Ints:
        """The number of each key, `NONE` of those that have none; no key is 0."""
        slots = self._slots(keys)
        there = self._keys[slots]
        out: Ints = self._numbers[slots].astype(np.intp)
        open_ = np.flatnonzero(there != keys)
        out[open_] = NONE
        open_ = open_[there[open_] != 0]
        last = len(self._keys) - 1
        at = slots[open_]
        while len(open_):
            at = (at + 1) & last
            there = self._keys[at]
            hit = there == keys[open_]
            out[open_[hit]] = self._numbers[at[hit]]
            still = (there != 0) & ~hit
            open_, at = open_[still], at[still]
        return out

    def numbered(self, keys: Hashes) -> tuple[Ints, Ints]:
        """The number of each key, new ones for those that have none; and where in ``keys`` each new number's key is.

        No key is 0.
        """
        numbers = self.find(keys)
        missing = np.flatnonzero(numbers == NONE)
        new = []
        for at in range(0, len(missing), _STRETCH):
            some = missing[at : at + _STRETCH]
            if at:
                numbers[some] = self.find(keys[some])
                some = some[numbers[some] == NONE]
            numbers[some], firsts = self._add(keys[some])
            new.append(some[firsts])
        return numbers, np.concatenate(new) if new else missing

    def _add(self, keys: Hashes) -> tuple[Ints, Ints]:
        """Number keys that have no number yet; also the places of those that are not another's again."""
        if 2 * (self._count + len(keys)) > len(self._keys):
            filled = np.flatnonzero(self._keys)
            old, old_numbers = self._keys[filled], self._numbers[filled]
            self._empty((2 * (self._count + len(keys))).bit_length())
            self._numbers[self._place(old)] = old_numbers
        slots = self._place(keys)
        order = np.arange(len(keys), dtype=np.int32)
        self._numbers[slots] = order
        firsts = np.flatnonzero(self._numbers[slots] == order)
        self._numbers[slots[firsts]] = np.arange(self._count, self._count + len(firsts))
        self._count += len(firsts)
        return self._numbers[slots].astype(np.intp), firsts

    def _place(self, keys: Hashes) -> Ints:
        """Where each key lies in the table, put there if it was not."""
        slots = self._slots(keys)
        _settle(self._keys, keys, slots)
        return slots


def _settle(table: Hashes, keys: Hashes, slots: Ints) -> None:
    """Move each key's slot on until it is in the table there, in a slot that was empty if in none yet."""
    open_ = np.arange(len(keys))
    while len(open_):
        at, own = slots[open_], keys[open_]
        free = table[at] == 0
        # Of several keys for one empty slot the last stays there; the others go on.
        table[at[free]] = own[free]
        open_ = open_[table[at] != own]
        slots[open_] = (slots[open_] + 1) & (len(table) - 1)
