"""What is worked out for words, kept for the next time that they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

#: Words that are kept; where there are more different ones, all start over, so that memory has a bound (some 30 MB).
_KEPT = 1 << 16
_LONGEST_KEPT = 64


class Kept(dict[str, Value], Generic[Value]):
    """What ``work_out`` gives for each word that is asked for, worked out once."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        self.work_out = work_out

    def __missing__(self, word: str) -> Value:
        value = self.work_out(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[word] = value
        return value
