"""Where in a text the grammar has a chance: between two letters that no pattern crosses, around one without which none matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.grammar import BOUNDS, HUNDREDS, TRIGGERS, YEAR_NOUN

#: No pattern matches as many letters: those farther from a trigger are left out of its window.
LONGEST = 256


def _table(letters: str) -> NDArray[np.bool_]:
    table = np.zeros(128, np.bool_)
    table[[ord(letter) for letter in letters]] = True
    return table


_TRIGGERS, _BOUNDS = _table(TRIGGERS), _table(BOUNDS)
_HUNDREDS, _YEAR_NOUN, _ARTICLE, _BETWEEN = map(ord, HUNDREDS + YEAR_NOUN + "=B")


def windows(classes: str, texts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The class letters ``[low, high)`` of each window in order, with one or two before and one after where its text has them.

    ``texts``: the letters at which texts begin, rising from 0, and the number of all letters last.
    """
    letters = np.frombuffer(classes.encode("ascii"), np.uint8)
    triggers = np.flatnonzero(_TRIGGERS.take(letters))
    bound = _BOUNDS.take(letters)
    hundreds = np.flatnonzero(letters == _HUNDREDS)
    if len(hundreds):
        before, further = letters[np.maximum(hundreds - 1, 0)], letters[np.maximum(hundreds - 2, 0)]
        after_year = (before == _YEAR_NOUN) | ((before == _ARTICLE) & (further == _YEAR_NOUN))
        triggers = np.sort(np.concatenate([triggers, hundreds[after_year]]))
    bounds = np.concatenate([[-1], np.flatnonzero(bound), [len(letters)]])
    edges = np.array(texts)
    text = edges.searchsorted(triggers, "right")
    at = bounds.searchsorted(triggers)
    begins, stops = np.maximum(bounds[at - 1] + 1, edges[text - 1]), np.minimum(bounds[at] + 1, edges[text])
    new = np.ones(len(triggers) + 1, np.bool_)
    new[1:-1] = (begins[1:] > begins[:-1]) | (triggers[1:] - triggers[:-1] > 2 * LONGEST)
    first, last = new[:-1], new[1:]
    # Of the second letter before a window it is asked only whether it is بين.
    begins, text = begins[first], text[first]
    between = letters[np.maximum(begins - 2, 0)] == _BETWEEN
    lows = np.maximum(begins - 1 - between, edges[text - 1])
    lows = np.maximum(lows, triggers[first] - LONGEST)
    highs = np.minimum(stops[last], triggers[last] + LONGEST)
    return zip(lows.tolist(), highs.tolist(), strict=True)
