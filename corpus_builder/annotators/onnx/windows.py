"""Long token sequences cut into windows that overlap, windows put together to batches, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BATCH_TOKENS = 8192
"""Padded tokens in a batch, at most; one window is always a batch."""


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens ``[start, stop)`` of a sequence, and the part ``[first, last)`` of them that this window answers for."""

    sequence: int
    start: int
    stop: int
    first: int
    last: int


def windows(lengths: Sequence[int], size: int) -> list[Window]:
    """Windows of at most ``size`` tokens over sequences of these lengths.

    Neighbours share a quarter of their tokens, at least two; each token is answered for by the window in which it stands
    farther from the edge, so that none is judged without context on both sides, and every token by exactly one.
    """
    if size < 1:
        raise ValueError("a window holds at least one token")
    share = min(size - 1, max(2, size // 4))
    found = []
    for sequence, length in enumerate(lengths):
        starts = list(range(0, max(length - share, 1), size - share)) if length > size else [0]
        for number, start in enumerate(starts if length else []):
            stop = min(start + size, length)
            first = start + (share + 1) // 2 if number else 0
            last = starts[number + 1] + (share + 1) // 2 if number + 1 < len(starts) else length
            found.append(Window(sequence, start, stop, first, last))
    return found


def batches(found: Sequence[Window], special: int, most: int = BATCH_TOKENS) -> Iterator[list[Window]]:
    """Windows of like length together; ``special`` is the number of tokens that each gets around it."""
    batch: list[Window] = []
    for window in sorted(found, key=lambda w: (w.stop - w.start, w.sequence, w.start)):
        width = window.stop - window.start + special
        if batch and (len(batch) + 1) * width > most:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities over the last axis."""
    wide = logits.astype(np.float64)
    powers = np.exp(wide - wide.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
