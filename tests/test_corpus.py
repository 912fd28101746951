"""The corpus is what docs/corpus.md says it is: every figure there is counted again from raw/."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import regex

from corpus_builder.agreement_reports import agree_paths
from corpus_builder.config import Config
from corpus_builder.model import Origin
from corpus_builder.readers.marked import parse_marked

ROOT = Path(__file__).parents[1]
RAW = sorted((ROOT / "raw").glob("*.marked.txt"))
LABELS = ("PER", "ORG", "LOC", "MISC", "DATE", "MONEY", "PERCENT")

#: Hazards that the raw text itself shows beyond doubt; the others are a reader's word.
SHOWN = {
    "nbsp": "\u00a0",
    "bidi-controls": "[\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    "presentation-forms": "[\ufb50-\ufdff\ufe70-\ufefc]",
    "arabic-digits": "[٠-٩]",
    "curly-quotes": "[“”]",
    "email": r"[\w.]+@[\w.-]+",
    "tatweel": "(?<!ه)ـ|ـ(?=ـ)",
}
#: Hazards that a text without this cannot hold.
NEEDED = {
    "double-dot-pause": r"(?<!\.)\.\.(?!\.)",
    "double-dot-end": r"(?<!\.)\.\.(?!\.)",
    "ellipsis-pause": r"…|\.\.\.",
    "ellipsis-end": r"…|\.\.\.",
    "partial-vocalisation": "[\u064b-\u0652]",
    "full-vocalisation": "(\\p{L}[\u064b-\u0652]+){2}",
    "decimal": r"\p{Nd}[.,٫]\p{Nd}",
    "fused-stop": r"[\p{L}\p{Nd}»”) ][.؟!،][\p{L}«“]",
    "space-before-stop": r"\s[.،؟!,]",
    "comma-mixed": ",|\\s،|،\\S",
    "initials": r"\p{L}\.",
    "latin-in-line": "[A-Za-z]{2}",
    "phone": r"\p{Nd}[\p{Nd} -]{5,}",
}


def _articles():
    for path in RAW:
        marked = path.read_text(encoding="utf-8")
        article, gold, problems = parse_marked(marked, Origin(path.name))
        assert not problems, problems
        yield tomllib.loads(marked.split("+++\n", 2)[1]), article, gold


ARTICLES = list(_articles())


def _is_nested(inner, entities):
    return any(
        e is not inner
        and e["field"] == inner["field"]
        and e["start"] <= inner["start"]
        and inner["end"] <= e["end"]
        for e in entities
    )


def _recounted() -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    words = []
    for front, article, gold in ARTICLES:
        counts.update(("hazard", hazard) for hazard in front["hazards"])
        counts.update((key, front[key]) for key in ("desk", "style", "region"))
        counts.update(("what", entity["label"]) for entity in gold["entities"])
        words.append(len(f"{article['title']} {article['text']}".split()))
        counts["what", "sentences"] += len(gold["sentences"])
        counts["what", "entities"] += len(gold["entities"])
        counts["what", "nested entities among them"] += sum(
            _is_nested(e, gold["entities"]) for e in gold["entities"]
        )
        counts["what", "near-duplicate pairs"] += "wire_of" in front
    counts["what", "articles"] = len(ARTICLES)
    counts["what", "words (between spaces, boilerplate included)"] = sum(words)
    counts["what", "words in the shortest article"] = min(words)
    counts["what", "words in the longest article"] = max(words)
    return dict(counts)


def test_the_tables_of_the_document_are_the_counts_of_the_articles():
    document = (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")
    printed, column = {}, ""
    counts = re.search(r"<!-- counts: begin.*?<!-- counts: end -->", document, re.DOTALL)
    assert counts
    for line in counts[0].splitlines():
        if line.startswith("|") and not line.startswith("|-"):
            cells = [cell.strip(" `") for cell in line.strip("|").split("|")]
            if cells[-1] in ("articles", "count"):
                column = cells[0]
            else:
                printed[column, cells[0]] = int(cells[-1])
    assert printed == _recounted()


def test_the_corpus_is_as_large_as_it_says():
    counts = _recounted()
    assert counts["what", "articles"] >= 120
    assert counts["what", "words (between spaces, boilerplate included)"] >= 36_000
    assert counts["what", "entities"] >= 3_500
    assert counts["what", "words in the shortest article"] >= 60
    assert counts["what", "words in the longest article"] <= 900
    assert counts["what", "near-duplicate pairs"] >= 6
    assert min(counts["what", label] for label in LABELS) >= 100


@pytest.mark.parametrize("hazard", sorted(SHOWN))
def test_hazards_that_show_are_named_and_those_named_show(hazard):
    for front, article, _gold in ARTICLES:
        shown = regex.search(SHOWN[hazard], f"{article['title']}\n{article['text']}") is not None
        assert (hazard in front["hazards"]) == shown, front["id"]


@pytest.mark.parametrize("hazard", sorted(NEEDED))
def test_hazards_that_are_named_are_there(hazard):
    named = [(front, article) for front, article, _ in ARTICLES if hazard in front["hazards"]]
    assert named
    for front, article in named:
        assert regex.search(NEEDED[hazard], f"{article['title']}\n{article['text']}"), front["id"]


def test_a_copy_and_its_original_both_say_so():
    pairs = {(front["id"], front["wire_of"]) for front, *_ in ARTICLES if "wire_of" in front}
    named = {front["id"] for front, *_ in ARTICLES if "wire-copy" in front["hazards"]}
    assert {name for pair in pairs for name in pair} == named


def test_every_file_is_named_after_its_article():
    assert [front["id"] for front, *_ in ARTICLES] == [p.name.removesuffix(".marked.txt") for p in RAW]


def test_the_agreement_of_the_document_is_that_of_the_two_versions():
    folder = ROOT / "double-annotation"
    found, problems = agree_paths(folder / "first", folder / "second", Config())
    assert (problems, found.unmatched, found.articles) == ([], (), len(RAW) // 4)
    lines = [
        f"| {name} | {label.exact.first} | {label.exact.second} | {100 * label.exact.f1:.1f} "
        f"| {100 * label.overlap.f1:.1f} | {label.kappa:.3f} |"
        for name, label in [*((f"`{n}`", label) for n, label in found.labels.items()), ("all", found.overall)]
    ]
    ends = (
        ("sentence ends", found.sentence_ends),
        ("inner ends", found.inner_sentence_ends),
        ("blocks", found.blocks),
    )
    lines += [f"| {name} | {m.first} | {m.second} | {100 * m.f1:.1f} | | |" for name, m in ends]
    document = (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- agreement: begin.*?-->\n(.*?)\n<!-- agreement: end", document, re.DOTALL)
    assert table
    assert table[1].splitlines()[2:] == lines


def test_the_twice_annotated_articles_are_those_of_the_corpus():
    against, _problems = agree_paths(ROOT / "raw", ROOT / "double-annotation" / "second", Config())
    assert against.articles == len(RAW) // 4
    assert against.overall.exact.f1 > 0.97
