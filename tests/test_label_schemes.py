import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.config import LABELS
from corpus_builder.label_schemes import our_label, tag_spans


def spans(*tags: str) -> list[tuple[int, int, str]]:
    return tag_spans([tag.split() for tag in tags])


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("O B-X I-X O", [(1, 3, "X")]),
        ("I-X I-X B-X O", [(0, 2, "X"), (2, 3, "X")]),
        ("B-X I-Y I-Y", [(0, 1, "X"), (1, 3, "Y")]),
        ("B-X B-X", [(0, 1, "X"), (1, 2, "X")]),
        ("B-X I-X E-X S-X", [(0, 3, "X"), (3, 4, "X")]),
        ("B-X L-X U-X I-X", [(0, 2, "X"), (2, 3, "X"), (3, 4, "X")]),
        ("E-X E-X", [(0, 1, "X"), (1, 2, "X")]),
        ("X X O Y", [(0, 2, "X"), (3, 4, "Y")]),
        ("O O", []),
        ("", []),
    ],
)
def test_flat_schemes(tags, found) -> None:
    assert spans(*tags.split()) == found


def test_columns_may_hold_nested_names() -> None:
    assert spans("B-ORG", "I-ORG B-LOC", "I-LOC", "O B-PER") == [(0, 2, "ORG"), (1, 3, "LOC"), (3, 4, "PER")]


def test_a_name_may_nest_in_one_of_its_own_label() -> None:
    assert spans("B-ORG", "I-ORG B-ORG", "I-ORG I-ORG", "I-ORG", "O") == [(0, 4, "ORG"), (1, 3, "ORG")]


ROWS = st.lists(st.lists(st.sampled_from(["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "Y"]), max_size=3))


@given(ROWS)
def test_every_tag_is_in_a_span_of_its_label_and_no_other_token_is(rows) -> None:
    found = tag_spans(rows)
    for number, row in enumerate(rows):
        here = {label for first, stop, label in found if first <= number < stop}
        assert here == {tag.rpartition("-")[2] for tag in row if tag != "O"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PER", "PER"),
        ("PERS", "PER"),
        ("person", "PER"),
        ("GPE", "LOC"),
        ("FAC", "LOC"),
        ("MIS", "MISC"),
        ("EVENT", "MISC"),
        ("OCC", None),
        ("MONEY", "MONEY"),
    ],
)
def test_labels_become_ours(theirs, ours) -> None:
    assert our_label(theirs, LABELS) == ours


def test_a_label_that_is_registered_stays() -> None:
    assert our_label("GPE", ("GPE", "LOC")) == "GPE"


def test_a_label_of_which_no_counterpart_is_registered_is_none() -> None:
    assert our_label("GPE", ("PER",)) is None


@pytest.mark.parametrize(
    ("renamed", "ours"), [({"GPE": "ORG"}, "ORG"), ({"GPE": ""}, None), ({"GPE": "X"}, None)]
)
def test_what_a_person_says_comes_first(renamed, ours) -> None:
    assert our_label("GPE", LABELS, renamed) == ours
