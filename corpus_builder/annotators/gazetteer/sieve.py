"""A sieve of hashes for the names of the lists, which lets through a few too many and never one too few.

The first letters of a key are hashed where they stand, eight at a time as the bytes of one number, so that a word is made into a
string only where it may matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus_builder.annotators.gazetteer.lists import MEDIA_NOUNS, PLACE_NOUNS, NameLists
from corpus_builder.annotators.gazetteer.neighbours import (
    AFTER_OTHER_PLACES,
    BODY_NOUNS,
    CLUB_NOUNS,
    DESCENT,
    FAMILY_WORDS,
    OTHER_NAME_ENDS,
)
from corpus_builder.annotators.gazetteer.pieces import LINKS, SERVANT, SUFFIXES
from corpus_builder.annotators.gazetteer.words import Integers, Letters, lettered

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.uint16]

#: What a word may be: a name by itself, one that needs a noun before it, such a noun or a title, the first word of longer names, a
#: later one, a given name, one that is a plain word too, any part of people's names;
ALONE, AFTER_NOUN, HEAD, FIRST, LATER, OPENS, MAY_OPEN, PART = (1 << bit for bit in range(8))
#: and what it may do to a name beside it: forbid any behind it or before it, a longer one behind it, end a longer one before it.
NONE_BEHIND, NONE_BEFORE, NO_LONGER_BEHIND, ENDS_LONGER = (1 << bit for bit in range(8, 12))
#: What a run of words may be: a longer name, or words that one of more begins with.
WHOLE, BEGUN = 1, 1 << 4
_EITHER = np.uint8(WHOLE | BEGUN)

#: Odd numbers with no pattern in their bits: the highest bits of a product with one are a hash (Dietzfelbinger and others 1997).
_FIRST_EIGHT, _NEXT_SIX, _PLACE = map(np.uint64, (0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0xD6E8FEB86659FD93))
_BITS = 20
_HIGHEST, _NEXT, _FOUR = np.uint64(64 - _BITS), np.uint64(64 - _BITS - 2), np.uint64(3)
#: The numbers whose lowest so many bytes are full.
FULL = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
_SPACE = 0x20


class Sieve(NamedTuple):
    """Tables by bits of a hash: the flags of ``words``, those of ``runs`` of two and more words that names begin with; and how many
    words the ``longest`` name has."""

    words: Flags
    runs: npt.NDArray[np.uint8]
    longest: int


def sieve_of(names: NameLists) -> Sieve:
    """The sieve for the names of the lists."""
    single = [(key, entry.needs) for key, entry in names.entries.items() if " " not in key]
    words = np.zeros(1 << _BITS, np.uint16)
    for flag, keys in (
        (ALONE, [key for key, needs in single if needs not in ("place", "media")]),
        (AFTER_NOUN, [key for key, needs in single if needs in ("place", "media")]),
        (HEAD, PLACE_NOUNS | MEDIA_NOUNS | names.titles),
        (FIRST, names.firsts),
        (PART | NONE_BEHIND, names.given),
        (OPENS, names.given - names.ambiguous | {SERVANT}),
        (MAY_OPEN, names.given & names.ambiguous),
        (PART, names.family | names.servants | SUFFIXES | LINKS),
        (NONE_BEHIND, FAMILY_WORDS | CLUB_NOUNS),
        (NONE_BEFORE, OTHER_NAME_ENDS | AFTER_OTHER_PLACES | DESCENT),
        (NO_LONGER_BEHIND, BODY_NOUNS),
        (ENDS_LONGER, [key for key in names.adjectives if key.startswith("ال")]),
    ):
        words[_hashes(keys) >> _HIGHEST] |= np.uint16(flag)
    longer = [key for key in names.entries if " " in key]
    counts = np.fromiter(map(str.count, longer, repeat(" ")), np.int64, len(longer)) + 1
    hashes = _hashes(longer)
    later = np.ones(len(hashes), np.bool_)
    at = np.cumsum(counts) - counts
    later[at] = False
    words[hashes[later] >> _HIGHEST] |= np.uint16(LATER)
    runs, longest = np.zeros(1 << _BITS, np.uint8), int(counts.max(initial=2))
    run = hashes[at]
    for count in range(2, longest + 1):
        at += 1
        run = run_on(run, hashes[at])
        more = counts > count
        for flag, marked in ((WHOLE, run[~more]), (BEGUN, run[more])):
            np.bitwise_or.at(runs, marked >> _HIGHEST, np.uint8(flag) << _row(marked))
        at, run, counts = at[more], run[more], counts[more]
    return Sieve(words, runs, longest)


def flags_of_words(sieve: Sieve, hashes: Hashes) -> Flags:
    """What words of these hashes may be."""
    return sieve.words.take((hashes >> _HIGHEST).view(np.int64))


def flags_of_runs(sieve: Sieve, hashes: Hashes) -> npt.NDArray[np.uint8]:
    """What runs of words of these hashes may be."""
    return sieve.runs.take((hashes >> _HIGHEST).view(np.int64)) >> _row(hashes) & _EITHER


def _row(hashes: Hashes) -> Letters:
    """Which of the four bits of a flag in its slot a hash has: one look at the table tells as much as four of its size would."""
    return (hashes >> _NEXT & _FOUR).astype(np.uint8)


def windows(letters: Letters, starts: Integers, lengths: Integers) -> tuple[Hashes, Hashes]:
    """The first eight letters of words and the next eight, each as the bytes of a number, from the lowest on."""
    eights = np.ndarray((len(letters) - 7,), "<u8", buffer=letters, strides=(1,))
    low = eights[starts] & FULL.take(lengths, mode="clip")
    high = np.zeros_like(low)
    longer = np.flatnonzero(lengths > 8)
    high[longer] = eights[starts[longer] + 8] & FULL.take(lengths[longer] - 8, mode="clip")
    return low, high


def hashed(low: Hashes, high: Hashes) -> Hashes:
    """The hashes of words by their first fourteen letters, which are still there where two more are taken off before them."""
    hashes: Hashes = low * _FIRST_EIGHT + (high & FULL[6]) * _NEXT_SIX
    return hashes


def run_on(runs: Hashes, words: Hashes) -> Hashes:
    """The hashes of runs of words that go on with one more word each; a run of one word has that word's."""
    return runs * _PLACE + words


def _hashes(keys: Iterable[str]) -> Hashes:
    """The hash of each key; what holds spaces counts as several."""
    text = " ".join(keys)
    codes, letters = lettered(text)
    ends = np.append(np.flatnonzero(codes == _SPACE), len(text))
    starts = np.append(0, ends[:-1] + 1)
    return hashed(*windows(letters, starts, ends - starts))
