"""Making span scores mean what they say: isotonic regression on held-out folds, never on a dev set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.entities import CALIBRATION_REACH

POINTS = 33


def calibration_curve(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How often spans of a raw probability are right, at evenly spaced logits, non-decreasing.

    ``chances`` are raw probabilities of spans in text the model was not trained on. Pool-adjacent-violators,
    then interpolation between the means of the pools.
    """
    inner = np.clip(chances, 1e-6, 1 - 1e-6)
    logits = np.log(inner / (1 - inner))
    order = np.argsort(logits, kind="stable")
    pools: list[list[float]] = []
    size = max(1, len(order) // 40)
    for at in range(0, len(order), size):
        some = order[at : at + size]
        pools.append([float(logits[some].mean()), float(right[some].mean()), float(len(some))])
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            x, y, n = pools.pop()
            u, v, m = pools.pop()
            pools.append([(x * n + u * m) / (n + m), (y * n + v * m) / (n + m), n + m])
    x_points = np.linspace(-CALIBRATION_REACH, CALIBRATION_REACH, POINTS)
    return np.interp(x_points, [pool[0] for pool in pools], [pool[1] for pool in pools]).astype(np.float32)


def expected_calibration_error(
    chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> float:
    """The mean distance of score and share of right spans over equal-width bins, weighted by spans (Naeini et
    al., 2015).
    """
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        some = bin_of == number
        if some.any():
            total += float(some.sum()) * abs(float(chances[some].mean()) - float(right[some].mean()))
    return total / len(chances)
