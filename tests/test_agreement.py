"""Two small sets whose agreement was worked out by hand, and what must hold for any two sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.agreement import Agreement, agree
from corpus_builder.agreement_reports import agree_paths, agreement_record, agreement_table
from corpus_builder.config import Config
from corpus_builder.model import Article, Gold, GoldSpan

CASES = Path(__file__).parent / "cases" / "agreement"
TEXT = "قال سالم إن جامعة بغداد فتحت بابها. ثم زار البصرة."


def _cases(second: str = "second") -> Agreement:
    return agree_paths(CASES / "first", CASES / second, Config())[0]


def test_the_figures_worked_out_by_hand():
    found = _cases()
    assert (found.articles, found.tokens) == (2, 22)
    assert found.observed == 19 / 22
    assert found.overall.exact.f1 == pytest.approx(2 * 4 / 13)
    assert found.overall.overlap.f1 == pytest.approx(2 * 5 / 13)
    chance = (2 * 1 + 2 * 3 + 2 * 1 + 1 * 2 + 15 * 15) / 22**2
    assert found.overall.kappa == pytest.approx((19 / 22 - chance) / (1 - chance))
    one = (1 * 2 + 21 * 20) / 22**2
    assert found.labels["DATE"].kappa == pytest.approx((21 / 22 - one) / (1 - one))
    assert found.labels["DATE"].exact.f1 == 0
    assert found.labels["DATE"].overlap.f1 == 1
    assert list(found.labels) == ["DATE", "LOC", "ORG", "PER"]
    assert found.sentence_ends.f1 == pytest.approx(2 * 5 / 11)
    assert found.inner_sentence_ends.f1 == 0
    assert found.blocks.f1 == pytest.approx(4 / 5)
    assert found.unmatched == ("three",)


def test_lists_each_disagreement_once():
    listed = [
        (d.kind, d.first and d.first.text, d.second and d.second.text)
        for d in _cases().disagreements
        if d.kind not in ("block", "sentence")
    ]
    assert listed == [("label", "البصرة", "البصرة"), ("range", "2019", "عام 2019"), ("first", "سالم", None)]
    kinds = [d.kind for d in _cases().disagreements]
    assert sorted(kinds) == ["block", "block", "first", "label", "range", "sentence"]


def test_annotations_that_stand_alone_are_laid_over_the_articles_of_the_other_side():
    found, problems = agree_paths(CASES / "first", CASES / "alone", Config())
    assert agreement_record(found) == {**agreement_record(_cases()), "unmatched": []}
    assert [p.code for p in problems] == ["annotation-orphan"]
    turned, _problems = agree_paths(CASES / "alone", CASES / "first", Config())
    assert turned.overall.exact.f1 == found.overall.exact.f1


def test_an_article_whose_text_differs_is_left_out():
    found, other = _article([]), _article([])
    assert agree([found], [other._replace(text=TEXT + " ")]).unmatched == ("a",)
    assert agree([found], [other._replace(gold=None)]).unmatched == ("a",)


def test_prints_as_a_table_and_as_json():
    found = _cases()
    table = agreement_table(found)
    row = next(line.split() for line in table.splitlines() if line.startswith("all"))
    assert row == ["all", "7", "6", "61.5", "76.9", "0.733"]
    assert "one\ttext\tlabel\t43-49 LOC البصرة\t43-49 ORG البصرة" in table
    assert "three" in table
    assert "البصرة" not in agreement_table(found, disagreements=False)
    record = json.loads(json.dumps(agreement_record(found)))
    assert record["labels"]["LOC"]["exact"]["f1"] == 0.8
    assert record["disagreements"][-1]["second"] is None


def _article(spans: list[tuple[int, int, str]]) -> Article:
    entities = tuple(GoldSpan(start, end, "text", label, TEXT[start:end]) for start, end, label in spans)
    ends = (GoldSpan(0, 35, "text", "", TEXT[:35]), GoldSpan(36, len(TEXT), "text", "", TEXT[36:]))
    return Article("a", "", TEXT, "ar", gold=Gold(sentences=ends, entities=entities))


_SPANS = st.lists(
    st.tuples(st.integers(0, len(TEXT) - 2), st.integers(1, 12), st.sampled_from(["PER", "LOC", "ORG"])).map(
        lambda t: (t[0], min(t[0] + t[1], len(TEXT)), t[2])
    ),
    unique=True,
    max_size=8,
)


@given(_SPANS, _SPANS)
def test_the_two_sides_and_every_order_count_the_same(left, right):
    one = agree([_article(left)], [_article(right)])
    turned = agree([_article(right[::-1])], [_article(left[::-1])])
    for a, b in (
        (one.overall, turned.overall),
        *zip(one.labels.values(), turned.labels.values(), strict=True),
    ):
        assert (a.exact.f1, a.overlap.f1) == (b.exact.f1, b.overlap.f1)
    assert one.labels.keys() == turned.labels.keys()
    assert len(one.disagreements) == len(turned.disagreements)
    assert one.overall.exact.f1 <= one.overall.overlap.f1 or not left or not right
    named = [s for d in one.disagreements for s in (d.first, d.second) if s]
    assert len(named) == len(set(left) ^ set(right))


@given(_SPANS)
def test_a_set_agrees_with_itself(spans):
    found = agree([_article(spans)], [_article(spans[::-1])])
    assert (found.overall.exact.f1, found.overall.overlap.f1, found.observed) == (1, 1, 1)
    assert found.overall.kappa == 1
    assert found.disagreements == ()


def test_nested_spans_count_and_the_outermost_labels_the_token():
    nested = _article([(12, 23, "ORG"), (18, 23, "LOC")])
    flat = _article([(12, 23, "ORG")])
    found = agree([nested], [flat])
    assert found.labels["LOC"].exact.f1 == 0
    assert found.observed == 1
