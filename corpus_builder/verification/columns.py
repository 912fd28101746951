"""A row group's columns as arrays of code points and positions, so that promises are checked for all rows at
once.

The texts of a row group are laid end to end: a *position* counts code points from the first text's beginning,
an *offset* from the beginning of the row's own text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Texts:
    """Strings end to end: ``codes`` their code points, ``first`` where each begins, and last where the last
    ends.
    """

    codes: npt.NDArray[np.uint32]
    first: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.first)


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of a list column: the ``rows`` they stand in, their offsets there, and their positions in
    the joined texts.
    """

    rows: Ints
    starts: Ints
    ends: Ints
    base: Ints

    @property
    def low(self) -> Ints:
        return self.base + self.starts

    @property
    def high(self) -> Ints:
        return self.base + self.ends

    def __len__(self) -> int:
        return len(self.rows)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array."""
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pa.array([], combined.type)
    return combined


def texts_of(strings: pa.Array) -> Texts:
    """A string array, which holds no nulls and valid UTF-8, as code points."""
    _validity, offsets, values = strings.buffers()
    edges = np.frombuffer(offsets, np.int32, len(strings) + 1, strings.offset * 4)
    joined = bytes(memoryview(values)[int(edges[0]) : int(edges[-1])]) if values is not None else b""
    codes = np.frombuffer(joined.decode().encode("utf-32-le"), np.uint32)
    lengths = pc.utf8_length(strings).to_numpy()
    return Texts(codes, np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))))


def ints(array: pa.Array) -> Ints:
    """A column of whole numbers without nulls."""
    values: Ints = array.to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def list_rows(lists: pa.Array) -> Ints:
    """For each element of a list column the row it stands in."""
    lengths = pc.list_value_length(lists).to_numpy()
    return np.repeat(np.arange(len(lists)), lengths)


def spans_of(lists: pa.Array, texts: Texts) -> Spans:
    """The spans of a list column of structs with ``start`` and ``end``."""
    rows = list_rows(lists)
    flat = lists.flatten()
    return Spans(rows, ints(flat.field("start")), ints(flat.field("end")), texts.first[rows])


def gathered(codes: npt.NDArray[np.uint32], low: Ints, high: Ints) -> npt.NDArray[np.uint32]:
    """The code points of all ranges ``[low, high)``, end to end."""
    lengths = high - low
    edges = np.cumsum(lengths)
    total = int(edges[-1]) if len(edges) else 0
    return codes[np.repeat(low - (edges - lengths), lengths) + np.arange(total)]


def misquoted(codes: npt.NDArray[np.uint32], low: Ints, high: Ints, quotes: pa.Array) -> Ints:
    """Which of ``quotes`` are not the text of their range."""
    quoted = texts_of(quotes)
    wrong = quoted.lengths != high - low
    right = np.flatnonzero(~wrong)
    # Ranges of the right length line up letter by letter.
    theirs = gathered(quoted.codes, quoted.first[:-1][right], quoted.first[1:][right])
    unequal = np.flatnonzero(gathered(codes, low[right], high[right]) != theirs)
    if len(unequal):
        edges = np.cumsum((high - low)[right])
        wrong[right[np.searchsorted(edges, unequal, side="right")]] = True
    return np.flatnonzero(wrong)


def unequal(one: pa.Array, other: pa.Array) -> Ints:
    """Where two arrays of one length differ; two nulls are equal."""
    equal = pc.or_(pc.fill_null(pc.equal(one, other), False), pc.and_(pc.is_null(one), pc.is_null(other)))
    return np.flatnonzero(~equal.to_numpy(zero_copy_only=False))


def holders(inner: Spans, outer: Spans) -> Ints:
    """For each inner span the outer one that begins last before or at its beginning; -1 where it is not
    inside that one.
    """
    where = np.searchsorted(outer.low, inner.low, side="right") - 1
    if not len(outer):
        return np.full(len(inner), -1)
    holder = np.maximum(where, 0)
    inside = (where >= 0) & (outer.rows[holder] == inner.rows) & (inner.high <= outer.high[holder])
    return np.where(inside, holder, -1)


@cache
def space_table() -> Bools:
    """For every code point whether it is white space."""
    return np.fromiter((chr(code).isspace() for code in range(sys.maxunicode + 1)), bool)


@cache
def letter_table() -> Bools:
    """For every code point of the scripts up to Arabic whether it is a letter or a digit."""
    return np.fromiter((code < 0x0780 and chr(code).isalnum() for code in range(sys.maxunicode + 1)), bool)


def nulls(name: str, array: pa.Array) -> Iterator[str]:
    """The columns, inner ones too, that hold nulls."""
    if array.null_count:
        yield name
    elif pa.types.is_list(array.type):
        yield from nulls(name, array.flatten())
    elif pa.types.is_struct(array.type):
        for field in array.type:
            yield from nulls(f"{name}.{field.name}", array.field(field.name))
