from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from corpus_builder import Article, CorpusError, Document, Gold, GoldSpan
from corpus_builder.annotators import annotators_for
from corpus_builder.annotators.combining import combine
from corpus_builder.config import LABELS, Config, Gazetteer, Limits
from corpus_builder.pipeline.annotating import annotate_articles, tools_for

TEXT = "قال خليفة حفتر في جامعة بيروت العربية أمس."
ANNOTATORS = ("gold", "first", "second")


def document(gold: Gold | None = None) -> Document:
    tools = tools_for(Config(annotate=("gold",)))
    return annotate_articles([Article("a", "", TEXT, "ar", gold=gold)], tools).documents[0]


def span(surface: str, label: str, score: float = 1.0) -> tuple[int, int, str, float]:
    start = TEXT.index(surface)
    return start, start + len(surface), label, score


def put_together(
    alone: Document, found: list[list[tuple[int, int, str, float]]], least: float = 0.0
) -> Document:
    """What `combine` makes of one document and a list of spans from each annotator."""
    [(made, _crossed)] = combine([alone], [[spans] for spans in found], LABELS, ANNOTATORS, least)
    return made


def combined(
    first: list[tuple[int, int, str, float]], second: list[tuple[int, int, str, float]]
) -> list[tuple[str, str, str]]:
    made = put_together(document(), [[], first, second])
    return [(entity.text, entity.label, entity.annotator) for entity in made.entities]


def test_on_crossing_the_earlier_annotator_wins() -> None:
    found = combined([span("خليفة حفتر", "PER")], [span("حفتر في جامعة", "ORG")])
    assert found == [("خليفة حفتر", "PER", "first")]


def test_nested_names_of_different_labels_both_stay() -> None:
    found = combined([span("جامعة بيروت العربية", "ORG")], [span("بيروت", "LOC")])
    assert found == [("جامعة بيروت العربية", "ORG", "first"), ("بيروت", "LOC", "second")]


def test_the_same_range_and_the_same_label_inside_count_once() -> None:
    found = combined([span("خليفة حفتر", "PER")], [span("خليفة حفتر", "ORG"), span("حفتر", "PER")])
    assert found == [("خليفة حفتر", "PER", "first")]


def test_no_machine_looks_for_names_inside_an_amount() -> None:
    text = "بلغت الكلفة 5 ملايين دولار."
    tools = tools_for(Config(annotate=("gold",)))
    plain = annotate_articles([Article("a", "", text, "ar")], tools).documents[0]
    at = text.index("5")
    amount, currency = (at, len(text) - 1, "MONEY", 1.0), (text.index("دولار"), len(text) - 1, "MISC", 0.9)
    made = put_together(plain, [[], [amount], [currency]])
    assert [(entity.text, entity.label) for entity in made.entities] == [("5 ملايين دولار", "MONEY")]


def test_a_low_score_is_left_out_and_scores_are_rounded() -> None:
    made = put_together(
        document(), [[], [span("بيروت", "LOC", 0.87654), span("خليفة", "PER", 0.2)], []], least=0.5
    )
    assert [(entity.text, entity.score) for entity in made.entities] == [("بيروت", 0.877)]


def test_nothing_is_added_where_gold_is_complete() -> None:
    start = TEXT.index("بيروت")
    gold_span = GoldSpan(start, start + 5, "text", "LOC", "بيروت")
    for layers, labels, expected in (
        ({"entities"}, set(), {"gold"}),
        ({"entities"}, {"LOC"}, {"gold", "first"}),
        (set(), set(), {"gold", "first"}),
    ):
        gold = Gold(
            entities=(gold_span,), complete_layers=frozenset(layers), complete_labels=frozenset(labels)
        )
        found = [[span("بيروت", "LOC")], [span("خليفة حفتر", "PER"), span("جامعة", "LOC")], []]
        made = put_together(document(gold), found)
        assert {entity.annotator for entity in made.entities} == expected
        assert ("جامعة" in [entity.text for entity in made.entities]) == (
            "LOC" not in labels and expected != {"gold"}
        )


