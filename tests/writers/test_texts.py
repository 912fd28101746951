import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.writers.texts import JoinedTexts, encoded, outermost

TEXTS = st.lists(st.text("aé ب€\uffff👩", max_size=6), max_size=4)


@st.composite
def cuttings(draw):
    """Texts, and disjoint spans of them joined."""
    texts = draw(TEXTS)
    length = len("".join(texts))
    edges = sorted(draw(st.lists(st.integers(0, length), max_size=8, unique=True)))
    edges = edges[: len(edges) // 2 * 2]
    return texts, edges[::2], edges[1::2]


@given(cuttings(), TEXTS, TEXTS)
def test_slices_are_those_of_the_joined_text(cutting, before, after):
    texts, starts, ends = cutting
    column = pa.array([*before, *texts, *after], pa.string()).slice(len(before), len(texts))
    joined = JoinedTexts.of(column)
    whole = "".join(texts)
    assert joined.joined == whole
    assert [whole[low:high] for low, high in zip(joined.first, joined.first[1:], strict=False)] == texts
    cut = joined.slices(np.array(starts, np.int64), np.array(ends, np.int64))
    cut.validate(full=True)
    assert cut.to_pylist() == [whole[start:end] for start, end in zip(starts, ends, strict=True)]
    assert [bytes(text).decode() for text in encoded(column)] == texts


@given(cuttings(), st.data())
def test_overlapping_slices_are_those_of_the_joined_text(cutting, data):
    texts, _starts, _ends = cutting
    whole = "".join(texts)
    joined = JoinedTexts.of(pa.array(texts, pa.string()), whole)
    places = st.integers(0, len(whole))
    spans = [sorted(pair) for pair in data.draw(st.lists(st.tuples(places, places), max_size=8))]
    starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
    cut = joined.overlapping_slices(starts, ends)
    cut.validate(full=True)
    assert cut.to_pylist() == [whole[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("spans", "outer"),
    [
        ([], []),
        ([(0, 3)], [True]),
        ([(0, 3), (3, 5)], [True, True]),
        ([(0, 9), (0, 3), (4, 6), (4, 5), (9, 10)], [True, False, False, False, True]),
    ],
)
def test_the_outermost_of_nested_spans(spans, outer):
    starts, ends = (np.array([span[i] for span in spans], np.int64) for i in (0, 1))
    assert outermost(starts, ends).tolist() == outer
