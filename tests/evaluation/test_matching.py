import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.evaluation.cases import Case, GoldText, Labelled, nests, of_labels, outermost, rows
from corpus_builder.evaluation.libraries import nervaluate_figures, seqeval_figures, tag_rows
from corpus_builder.evaluation.matching import (
    KINDS,
    Figures,
    calibration_error,
    confusions,
    mistakes,
    only,
    partial,
    sides,
    strict,
)

LABELS = ("PER", "ORG", "LOC")
TEXT = "x" * 40


def case(gold: list[tuple[int, int, str]], predicted: list[tuple[int, int, str]], labels=LABELS) -> Case:
    entities = tuple(Labelled(*span) for span in gold)
    return Case(
        GoldText("a", TEXT, entities=entities, labels=frozenset(labels)),
        (),
        tuple(Labelled(*s) for s in predicted),
    )


@st.composite
def flat_spans(draw) -> list[tuple[int, int, str]]:
    edges = sorted(draw(st.sets(st.integers(0, 40), max_size=14)))
    pairs = itertools.pairwise(edges)
    return [(a, b, draw(st.sampled_from(LABELS))) for a, b in pairs if draw(st.booleans())]


@given(st.lists(st.tuples(flat_spans(), flat_spans()), max_size=4))
def test_on_flat_spans_our_counts_are_those_of_the_libraries(texts) -> None:
    pairs = sides([case(*text) for text in texts], nested=True)
    by_seqeval = seqeval_figures(pairs, LABELS)
    overall, by_nervaluate = nervaluate_figures(pairs, LABELS)
    assert by_seqeval == {name: strict(only(pairs, name)) for name in LABELS}
    assert sum(by_seqeval.values(), Figures()) == strict(pairs)
    assert by_nervaluate == {name: partial(only(pairs, name)) for name in LABELS}
    assert overall == partial(pairs)


@given(st.lists(st.tuples(flat_spans(), flat_spans()), max_size=4))
def test_every_span_is_right_or_in_exactly_one_mistake(texts) -> None:
    cases = [case(*text) for text in texts]
    figures = strict(sides(cases, nested=True))
    found = list(mistakes(cases, nested=True))
    assert sum(m.gold is not None for m in found) == figures.gold - figures.right
    assert sum(m.predicted is not None for m in found) == figures.predicted - figures.right
    assert sum(confusions(found).values()) == len(found)


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        ([(0, 4, "PER")], [(0, 4, "PER")], []),
        ([(0, 4, "PER")], [], ["missed"]),
        ([], [(0, 4, "PER")], ["spurious"]),
        ([(0, 4, "PER")], [(0, 4, "LOC")], ["wrong label"]),
        ([(0, 4, "PER")], [(2, 4, "PER")], ["wrong boundary"]),
        ([(0, 4, "PER")], [(2, 6, "LOC")], ["wrong label and boundary"]),
        ([(0, 4, "PER")], [(4, 6, "PER")], ["missed", "spurious"]),
        ([(0, 9, "PER")], [(0, 3, "PER"), (4, 9, "PER")], ["spurious", "wrong boundary"]),
        ([(0, 9, "PER"), (2, 4, "LOC")], [(0, 9, "LOC")], ["missed", "wrong label"]),
        ([(0, 9, "PER"), (2, 4, "LOC")], [(0, 9, "PER")], ["missed"]),
    ],
)
def test_the_kinds_of_mistakes(gold, predicted, kinds) -> None:
    found = [m.kind for m in mistakes([case(gold, predicted)], nested=True)]
    assert sorted(found) == kinds
    assert set(found) <= set(KINDS)


def test_nested_gold_counts_each_span() -> None:
    pairs = sides([case([(0, 9, "ORG"), (2, 4, "LOC")], [(2, 4, "LOC")])], nested=True)
    assert strict(pairs) == Figures(2, 1, 1)
    assert partial(pairs) == Figures(2, 1, 1.0)
    assert strict(sides([case([(0, 9, "ORG"), (2, 4, "LOC")], [(2, 4, "LOC")])], nested=False)) == Figures(
        1, 1, 0
    )


def test_partial_takes_the_equal_span_before_the_first_that_overlaps() -> None:
    pairs = sides([case([(0, 9, "ORG"), (2, 4, "LOC")], [(2, 4, "LOC"), (5, 9, "PER")])], nested=True)
    assert partial(pairs) == Figures(2, 2, 1.5)


def test_labels_that_the_gold_does_not_vouch_for_are_not_counted() -> None:
    pairs = sides([case([(0, 4, "PER")], [(0, 4, "PER"), (6, 9, "ORG")], ("PER", "LOC"))], nested=True)
    assert strict(pairs) == Figures(1, 1, 1)
    assert strict(sides([case([], [(6, 9, "LOC")], ("PER", "LOC"))], nested=True)) == Figures(0, 1, 0)


def test_a_span_given_twice_counts_once() -> None:
    assert strict(sides([case([(0, 4, "PER")], [(0, 4, "PER"), (0, 4, "PER")])], nested=True)) == Figures(
        1, 1, 1
    )


def test_outermost_spans_and_nesting() -> None:
    spans = [Labelled(2, 4, "LOC"), Labelled(0, 9, "ORG"), Labelled(9, 12, "PER"), Labelled(11, 14, "LOC")]
    assert [s.key for s in outermost(spans)] == [(0, 9, "ORG"), (9, 12, "PER")]
    assert nests(case([(0, 9, "ORG"), (2, 4, "LOC")], []))
    assert not nests(case([(0, 2, "ORG"), (2, 4, "LOC")], [(0, 4, "ORG"), (1, 2, "LOC")]))
    assert [s.key for s in of_labels(spans, {"LOC"})] == [(2, 4, "LOC"), (11, 14, "LOC")]


def test_figures_of_nothing_are_zero() -> None:
    assert (Figures().precision, Figures().recall, Figures().f1) == (0.0, 0.0, 0.0)
    assert Figures(4, 2, 1).f1 == pytest.approx(1 / 3)


def test_calibration_weighs_each_bin_by_its_spans() -> None:
    made = case([(0, 1, "PER"), (2, 3, "PER")], [(0, 1, "PER"), (2, 3, "PER"), (4, 5, "PER"), (6, 7, "PER")])
    scored = tuple(
        replace(span, score=score)
        for span, score in zip(made.entities, (0.95, 0.95, 0.95, 0.15), strict=True)
    )
    found = calibration_error(sides([replace(made, entities=scored)], nested=True))
    assert found == pytest.approx((abs(2 - 2.85) + 0.15) / 4)
    assert calibration_error([]) is None


def test_rows_of_tags_never_round_a_span() -> None:
    pairs = sides([case([(0, 5, "PER")], [(2, 5, "PER"), (5, 7, "LOC")]), case([], [])], nested=True)
    assert tag_rows(pairs) == ([["B-PER", "I-PER", "O"]], [["O", "B-PER", "B-LOC"]])


def test_lines_of_a_text_but_for_breaks_inside_a_name() -> None:
    text = "one\n\ntwo three\nfour"
    assert list(rows(text, [])) == [(0, 3), (5, 14), (15, 19)]
    assert list(rows(text, [(9, 16)])) == [(0, 3), (5, 19)]
