"""Suspicions over small marked articles, each named after what is wrong in it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from corpus_builder.config import Config
from corpus_builder.model import Article, Gold, GoldSpan, Rejected
from corpus_builder.problems import CorpusError
from corpus_builder.readers import find_units, read
from corpus_builder.records import article_of
from corpus_builder.suspects import is_allowed, read_allowed, suspects, suspicions

CASES = Path(__file__).parent / "cases" / "suspects"
ROOT = Path(__file__).parents[1]


def _articles(folder: Path) -> list[Article]:
    units, problems = find_units([folder], Config())
    assert not problems
    articles = []
    for unit in units:
        for raw in read(unit, Config()):
            made = raw if isinstance(raw, Rejected) else article_of(raw, Config())
            assert not isinstance(made, Rejected), made
            articles.append(made[0])
    return articles


def _expected() -> list[tuple[str, ...]]:
    with (CASES / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        return [tuple(row.values()) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def test_finds_what_is_wrong_and_nothing_else():
    found = [(s.code, s.article_id, s.surface) for s in suspicions(_articles(CASES / "articles"))]
    assert sorted(found) == sorted(_expected())
    assert not [s for s in found if s[1] == "clean"]


def test_every_code_has_a_case():
    codes = (ROOT / "corpus_builder" / "data" / "problems.tsv").read_text(encoding="utf-8").splitlines()
    assert {row[0] for row in _expected()} == {c.split("\t")[0] for c in codes if c.startswith("suspect-")}


def test_says_where_it_is():
    found = {s.surface: s for s in suspicions(_articles(CASES / "articles")) if s.article_id == "title"}
    article = next(a for a in _articles(CASES / "articles") if a.id == "title")
    start, end = map(int, found["الشيخ سالم"].detail.split(",")[0].split()[1].split("-"))
    assert article.text[start:end] == "الشيخ سالم"
    assert found["الشيخ سالم"].origin.path.endswith("title.marked.txt")


def test_the_allow_list_confirms_for_one_article_or_for_all():
    articles = _articles(CASES / "articles")
    every = list(suspects(articles))
    assert {p.level for p in every} == {"warning"}
    one = list(suspects(articles, frozenset({("suspect-missed", "missed", "علي")})))
    assert len(one) == len(every) - 1
    elsewhere = list(suspects(articles, frozenset({("suspect-missed", "clean", "علي")})))
    assert elsewhere == every
    star = list(suspects(articles, frozenset({("suspect-missed", "*", "القاهرة")})))
    assert len(star) == len(every) - 2


def test_articles_without_gold_are_passed_over():
    assert list(suspects([Article("a", "بغداد", "بغداد", "ar")])) == []


def test_without_blocks_the_whole_field_is_read():
    text = "زار بغداد ثم بغداد."
    gold = Gold(entities=(GoldSpan(4, 9, "text", "LOC", text[4:9]),))
    found = list(suspicions([Article("a", "بغداد", text, "ar", gold=gold)]))
    assert [(s.code, s.detail.split(",")[0]) for s in found] == [
        ("suspect-missed", "title 0-5"),
        ("suspect-missed", "text 13-18"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code\tarticle\tsurface\n",
        "code\tarticle\tsurface\tnote\nsuspect-mark\t*\tبغداد\t\n",
        "x\ty\tz\tn\n",
    ],
)
def test_a_broken_allow_list_is_refused(tmp_path, text):
    (tmp_path / "allow.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"allow\.tsv"):
        read_allowed(tmp_path / "allow.tsv")


def test_the_corpus_has_no_suspicion_that_is_not_confirmed_and_no_confirmation_without_one():
    allowed = read_allowed(ROOT / "allow.tsv")
    found = list(suspicions(_articles(ROOT / "raw")))
    assert [s for s in found if not is_allowed(s, allowed)] == []
    used = {(s.code, name, s.surface) for s in found for name in (s.article_id, "*")}
    assert allowed <= used
