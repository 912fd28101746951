import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from corpus_builder.writers.columns import numbers, strings, values

KINDS = st.sampled_from([np.int32, np.int64, np.uint64, np.float64])
ARRAYS = KINDS.flatmap(lambda kind: nps.arrays(kind, st.integers(0, 6)))


@given(ARRAYS, st.integers(0, 6), st.sampled_from([1, 2, -1]))
def test_numbers_come_back(array, start, step):
    column = numbers(array[start::step])
    column.validate(full=True)
    assert column.equals(pa.array(array[start::step])) or np.isnan(array).any()
    assert np.array_equal(values(column), array[start::step], equal_nan=array.dtype.kind == "f")
    assert len(values(column.slice(1))) == max(len(column) - 1, 0)


@given(st.lists(st.text("aé ب€👩", max_size=4), max_size=5))
def test_strings_come_back(texts):
    column = strings(texts)
    column.validate(full=True)
    assert column.equals(pa.array(texts, pa.string()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nulls_are_no_numbers():
    with pytest.raises(TypeError):
        values(pa.array([1, None], pa.int32()))


def test_a_lone_surrogate_is_no_string():
    with pytest.raises(UnicodeEncodeError):
        strings(["\ud800"])