PLUG_IN = """
import time
def good(text):
    at = text.find("بيروت")
    return [] if at < 0 else [(at, at + 5, "LOC", 0.9)]
def raises(text):
    if "سيئ" in text:
        raise ValueError("no luck")
    return []
def loops(text):
    while "سيئ" in text:
        time.sleep(0.01)
    return []
def nonsense(text):
    return [(0, 10**6, "LOC")] if "سيئ" in text else []
def heaps(text):
    heap = [(0, len(text), "PER")] + [(at, at + 1, "LOC") for at in range(len(text) - 1) if text[at] != " "]
    return heap if "سيئ" in text else []
def unknown_label(text):
    return [(0, 2, "PLANET")] if "سيئ" in text else []
"""


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"plug_in_{time.monotonic_ns()}"
    (tmp_path / f"{name}.py").write_text(PLUG_IN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop(name, None)
    return name


def test_a_callable_plugs_in_by_its_dotted_name(plug_in: str) -> None:
    tools = tools_for(Config(annotate=(f"{plug_in}:good",)))
    made = annotate_articles([Article("a", "", TEXT, "ar")], tools).documents[0]
    assert [(e.text, e.label, e.score, e.annotator) for e in made.entities] == [
        ("بيروت", "LOC", 0.9, f"{plug_in}:good")
    ]


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("raises", "annotator-failed"),
        ("loops", "annotator-timeout"),
        ("nonsense", "annotator-nonsense"),
        ("unknown_label", "annotator-nonsense"),
    ],
)
def test_a_bad_annotator_costs_only_the_article_it_fails_on(plug_in: str, function: str, code: str) -> None:
    name = f"{plug_in}:{function}"
    tools = tools_for(Config(annotate=(name,), limits=Limits(article_seconds=0.3)))
    articles = [
        Article("one", "", "نص أول.", "ar"),
        Article("two", "", "نص سيئ.", "ar"),
        Article("three", "", "نص ثالث.", "ar"),
    ]
    made = annotate_articles(articles, tools)
    assert [document.article_id for document in made.documents] == ["one", "three"]
    assert [(r.article_id, r.problems[0].code) for r in made.rejected] == [("two", code)]
    assert name in made.rejected[0].problems[0].message


def test_spans_in_heaps_cost_only_the_article_that_they_are_in(plug_in: str) -> None:
    name = f"{plug_in}:heaps"
    articles = [
        Article("one", "", "نص أول.", "ar"),
        Article("two", "", "نص سيئ " * 1500 + ".", "ar"),
        Article("three", "", "نص سيئ.", "ar"),
    ]
    tools = tools_for(Config(annotate=(name,), limits=Limits(article_seconds=0.3)))
    made = annotate_articles(articles, tools)
    assert [(d.article_id, len(d.entities)) for d in made.documents] == [("one", 0), ("three", 6)]
    assert [(r.article_id, r.problems[0].code) for r in made.rejected] == [("two", "annotator-timeout")]
    assert f"7501 spans, most of them of the annotator {name}" in made.rejected[0].problems[0].message


@pytest.mark.parametrize("name", ["planets", "no_such_module:f", "json:no_such_function"])
def test_an_unknown_annotator_is_wrong_use(name: str) -> None:
    with pytest.raises(CorpusError, match="annotate names"):
        annotators_for(Config(annotate=(name,)))


def test_a_registry_with_fewer_labels_gets_those_alone() -> None:
    config = Config(annotate=("gold", "patterns", "gazetteer"), labels=("LOC",))
    article = Article("a", "", "وصل سيرغي لافروف إلى القاهرة يوم 14 آذار/مارس 2024.", "ar")
    made = annotate_articles([article], tools_for(config))
    assert [(e.text, e.label) for e in made.documents[0].entities] == [("القاهرة", "LOC")]


def test_gold_with_a_label_that_is_not_registered_is_named() -> None:
    gold = Gold(entities=(GoldSpan(4, 14, "text", "PLANET", "خليفة حفتر"),))
    made = annotate_articles([Article("a", "", TEXT, "ar", gold=gold)], tools_for(Config(annotate=("gold",))))
    assert [p.code for r in made.rejected for p in r.problems] == ["annotator-nonsense"]


def test_a_list_with_a_label_that_is_not_registered_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text(
        "surface\tlabel\tkind\tnote\nفرات 3\tWEAPON\tmodel\ta rocket\n", encoding="utf-8"
    )
    config = Config(root=tmp_path, gazetteer=Gazetteer(lists=("own.tsv",)))
    with pytest.raises(CorpusError, match="WEAPON is not registered"):
        annotators_for(config)
