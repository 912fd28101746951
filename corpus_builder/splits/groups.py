"""Groups of near-duplicates: locality-sensitive hashing of MinHash signatures, checked pair by pair.

Signatures are cut into bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4); rows that agree in
a band are candidates, and a candidate joins when the estimated Jaccard similarity of the whole signatures reaches the
threshold. Groups are the connected components. One band is held at a time: 16 bytes for each article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from corpus_builder.splits.similarity import PERMUTATIONS, Signatures

BANDS = 42
ROWS_PER_BAND = PERMUTATIONS // BANDS
Ints = npt.NDArray[np.int64]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def group_leaders(signatures: Signatures, similarity: float) -> Ints:
    """For each row, the smallest row of its group; a row without near-duplicates leads itself."""
    hashes = band_hashes(signatures, range(BANDS))
    return leaders(len(signatures), (edges(signatures, band, similarity) for band in hashes))


def leaders(count: int, found: Iterable[Iterable[tuple[int, int]]]) -> Ints:
    """The smallest row of each row's group, from the edges between ``count`` rows, in whatever order they come."""
    parent = np.arange(count)
    for some in found:
        for left, right in some:
            _join(parent, left, right)
    return _roots(parent)


def band_hashes(signatures: Signatures, bands: range) -> npt.NDArray[np.uint64]:
    """For each of these neighbouring bands one hash for each row, over the signature's numbers in the band."""
    numbers = signatures[:, bands.start * ROWS_PER_BAND : bands.stop * ROWS_PER_BAND].T.astype(np.uint64)
    hashes = np.arange(bands.start + 1, bands.stop + 1, dtype=np.uint64)[:, np.newaxis]
    for row in range(ROWS_PER_BAND):
        hashes = (hashes ^ numbers[row::ROWS_PER_BAND]) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(31)
    return hashes


def edges(
    signatures: Signatures, hashes: npt.NDArray[np.uint64], similarity: float
) -> Iterator[tuple[int, int]]:
    """Pairs of rows that agree in one band, whose hashes these are, and are near-duplicates: enough of them to connect all such."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    breaks = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    starts = np.concatenate(([0], breaks))
    ends = np.concatenate((breaks, [len(order)]))
    for run in np.flatnonzero(ends - starts > 1):
        yield from _similar(signatures, order[starts[run] : ends[run]], similarity)


def _similar(signatures: Signatures, members: Ints, similarity: float) -> Iterator[tuple[int, int]]:
    """Edges from leaders to the members of one bucket like them; who is like no leader leads the next round."""
    waiting = np.sort(members)
    while len(waiting) > 1:
        leader, rest = waiting[0], waiting[1:]
        alike = np.mean(signatures[rest] == signatures[leader], axis=1) >= similarity
        for row in rest[alike].tolist():
            yield int(leader), row
        waiting = rest[~alike]


def _join(parent: Ints, left: int, right: int) -> None:
    left, right = _root(parent, left), _root(parent, right)
    if left != right:
        parent[max(left, right)] = min(left, right)


def _root(parent: Ints, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = int(parent[row])
    return row


def _roots(parent: Ints) -> Ints:
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            return parent
        parent = above
