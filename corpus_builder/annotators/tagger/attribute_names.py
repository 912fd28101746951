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


class Attributes(NamedTuple):
    """The attributes of a model, in the order of its weights: for each its offset and a number for its name without it.

    ``keys`` are the hashes of these names in rising order, ``key_numbers`` their numbers. ``told`` are the places of the attributes
    that `Told` looks up by their names, ``told_names`` these names without offsets.
    """

    offsets: NDArray[np.int8]
    numbers: NDArray[np.int32]
    keys: Hashes
    key_numbers: NDArray[np.int32]
    told: NDArray[np.int32]
    told_names: Sequence[str]


def attributes_of(names: Sequence[str]) -> Attributes:
    """The attributes of these names, as `features.placed` makes them."""
    offsets, families, keys = _apart(names)
    numbers, new = Numbering().numbered(keys)
    order = np.argsort(keys[new]).astype(np.int32)
    of_told = Numbering()
    of_told.numbered(families_of(FAMILIES))
    told = np.flatnonzero(of_told.find(families) != NONE)
    bare = [unplaced(names[i])[1] for i in told.tolist()]
    return Attributes(
        offsets.astype(np.int8),
        numbers.astype(np.int32),
        keys[new][order],
        order,
        told.astype(np.int32),
        bare,
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
