"""Which words of a text may begin a name, as its letters say, before any of them is made into a string."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corpus_builder.annotators.gazetteer.sieve import (
    AFTER_NOUN,
    ALONE,
    BEGUN,
    ENDS_LONGER,
    FIRST,
    FULL,
    HEAD,
    LATER,
    MAY_OPEN,
    NO_LONGER_BEHIND,
    NONE_BEFORE,
    NONE_BEHIND,
    OPENS,
    PART,
    WHOLE,
    Flags,
    Hashes,
    Sieve,
    flags_of_runs,
    flags_of_words,
    hashed,
    run_on,
    windows,
)
from corpus_builder.annotators.gazetteer.words import DIGIT, Columns, Integers, Mask, letter_of

_WAW, _FEH, _BEH, _LAM, _KAF, _HEH, _YEH = map(letter_of, "وفبلكهي")
_AL, _LAL, _WAL, _ABDAL = (
    np.uint64(int.from_bytes(map(letter_of, letters), "little")) for letters in ("ال", "لل", "وال", "عبدال")
)
_BYTE, _SEVEN_BYTES = np.uint64(8), np.uint64(56)
_SPACE = 0x20


class Beginnings(NamedTuple):
    """The words that a listed name may begin with, and the ``lasts`` of the longest name that it may be, as indices; ``quiet``
    where no word beside these may make it no name, or another one."""

    firsts: Integers
    lasts: Integers
    quiet: Mask


def candidates(columns: Columns, sieve: Sieve) -> tuple[Beginnings, Integers, Flags]:
    """Where listed names may begin, the words that a person's name may begin with, and what each word may be."""
    joined, count = columns.joined, len(columns.joined)
    whole, more = windows(columns.letters, columns.starts, columns.lengths)
    readings = _readings(whole, more)
    words, low, high = map(np.concatenate, zip(*readings, strict=True))
    hashes = hashed(low, high)
    found = flags_of_words(sieve, hashes)
    found[low & FULL[5] == _ABDAL] |= OPENS | PART
    further = _further(words, hashes, found, joined, sieve)
    flags, done = found[:count].copy(), count
    for others, _low, _high in readings[1:]:
        flags[others] |= found[done : done + len(others)]
        done += len(others)
    before, after = np.zeros_like(flags), np.zeros_like(flags)
    np.multiply(flags[:-1], joined[:-1], out=before[1:])
    np.multiply(flags[1:], joined[:-1], out=after[:-1])
    alone = (flags & ALONE != 0) | ((flags & AFTER_NOUN != 0) & (before & HEAD != 0))
    firsts = np.flatnonzero(alone | (further > 0))
    further = further[firsts]
    lasts = firsts + further
    behind, ahead = before[firsts], after[lasts]
    quiet = (behind & NONE_BEHIND == 0) & (ahead & NONE_BEFORE == 0)
    longer = np.flatnonzero(further)
    following = np.minimum(lasts[longer] + 1, count - 1)
    quiet[longer] &= (behind[longer] & NO_LONGER_BEHIND == 0) & (ahead[longer] & ENDS_LONGER == 0)
    quiet[longer] &= ~(joined[lasts[longer]] & _goes_on(columns, whole, following))
    openings = _openings(columns, flags, before, after, whole)
    return Beginnings(firsts, lasts, quiet), openings, flags


def _goes_on(columns: Columns, letters: Hashes, words: Integers) -> Mask:
    """Whether words look like more of a longer name before them (`listed.listed`)."""
    letters = letters[words]
    two = letters & FULL[2]
    adjective = (two == _AL) & _ends_in_yeh(columns, words)
    more: Mask = adjective | (two == _LAL) | (letters & FULL[3] == _WAL) | (letters & FULL[1] == DIGIT)
    return more


def _ends_in_yeh(columns: Columns, words: Integers) -> Mask:
    """Whether words end in yeh, or in yeh and heh."""
    ends = columns.starts[words] + columns.lengths[words]
    last, last_but_one = columns.letters[ends - 1], columns.letters[ends - 2]
    yeh: Mask = (last == _YEH) | ((last == _HEH) & (last_but_one == _YEH))
    return yeh


def _further(words: Integers, hashes: Hashes, found: Flags, joined: Mask, sieve: Sieve) -> Integers:
    """How many words after each the longest listed name that may begin with it has; 0 where it is none or has one word."""
    count = len(joined)
    further, whole = np.zeros(count, np.int64), hashes[:count]
    goes_on = joined.copy()
    goes_on[:-1] &= found[1:count] & LATER != 0
    first = found & FIRST != 0
    first[:count] &= goes_on
    first[count:] &= goes_on[words[count:]]
    which = np.flatnonzero(first)
    runs, at = hashes[which], words[which]
    firsts = at
    for step in range(1, sieve.longest):
        at = at + 1
        runs = run_on(runs, whole[at])
        flags = flags_of_runs(sieve, runs)
        further[firsts[flags & WHOLE != 0]] = step
        more = (flags & BEGUN != 0) & goes_on[at]
        firsts, at, runs = firsts[more], at[more], runs[more]
        if not len(firsts):
            break
    return further


def _openings(columns: Columns, flags: Flags, before: Flags, after: Flags, letters: Hashes) -> Integers:
    """The words that a person's name may begin with; ``before`` and ``after`` are the flags of the words that one space parts."""
    surely, part = flags & OPENS != 0, after & PART != 0
    named = np.flatnonzero((flags & (OPENS | MAY_OPEN) != 0) & part)
    named = named[surely[named] | (letters[named + 1] & FULL[2] == _AL)]
    others = np.flatnonzero(surely & ~part)
    joined = columns.joined[others]
    following = others[joined] + 1
    nisba = following[letters[following] & FULL[2] == _AL]
    nisba = nisba[_ends_in_yeh(columns, nisba)]
    apart = others[~joined]
    following = np.minimum(apart + 1, len(flags) - 1)
    titled = before[apart] & HEAD != 0
    # A word that no space parts from the next keeps that one from opening a name.
    fused = (columns.codes[columns.ends[apart]] != _SPACE) & (
        columns.codes[columns.starts[following] - 1] != _SPACE
    )
    return np.sort(np.concatenate((named, nisba - 1, apart[titled | fused])))


def _readings(low: Hashes, high: Hashes) -> list[tuple[Integers, Hashes, Hashes]]:
    """Which words have a reading, and its letters, for each reading that `pieces.readings` has: first all words as they are."""
    heads = low.astype(np.uint8)
    conjoined = np.flatnonzero(((heads == _WAW) | (heads == _FEH)) & (low > FULL[2]))
    less_low, less_high = _less_one(low[conjoined], high[conjoined])
    inner, inner_high = low.copy(), high.copy()
    inner[conjoined], inner_high[conjoined] = less_low, less_high
    heads = inner.astype(np.uint8)
    prefixed = np.flatnonzero(((heads == _BEH) | (heads == _LAM) | (heads == _KAF)) & (inner > FULL[2]))
    inner, inner_high = inner[prefixed], inner_high[prefixed]
    article = np.flatnonzero((inner & FULL[2] == _LAL) & (inner > FULL[4]))
    return [
        (np.arange(len(low)), low, high),
        (conjoined, less_low, less_high),
        (prefixed, *_less_one(inner, inner_high)),
        (prefixed[article], inner[article] ^ _LAL ^ _AL, inner_high[article]),
    ]


def _less_one(low: Hashes, high: Hashes) -> tuple[Hashes, Hashes]:
    """The letters of words less their first."""
    return low >> _BYTE | high << _SEVEN_BYTES, high >> _BYTE
