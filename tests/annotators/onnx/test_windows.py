import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.onnx.windows import batches, softmax, windows

LENGTHS = st.lists(st.integers(0, 400), max_size=8)


@given(LENGTHS, st.integers(1, 60))
def test_every_token_is_answered_for_once_and_inside_its_window(lengths, size) -> None:
    found = windows(lengths, size)
    for number, length in enumerate(lengths):
        mine = [window for window in found if window.sequence == number]
        assert [place for w in mine for place in range(w.first, w.last)] == list(range(length))
        for window in mine:
            assert 0 <= window.start <= window.first < window.last <= window.stop <= length
            assert window.stop - window.start <= size


@given(LENGTHS, st.integers(4, 60))
def test_a_token_has_context_on_both_sides_unless_it_is_near_the_text_s_own_edge(lengths, size) -> None:
    least = max(1, size // 4 // 2)
    for window in windows(lengths, size):
        length = lengths[window.sequence]
        assert window.first - window.start >= least or window.start == 0
        assert window.stop - window.last >= least or window.stop == length


@given(LENGTHS, st.integers(1, 60), st.integers(0, 2), st.integers(1, 500))
def test_batches_hold_every_window_once_and_stay_small(lengths, size, special, most) -> None:
    found = windows(lengths, size)
    dealt = list(batches(found, special, most))
    assert sorted((w.sequence, w.start) for batch in dealt for w in batch) == [
        (w.sequence, w.start) for w in found
    ]
    for batch in dealt:
        width = max(w.stop - w.start for w in batch) + special
        assert len(batch) == 1 or len(batch) * width <= most


def test_windows_of_like_length_go_together() -> None:
    lengths = [10, 1, 9, 2]
    assert [[w.sequence for w in batch] for batch in batches(windows(lengths, 16), 0, 20)] == [[1, 3], [2, 0]]


def test_a_window_must_hold_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        windows([3], 0)


def test_large_logits_overflow_nothing() -> None:
    assert softmax(np.array([[1e4, 0.0, 1e4]], dtype=np.float32)).tolist() == [[0.5, 0.0, 0.5]]
