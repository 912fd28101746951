"""From label numbers and posteriors to entities and their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.decoding import Floats, Ints, Posterior


def entities(numbers: NDArray[np.int8], labels: Sequence[str]) -> tuple[Ints, Ints, Ints]:
    """First words, last words and the number of the ``B-`` label of each entity in words laid end to end."""
    inside = np.array([label.startswith("I-") for label in labels])
    begins = np.array([label.startswith("B-") for label in labels])
    firsts = np.flatnonzero(begins[numbers])
    stops = np.flatnonzero(~np.append(inside[numbers], False))
    lasts = stops[np.searchsorted(stops, firsts + 1)] - 1
    return firsts, lasts, numbers[firsts].astype(np.intp)


def chances_of(
    posterior: Posterior, firsts: Ints, lasts: Ints, kinds: Ints, lengths: Ints
) -> NDArray[np.float64]:
    """The model's probability of each entity: of its labels, and that it does not go on after its last word.

    ``kinds`` are numbers of ``B-`` labels, whose ``I-`` labels come right after them; ``lengths`` are those
    of the sentences.
    """

    def step(words: Ints, now: Ints, then: Ints) -> NDArray[np.floating]:
        reached: NDArray[np.floating] = (
            posterior.moves[now, then]
            * posterior.emitted[words + 1, then]
            * posterior.backward[words + 1, then]
            / np.maximum(posterior.backward[words, now], 1e-30)
        )
        return reached

    inside = kinds + 1
    chance = (posterior.forward[firsts, kinds] * posterior.backward[firsts, kinds]).astype(np.float64)
    at, state = firsts.copy(), kinds.copy()
    for _ in range(int((lasts - firsts).max(initial=0))):
        going = np.flatnonzero(at < lasts)
        chance[going] *= step(at[going], state[going], inside[going])
        at[going] += 1
        state[going] = inside[going]
    last_word = np.zeros(len(posterior.forward), dtype=bool)
    last_word[np.cumsum(lengths)[lengths > 0] - 1] = True
    followed = np.flatnonzero(~last_word[lasts])
    chance[followed] *= 1 - step(lasts[followed], state[followed], inside[followed])
    return chance


CALIBRATION_REACH = 8.0
"""Calibration is given at evenly spaced logits from minus this to this."""


def calibrated(chance: NDArray[np.float64], calibration: Floats) -> NDArray[np.float64]:
    """Raw span probabilities mapped through the calibration curve, rounded to 3 decimals, within [0.001,
    0.999].
    """
    inner = np.clip(chance, 1e-6, 1 - 1e-6)
    logit = np.log(inner / (1 - inner))
    points = np.linspace(-CALIBRATION_REACH, CALIBRATION_REACH, len(calibration))
    return np.clip(np.interp(logit, points, calibration), 0.001, 0.999).round(3)
