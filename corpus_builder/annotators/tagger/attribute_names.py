"""Names of attributes as numbers: where each has a say, and the hashes by which a model's attributes are found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import unplaced
from corpus_builder.annotators.tagger.hashing import (
    NONE,
    Hashes,
    Ints,
    Numbering,
    codes_of,
    hashes_of,
    spread,
)
from corpus_builder.annotators.tagger.told import FAMILIES

Floats = NDArray[np.float32]

DISTANCES = ((0,), (-1, 1), (-2, 2))
"""The offsets at which an attribute has a say, those of one distance together."""


class Table(NamedTuple):
    """What the attributes at one distance weigh: ``weights`` (attributes, offsets, labels) times ``scale`` (attributes, offsets), for
    the names with these ``numbers``, in rising order.
    """

    numbers: NDArray[np.int32]
    weights: Floats | NDArray[np.int8]
    scale: NDArray[np.float32] | NDArray[np.float16]


class Attributes(NamedTuple):
    """The attributes of a model: numbers for their names without offsets, and a table for each of `DISTANCES`.

    ``keys`` are the hashes of these names in rising order, ``key_numbers`` their numbers; ``told`` are the numbers of
    the ``told_names``, which `Told` looks up as they are written.
    """

    keys: Hashes
    key_numbers: NDArray[np.int32]
    told: NDArray[np.int32]
    told_names: Sequence[str]
    tables: tuple[Table, ...]


def attributes_of(names: Sequence[str], weights: Floats) -> Attributes:
    """The attributes of these names, as `features.placed` makes them, with their weights (names, labels)."""
    offsets, families, keys = _apart(names)
    numbers, new = Numbering().numbered(keys)
    order = np.argsort(keys[new]).astype(np.int32)
    of_told = Numbering()
    of_told.numbered(families_of(FAMILIES))
    told = np.flatnonzero(of_told.find(families) != NONE)
    bare = {unplaced(names[i])[1]: int(numbers[i]) for i in told.tolist()}
    tables = []
    for distance in DISTANCES:
        there = np.unique(numbers[np.isin(offsets, distance)])
        table = Table(
            there.astype(np.int32),
            np.zeros((len(there), len(distance), weights.shape[1]), dtype=np.float32),
            np.ones((len(there), len(distance)), dtype=np.float32),
        )
        for i, offset in enumerate(distance):
            some = np.flatnonzero(offsets == offset)
            table.weights[np.searchsorted(there, numbers[some]), i] = weights[some]
        tables.append(table)
    return Attributes(
        keys[new][order], order, np.array(list(bare.values()), dtype=np.int32), list(bare), tuple(tables)
    )


def keys_of(names: Sequence[str]) -> Hashes:
    """The hash of each name without its offset."""
    return _apart(names)[2]


def families_of(names: Sequence[str]) -> Hashes:
    """The hash of what each name has up to its ``=``; all of a name that has none."""
    return _apart(names)[1]


def _apart(names: Sequence[str]) -> tuple[Ints, Hashes, Hashes]:
    """The offsets of names, and the hashes of their families and of the names without the offsets."""
    codes = codes_of("\n".join(names) + "\n=")
    sizes = np.fromiter(map(len, names), dtype=np.intp, count=len(names))
    ends = np.cumsum(sizes + 1) - 1
    starts = ends - sizes
    first = codes[starts]
    before, behind = first == ord("-"), (first == ord("1")) | (first == ord("2"))
    offsets = np.where(behind, first.astype(np.intp) - ord("0"), 0)
    offsets[before] = ord("0") - codes[starts[before] + 1].astype(np.intp)
    begins = starts + 2 * before + behind
    equals = np.flatnonzero(codes == ord("="))
    values = np.minimum(equals[np.searchsorted(equals, begins)] + 1, ends)
    both = hashes_of(
        codes, np.stack([begins, values], axis=1).ravel(), np.stack([values, ends], axis=1).ravel()
    )
    families = both[::2]
    return offsets, families, both[1::2] + spread(families)
