from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from corpus_builder import Article, CorpusError, Gold, GoldSpan
from corpus_builder.cleaning import clean, load_rules
from corpus_builder.cleaning.characters import clean_line

CASES = Path(__file__).parent.parent / "cases" / "cleaning" / "articles.jsonl"
RULES = load_rules()


def cases() -> list[dict[str, object]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_articles_come_out_as_a_reader_would_want(case: dict[str, object]) -> None:
    document = clean(Article("a", str(case["title"]), str(case["text"]), "ar"), RULES)
    assert [[b.kind, document.text[b.start : b.end]] for b in document.blocks] == case["blocks"]
    assert [[d.rule, d.text] for d in document.dropped] == case["dropped"]


def test_the_text_is_title_blank_line_blocks() -> None:
    document = clean(Article("a", "عنوان", "أول.\nثان.", "ar"), RULES)
    assert document.text == "عنوان\n\nأول.\n\nثان."
    assert document.title == "عنوان"


def test_gold_blocks_overrule_the_rules() -> None:
    text = "اظهر المزيد\nعاد الصيادون"
    gold = Gold(
        blocks=(GoldSpan(0, 11, "text", "heading", text[:11]),), complete_layers=frozenset({"blocks"})
    )
    document = clean(Article("a", "", text, "ar", gold=gold), RULES)
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [("heading", "اظهر المزيد")]
    assert [(d.rule, d.text) for d in document.dropped] == [("gold", "عاد الصيادون")]


def test_a_corpus_adds_rules_of_its_own(tmp_path: Path) -> None:
    rules_file = tmp_path / "rules.tsv"
    rules_file.write_text(
        "rule\twhere\tpattern\nown\tline\tصفحة الأخبار\nown\ttail\t\\s*نشرة$\n", encoding="utf-8"
    )
    document = clean(Article("a", "", "صفحة الأخبار\nعاد الصيادون. نشرة", "ar"), load_rules((rules_file,)))
    assert document.text == "عاد الصيادون."
    assert [d.rule for d in document.dropped] == ["own", "own"]


@pytest.mark.parametrize("line", ["own\tnowhere\tx", "own\tregex\t(", "one cell"])
def test_a_bad_rule_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    rules_file = tmp_path / "rules.tsv"
    rules_file.write_text(f"rule\twhere\tpattern\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"rules\.tsv:2:"):
        load_rules((rules_file,))


@pytest.mark.parametrize(
    "line",
    [
        "\u0301" * 5000,
        "a" + "\u0327\u0301" * 3000,
        "ب" + "\u0654\u064b\u0651" * 2000,
        "e\u0301" * 3000,
        "\u1100\u1161\u11a8 각",
        "\u0b47\u0b3e क्षि",
    ],
)
def test_composition_equals_unicodes_own(line: str) -> None:
    text, pieces = clean_line(line)
    assert text == unicodedata.normalize("NFC", line)
    assert "".join(piece[2] for piece in pieces) == text
