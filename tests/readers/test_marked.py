from __future__ import annotations

from pathlib import Path

import pytest

from corpus_builder.config import Config, parse_config
from corpus_builder.model import Origin, Rejected
from corpus_builder.readers import find_units, read
from corpus_builder.readers.marked import parse_marked
from corpus_builder.records import articles_of

FRONT = '+++\nid = "news"\nlanguage = "ar"\ndesk = "economy"\n+++\n'
BODY = (
    "عودة مرفأ ⟦LOC بيروت⟧\n\n"
    "⟨dateline⟩⟦LOC بيروت⟧ –⟨/⟩ قال ⟦PER سامر⟧.‖ وأضاف ⟦ORG بنك ⟦LOC لبنان⟧⟧\u200b⟨U+200F⟩.\n\n"
    "⟨drop⟩اظهر المزيد\n"
    "سطر أول ⟨+⟩\nوتتمته\n"
)


def test_marks_become_spans_over_the_raw_fields() -> None:
    article, annotation, problems = parse_marked(FRONT + BODY, Origin("raw/news.marked.txt"))
    assert problems == []
    assert article["title"] == "عودة مرفأ بيروت"
    assert article["text"] == (
        "بيروت – قال سامر. وأضاف بنك لبنان\u200b\u200f.\n\nاظهر المزيد\nسطر أول \nوتتمته"
    )
    assert "desk" not in article
    spans = {layer: annotation[layer] for layer in ("blocks", "sentences", "entities")}
    texts = {"title": str(article["title"]), "text": str(article["text"])}
    for layer in spans.values():
        for span in layer:  # type: ignore[attr-defined]
            quoted = texts[span["field"]][span["start"] : span["end"]]
            assert span.get("text", quoted) == quoted
    assert [e["text"] for e in spans["entities"]] == ["بيروت", "بيروت", "سامر", "بنك لبنان", "لبنان"]  # type: ignore[attr-defined]
    assert [b["kind"] for b in spans["blocks"]] == ["title", "dateline", "paragraph", "paragraph"]  # type: ignore[attr-defined]


def accepted(folder: Path, body: str) -> object:
    (folder / "news.marked.txt").write_text(FRONT + body, encoding="utf-8")
    config = parse_config("", folder / "corpus.toml")
    units, _problems = find_units([folder], config)
    (made,) = articles_of([record for unit in units for record in read(unit, config)], config)
    return made


def test_a_marked_article_carries_complete_gold(tmp_path: Path) -> None:
    made = accepted(tmp_path, BODY)
    assert isinstance(made, tuple)
    article, notes = made
    assert notes == []
    assert article.gold.complete_layers == {"blocks", "sentences", "entities"}
    assert article.gold.complete_labels == set(Config().labels)
    assert len(article.gold.entities) == 5


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("عنوان ⟦PLACE بيروت⟧\n\nنص\n", "annotation-label", 6),
        ("عنوان\n\nنص\n\nفي ⟦PLACE بيروت⟧\n", "annotation-label", 10),
        ("عنوان\nفي ⟦LOC بيروت ⟧ اليوم\n", "annotation-edge", 7),
        ("عنوان\n\nفي ⟦LOC بيروت\n", "marked-syntax", 8),
        ("عنوان\n\n⟦ORG ⟦LOC بيروت⟧⟧\n", "annotation-repeated", 8),
    ],
)
def test_faults_are_named_with_the_line_of_the_marked_file(
    body: str, code: str, line: int, tmp_path: Path
) -> None:
    made = accepted(tmp_path, body)
    assert isinstance(made, Rejected)
    assert [(found.code, found.origin.line) for found in made.problems] == [(code, line)]


def test_a_second_annotation_beside_a_marked_article_is_refused(tmp_path: Path) -> None:
    (tmp_path / "news.ann.json").write_text("{}", encoding="utf-8")
    made = accepted(tmp_path, "عنوان\n\nنص\n")
    assert isinstance(made, Rejected)
    assert [found.code for found in made.problems] == ["annotation-duplicate"]


@pytest.mark.parametrize(
    ("sign", "kept"), [("\u06dd", True), ("\u0601", True), ("\u200f", False), ("\u00ad", False)]
)
def test_a_sign_with_a_shape_stays_at_a_block_s_edge(sign: str, kept: bool) -> None:
    _article, annotation, problems = parse_marked(f"{FRONT}خبر\n\nتمت الآية{sign}\n", Origin("a"))
    assert problems == []
    block = annotation["blocks"][-1]  # type: ignore[index]
    assert block["end"] - block["start"] == len("تمت الآية") + kept
