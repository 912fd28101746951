"""MinHash signatures of texts (Broder 1997), over the sets of their three-word shingles.

Words are folded runs of letters and digits, so that vocalisation, spelling variants and punctuation of one story's
copies do not count. Word and shingle hashes are made for many texts at a time, as many as the processor's cache holds
the numbers of; rensa makes the signatures. A signature depends on its text alone, not on what it is made together with.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from corpus_builder.code_points import basic_plane, codes_of, entries
from corpus_builder.folding import REMOVED, fold

PERMUTATIONS = 128
#: Signatures of one version only compare with each other; the shard fingerprint holds it.
ALGORITHM = f"rensa-rminhash-{RMinHash.ALGORITHM_VERSION}-{PERMUTATIONS}-words-3"
_SEED = 42
_WORDS = 3
#: So many code points are hashed at a time: their numbers stay in the cache, and the tables of powers small.
_PIECE = 1 << 16
#: Stands for marks and tatweel, which a word is read without.
_REMOVED = np.uint16(1)

Signatures = npt.NDArray[np.uint32]
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)


def signatures(texts: Sequence[str]) -> Signatures:
    """The signatures of these texts, one row of `PERMUTATIONS` numbers for each; texts without words have equal rows."""
    made = array("I")
    for low, high in _pieces(texts):
        hashes, offsets = _shingles(*_word_hashes(texts[low:high]))
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, PERMUTATIONS, _SEED)
        # Lists of Python numbers are all that it gives; NumPy takes four times as long over these.
        for row in matrix.to_rows():
            made.fromlist(row)
    return np.frombuffer(made, np.uint32).reshape(-1, PERMUTATIONS)


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
    """The hash of each word of all texts, and how many words the texts up to each have.

    A word's hash is the polynomial of its folded letters, read off prefix sums over all letters (Karp and Rabin 1987).
    """
    letters = entries(_letters(), codes_of("\n".join(["", *texts, ""])))
    text_ends = np.cumsum([len(text) + 1 for text in texts])
    removed = letters == _REMOVED
    if removed.any():
        text_ends -= np.searchsorted(np.flatnonzero(removed), text_ends)
        letters = letters[~removed]
    inside = letters != 0
    # Before the first letter of each word, and at its last one: no text begins or ends without a line feed.
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    before = edges[::2]
    ends = edges.searchsorted(text_ends) // 2
    powers, inverses = _powers(len(letters))
    sums = letters * powers[: len(letters)]
    np.cumsum(sums, out=sums)
    sums = sums.take(edges)
    return _mixed((sums[1::2] - sums[::2]) * inverses[before]), ends


@cache
def _letters() -> npt.NDArray[np.uint16]:
    """For each code point below U+10000, and one for all beyond: its folded letter, 0 where it is in no word, or `_REMOVED`."""
    everything = basic_plane()
    table = np.full(len(everything) + 1, 0xFFFF, np.uint16)
    table[:-1] = codes_of(fold(everything))
    for letter, pattern in ((0, r"[\W_]+"), (_REMOVED, REMOVED)):
        for found in re.finditer(pattern, everything):
            table[found.start() : found.end()] = letter
    return table


def _powers(length: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The base to the power of 0, 1, … and of -1, -2, … modulo 2**64, at least this many of each."""
    size = max(_PIECE, 1 << length.bit_length())
    inverse = pow(int(_PRIME), -1, 1 << 64)
    return _power_table(1, int(_PRIME), size), _power_table(inverse, inverse, size)


@lru_cache(maxsize=4)
def _power_table(first: int, base: int, size: int) -> npt.NDArray[np.uint64]:
    steps = np.full(size, base, np.uint64)
    steps[0] = first
    return np.cumprod(steps, dtype=np.uint64)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A 64-bit finaliser, so that similar sums do not give similar hashes."""
    values = (values ^ (values >> np.uint64(33))) * _SECOND
    return values ^ (values >> np.uint64(29))


def _shingles(
    words: npt.NDArray[np.uint64], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Hashes of each run of three words inside one text (one shingle of all its words for a shorter text), with row offsets."""
    counts = ends.copy()
    counts[1:] -= ends[:-1]
    padded = np.concatenate((words, np.zeros(_WORDS - 1, np.uint64)))
    runs = words + padded[1:-1] * _PRIME + padded[2:] * _SECOND
    kept = np.ones(len(words), bool)
    kept[ends[counts >= 2] - 1] = False
    kept[ends[counts >= 3] - 2] = False
    one, two = ends[counts == 1] - 1, ends[counts == 2] - 2
    runs[one] = words[one]
    runs[two] = words[two] + words[two + 1] * _PRIME
    per_row = np.maximum(counts - (_WORDS - 1), np.minimum(counts, 1))
    return _mixed(runs[kept]), np.concatenate(([0], np.cumsum(per_row))).astype(np.uint64)
