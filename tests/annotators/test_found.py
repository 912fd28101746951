from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.found import Columns, Found, joined

SPANS = st.tuples(
    st.integers(0, 99), st.integers(0, 99), st.sampled_from(["PER", "LOC", "X"]), st.floats(0, 1)
)
LISTS = st.lists(st.lists(SPANS, max_size=3), max_size=5)


@given(LISTS)
def test_columns_and_lists_hold_the_same(lists: list[list[Found]]) -> None:
    assert Columns.of(lists).lists(len(lists)) == lists


@given(LISTS, st.data())
def test_documents_left_out_are_left_out_of_columns_too(
    lists: list[list[Found]], data: st.DataObject
) -> None:
    kept = sorted(data.draw(st.sets(st.sampled_from(range(len(lists))))) if lists else [])
    assert Columns.of(lists).only(kept).lists(len(kept)) == [lists[number] for number in kept]


@given(LISTS, st.data())
def test_documents_that_were_not_asked_have_none(lists: list[list[Found]], data: st.DataObject) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, 9), min_size=len(lists), max_size=len(lists))))
    wanted: list[list[Found]] = [[] for _number in range(10)]
    for place, spans in zip(places, lists, strict=True):
        wanted[place] = spans
    assert Columns.of(lists).moved(places).lists(10) == wanted


@given(LISTS, st.integers(0, 5))
def test_columns_of_parts_are_those_of_the_whole(lists: list[list[Found]], cut: int) -> None:
    whole = Columns.of(lists)
    low = list(range(len(lists)))[:cut]
    high = list(range(len(lists)))[cut:]
    parts = [(0, whole.only(low)), (len(low), whole.only(high))]
    assert joined(parts, whole.names).lists(len(lists)) == lists


def test_no_parts_have_no_spans() -> None:
    assert joined([], ["PER"]).lists(2) == [[], []]
