"""Arrow columns of strings and numbers, made and read without the way through pandas that pyarrow takes.

``pyarrow.array`` and ``to_numpy`` import pandas where it is installed: a quarter of a second in each process. A build from the command
line stops that at its beginning (`keep_pandas_out`).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def keep_pandas_out() -> None:
    """Have pyarrow look for pandas here and now, in vain: it looks once, and again only when it is asked for what pandas alone can do.

    For a program of ours, not for a library in a program of others: an array made of a series would not be what they are used to.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        try:
            pa.array([0])
        finally:
            sys.meta_path.remove(_NoPandas)


def give_back_memory() -> None:
    """Return to the system what was freed: a process forked from this one would count it as its own."""
    pa.default_memory_pool().release_unused()
    # The C library of some systems has it; the others give back by themselves, or not at all.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class _NoPandas:
    """A finder of modules for which pandas is not installed."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def numbers(array: npt.NDArray[Any]) -> pa.Array:
    """A column of the numbers of an array of one dimension, not copied where they lie side by side."""
    array = np.ascontiguousarray(array)
    kind = pa.from_numpy_dtype(array.dtype)
    return pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(array)])


def values(column: pa.Array) -> npt.NDArray[Any]:
    """The numbers of a column without nulls, not copied. Raises `TypeError` for another column."""
    return np.from_dlpack(column)


def strings(texts: Sequence[str]) -> pa.StringArray:
    """A column of strings. Raises `UnicodeEncodeError` for a lone surrogate."""
    parts = [text.encode() for text in texts]
    edges = np.zeros(len(parts) + 1, np.int32)
    np.cumsum([len(part) for part in parts], out=edges[1:])
    return pa.StringArray.from_buffers(len(parts), pa.py_buffer(edges), pa.py_buffer(b"".join(parts)))
