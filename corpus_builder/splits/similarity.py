"""MinHash signatures of texts (Broder 1997), over the sets of their three-word shingles.

Words are folded runs of letters and digits, so that vocalisation, spelling variants and punctuation of one story's
copies do not count. Word and shingle hashes are made for many texts at a time, as many as the processor's cache holds
the numbers of; rensa makes the signatures. A signature depends on its text alone, not on what it is made together with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from corpus_builder.folding import REMOVED, fold
from corpus_builder.token_columns import codes_of, entries

PERMUTATIONS = 128
#: Signatures of one version only compare with each other; the shard fingerprint holds it.
ALGORITHM = f"rensa-rminhash-{RMinHash.ALGORITHM_VERSION}-{PERMUTATIONS}-words-3"
_SEED = 42
_WORDS = 3
#: So many code points are hashed at a time: their numbers stay in the cache, and the tables of powers small.
_PIECE = 1 << 16
#: Stands for marks and tatweel, which a word is read without.
_REMOVED = np.uint64(1 << 32)

Signatures = npt.NDArray[np.uint32]
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)


def signatures(texts: Sequence[str]) -> Signatures:
    """The signatures of these texts, one row of `PERMUTATIONS` numbers for each; texts without words have equal rows."""
    made = np.empty((len(texts), PERMUTATIONS), np.uint32)
    for low, high in _pieces(texts):
        hashes, offsets = _shingles(*_word_hashes(texts[low:high]))
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, PERMUTATIONS, _SEED)
        made[low:high] = matrix.to_rows()
    return made


def _pieces(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where to cut ``texts``, so that no piece but a single text is longer than `_PIECE`."""
    low = size = 0
    for i, text in enumerate(texts):
        if i > low and size + len(text) >= _PIECE:
            yield low, i
            low, size = i, 0
        size += len(text) + 1
    if low < len(texts):
        yield low, len(texts)


def _word_hashes(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The hash of each word of all texts, and how many words each text has.

    A word's hash is the polynomial of its folded letters, read off prefix sums over all letters (Karp and Rabin 1987).
    """
    letters = entries(_letters(), codes_of("\n".join([*texts, ""])))
    text_ends = np.cumsum([len(text) + 1 for text in texts])
    kept = letters != _REMOVED
    if not kept.all():
        text_ends = np.cumsum(kept)[text_ends - 1]
        letters = letters[kept]
    inside = np.concatenate(([False], letters != 0, [False]))
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    counts = np.diff(np.searchsorted(starts, text_ends), prepend=0)
    powers, inverses = _powers(len(letters))
    with np.errstate(over="ignore"):
        sums = np.concatenate(
            (np.zeros(1, np.uint64), np.cumsum(letters * powers[: len(letters)], dtype=np.uint64))
        )
        return _mixed((sums[ends] - sums[starts]) * inverses[starts]), counts


@cache
def _letters() -> npt.NDArray[np.uint64]:
    """For each code point below U+10000, and one for all beyond: its folded letter, 0 where it is in no word, or `_REMOVED`."""
    everything = "".join(map(chr, range(0x10000)))
    table = np.append(codes_of(fold(everything)), np.uint16(0xFFFF)).astype(np.uint64)
    table[:-1] *= np.array([c.isalnum() for c in everything], np.uint64)
    for found in REMOVED.finditer(everything):
        table[found.start() : found.end()] = _REMOVED
    return table


def _powers(length: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Powers of the base and of its inverse modulo 2**64, at least this many of each."""
    size = max(_PIECE, 1 << length.bit_length())
    return _power_table(int(_PRIME), size), _power_table(pow(int(_PRIME), -1, 1 << 64), size)


@lru_cache(maxsize=4)
def _power_table(base: int, size: int) -> npt.NDArray[np.uint64]:
    steps = np.full(size, base, np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A 64-bit finaliser, so that similar sums do not give similar hashes."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(33))) * _SECOND
        return values ^ (values >> np.uint64(29))


def _shingles(
    words: npt.NDArray[np.uint64], counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Hashes of each run of three words inside one text (one shingle of all its words for a shorter text), with row offsets."""
    ends = np.cumsum(counts)
    row = np.repeat(np.arange(len(counts)), counts)
    count = len(words)
    place = np.arange(count) - (ends - counts)[row]
    left = counts[row] - place
    padded = np.concatenate((words, np.zeros(_WORDS, np.uint64)))
    with np.errstate(over="ignore"):
        second = np.where(left > 1, padded[1 : count + 1] * _PRIME, np.uint64(0))
        third = np.where(left > 2, padded[2 : count + 2] * _SECOND, np.uint64(0))
        runs = _mixed(words + second + third)
    kept = (place <= counts[row] - _WORDS) | (place == 0)
    per_row = np.bincount(row[kept], minlength=len(counts))
    offsets = np.concatenate(([0], np.cumsum(per_row))).astype(np.uint64)
    return runs[kept], offsets
