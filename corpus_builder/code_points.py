"""Texts as arrays of code points, and what tables say of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
#: Code points, in 16 or 32 bits.
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Entry = TypeVar("Entry", bound=np.generic)


class Classes:
    """The class of each code point, a number below 255, that ``class_of`` gives a character of the basic plane and ``beyond`` is for
    all others. Each is asked for when it first comes: a text has some hundred of the 65,536.
    """

    _UNSEEN = 255

    def __init__(self, class_of: Callable[[str], int], beyond: int) -> None:
        self._class_of = class_of
        self._table = np.full(0x10001, self._UNSEEN, np.uint8)
        self._table[-1] = beyond

    def of(self, codes: Codes) -> npt.NDArray[np.uint8]:
        """The class of each of these code points."""
        found = entries(self._table, codes)
        if found.max(initial=0) == self._UNSEEN:
            for code in np.flatnonzero(np.bincount(codes[found == self._UNSEEN])).tolist():
                self._table[code] = self._class_of(chr(code))
            found = entries(self._table, codes)
        return found


def codes_of(text: str) -> Codes:
    """The code points of a text as numbers, in 16 bits where none needs more."""
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def basic_plane() -> str:
    """Every code point below U+10000, in order."""
    return np.arange(0x10000, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")


def entries(table: npt.NDArray[Entry], codes: Codes) -> npt.NDArray[Entry]:
    """What a table of 0x10001 entries holds for each code point: the last entry stands for all beyond U+FFFF."""
    return table.take(codes if codes.dtype == np.uint16 else np.minimum(codes, np.uint32(0x10000)))
