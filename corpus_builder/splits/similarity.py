"""MinHash signatures of texts (Broder 1997), over the sets of their three-word shingles.

Words are folded runs of letters and digits, so that vocalisation, spelling variants and punctuation of one story's
copies do not count. Word and shingle hashes are made for a whole batch at a time; rensa makes the signatures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from corpus_builder.folding import matching_key

PERMUTATIONS = 128
#: Signatures of one version only compare with each other; the shard fingerprint holds it.
ALGORITHM = f"rensa-rminhash-{RMinHash.ALGORITHM_VERSION}-{PERMUTATIONS}-words-3"
_SEED = 42
_WORDS = 3

Signatures = npt.NDArray[np.uint32]
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)


def signatures(texts: Sequence[str]) -> Signatures:
    """The signatures of these texts, one row of `PERMUTATIONS` numbers for each. A text without words has a row of its own hash."""
    if not texts:
        return np.zeros((0, PERMUTATIONS), np.uint32)
    words, counts = _word_hashes([matching_key(text) for text in texts])
    hashes, offsets = _shingles(words, counts)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, PERMUTATIONS, _SEED)
    return np.array(matrix.to_rows(), np.uint32).reshape(len(texts), PERMUTATIONS)


def _word_hashes(keys: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The hash of each word of all keys, and how many words each key has."""
    codes = np.frombuffer("\n".join([*keys, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    letter = _is_word(codes)
    starts = np.flatnonzero(letter & ~np.concatenate(([False], letter[:-1])))
    ends = np.flatnonzero(letter & ~np.concatenate((letter[1:], [False]))) + 1
    text_ends = np.cumsum([len(key) + 1 for key in keys])
    counts = np.diff(np.searchsorted(starts, text_ends), prepend=0)
    if not len(starts):
        return np.zeros(0, np.uint64), counts
    powers = _powers(int((ends - starts).max()))
    edges = np.concatenate(([0], starts, [len(codes)]))
    positions = np.arange(len(codes)) - np.repeat(edges[:-1], np.diff(edges))
    terms = np.where(letter, codes.astype(np.uint64) * powers[np.minimum(positions, len(powers) - 1)], np.uint64(0))
    sums = np.add.reduceat(terms, starts)
    return _mixed(sums), counts


def _is_word(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Letters and digits, roughly and fast: ASCII alphanumerics, and all beyond U+00BF that is no general or Arabic punctuation."""
    ascii_word = ((codes >= 48) & (codes <= 57)) | (((codes | 32) >= 97) & ((codes | 32) <= 122))
    beyond = (codes >= 0xC0) & ~((codes >= 0x2000) & (codes <= 0x2BFF)) & ~((codes >= 0x3000) & (codes <= 0x303F))
    arabic_marks = (codes == 0x60C) | (codes == 0x61B) | (codes == 0x61F) | (codes == 0x6D4) | (codes == 0x66A)
    return (ascii_word & (codes < 128)) | (beyond & ~arabic_marks)


def _powers(length: int) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return np.cumprod(np.full(length, _PRIME), dtype=np.uint64)


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
