"""Texts one after another, and strings cut out of them many at a time.

Offsets count code points of all the texts joined; here they become byte positions of Arrow's UTF-8 buffers, so that no Python string is
made for a span.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus_builder.code_points import Codes, Ints, codes_of
from corpus_builder.writers.columns import numbers


@dataclass(frozen=True, slots=True)
class JoinedTexts:
    """Texts joined without a gap. Text ``i`` is ``joined[first[i]:first[i + 1]]``; ``positions`` gives each code point's first byte."""

    joined: str
    codes: Codes
    first: Ints
    data: pa.Buffer
    positions: npt.NDArray[np.int32]

    @classmethod
    def of(cls, column: pa.StringArray, joined: str | None = None) -> JoinedTexts:
        """The texts of a column without nulls; nothing is copied but the code points. ``joined`` are they, where they are at hand."""
        edges, data = _buffers(column)
        joined = str(memoryview(data), "utf-8") if joined is None else joined
        codes = codes_of(joined)
        positions = _positions(codes)
        return cls(joined, codes, np.searchsorted(positions, edges), data, positions)

    def slices(self, starts: Ints, ends: Ints) -> pa.StringArray:
        """The strings at ``[starts, ends)``, which must be in order and disjoint."""
        if not len(starts):
            return pa.nulls(0, pa.string())
        # One column of the spans and of the gaps between them needs no copy; the spans are every other one of it.
        edges = np.empty(2 * len(starts), np.int32)
        self.positions.take(starts, out=edges[::2], mode="clip")
        self.positions.take(ends, out=edges[1::2], mode="clip")
        pieces = pa.StringArray.from_buffers(len(edges) - 1, pa.py_buffer(edges), self.data)
        return pieces.take(numbers(np.arange(0, len(edges), 2)))

    def overlapping_slices(self, starts: Ints, ends: Ints) -> pa.StringArray:
        """The strings at ``[starts, ends)``, whatever their order."""
        firsts = self.positions.take(starts)
        sizes = self.positions.take(ends) - firsts
        edges = np.zeros(len(sizes) + 1, np.int32)
        np.cumsum(sizes, out=edges[1:])
        places = np.repeat(firsts - edges[:-1], sizes) + np.arange(edges[-1], dtype=np.int32)
        data = np.frombuffer(self.data, np.uint8).take(places)
        return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(edges), pa.py_buffer(data))


def encoded(column: pa.StringArray) -> Iterator[memoryview]:
    """The UTF-8 bytes of each text of a column without nulls."""
    edges, data = _buffers(column)
    view = memoryview(data)
    return (view[low:high] for low, high in pairwise(edges.tolist()))


def outermost(starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Which spans, in order of (start, -end) and nesting but not crossing, lie in no other."""
    if not len(starts):
        return np.zeros(0, bool)
    reach = np.maximum.accumulate(np.concatenate(([-1], ends[:-1])))
    return np.asarray(starts >= reach)


def _buffers(column: pa.StringArray) -> tuple[npt.NDArray[np.int32], pa.Buffer]:
    """Where the strings of a column begin and end in their bytes, and these."""
    _validity, offsets, values = column.buffers()
    edges = np.frombuffer(offsets, np.int32, len(column) + 1, column.offset * 4)
    low, high = int(edges[0]), int(edges[-1])
    return edges - low, values.slice(low, high - low) if high > low else pa.py_buffer(b"")


def _positions(codes: Codes) -> npt.NDArray[np.int32]:
    """The first byte of each code point in UTF-8, and the number of bytes of all."""
    widths = np.ones(len(codes), np.uint8)
    for bound in (0x80, 0x800, 0x10000) if codes.dtype == np.uint32 else (0x80, 0x800):
        widths += codes >= bound
    positions = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(widths, out=positions[1:])
    return positions
