import numpy as np
import pytest

from corpus_builder.annotators.tagger.entities import calibrated
from corpus_builder.training.calibration import calibration_curve, expected_calibration_error


def sample(count: int, seed: int):
    """Raw chances that are too sure of themselves: right with their square."""
    source = np.random.default_rng(seed)
    chances = source.uniform(0.01, 0.99, count)
    return chances, source.random(count) < chances**2


def test_calibration_mends_chances_that_are_too_sure():
    curve = calibration_curve(*sample(20_000, 1))
    chances, right = sample(20_000, 2)
    assert expected_calibration_error(chances, right) > 0.1
    assert expected_calibration_error(calibrated(chances, curve), right) < 0.02


def test_the_curve_never_falls():
    assert (np.diff(calibration_curve(*sample(500, 3))) >= 0).all()


def test_expected_calibration_error_by_hand():
    chances = np.array([0.95, 0.95, 0.15, 0.15])
    right = np.array([True, False, False, False])
    assert expected_calibration_error(chances, right) == pytest.approx((2 * 0.45 + 2 * 0.15) / 4)
