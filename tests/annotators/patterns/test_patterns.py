"""Dates, money and percentages: every case of the data files, and what holds for any text."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators import patterns as pattern_package
from corpus_builder.annotators.patterns import pattern_spans, spans_of_text
from corpus_builder.annotators.patterns.words import CLASSES
from corpus_builder.model import Article, Document, OffsetMap, SpanLayer

CASES = Path(__file__).parents[2] / "cases" / "patterns"
DATA = Path(pattern_package.__file__).parents[2] / "data"
MARK = re.compile(r"⟦([A-Z]+) |⟧")


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a case and the spans that its marks give; they do not nest."""
    text, spans, label, start, position = "", [], "", 0, 0
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        position = mark.end()
        if mark[1]:
            label, start = mark[1], len(text)
        else:
            spans.append((start, len(text), label))
    return text + marked[position:], spans


def cases() -> list[tuple[str, str]]:
    rows = []
    for path in sorted(CASES.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            marked, note = line.split("\t")
            rows.append((marked, f"{path.stem}: {note}"))
    return rows


@pytest.mark.parametrize(
    ("marked", "note"), cases(), ids=[f"{note} {i}" for i, (_marked, note) in enumerate(cases())]
)
def test_each_case_gives_its_spans(marked: str, note: str) -> None:
    text, spans = unmarked(marked)
    found = spans_of_text(text)
    assert [(text[s:e], label) for s, e, label in found] == [(text[s:e], label) for s, e, label in spans], (
        note
    )
    assert found == spans


def test_there_are_at_least_three_hundred_cases() -> None:
    assert len({marked for marked, _note in cases()}) >= 300


@pytest.mark.parametrize("joint", ["\n", "\n\n", ". ", " | "])
def test_a_span_does_not_reach_over_the_end_of_a_line_or_sentence(joint: str) -> None:
    text = f"وصل في 3{joint}مايو جميل هنا، والسعر 20{joint}دولار عملة"
    assert [text[s:e] for s, e, _label in spans_of_text(text)] == ["مايو"]


def test_vowel_marks_and_tatweel_change_no_span() -> None:
    text = "فِي 3 آبَ 2020 دَفَعَ خَمْسَةَ مَلايِينَ دُولارٍ بـ20 دولاراً في المئـــة"
    assert [(text[s:e], label) for s, e, label in spans_of_text(text)] == [
        ("3 آبَ 2020", "DATE"),
        ("خَمْسَةَ مَلايِينَ دُولارٍ", "MONEY"),
        ("20 دولاراً", "MONEY"),
    ]


COUNTRIES = ["EG", "SA", "MA", "DZ", "TN", "LY", "SY", "IQ", "LB", "JO", "PS", "MR", "SD", "YE", "AE", "QA"]


@pytest.mark.parametrize(
    "text", ["بلغ 5%\u064e كذا", "بلغ 20$\ufe0f كذا", "بلغ \u0651مايو كذا", "بلغ 5\u200d% كذا"]
)
def test_a_span_that_would_cut_a_grapheme_is_left_out(text: str) -> None:
    assert spans_of_text(text) == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_month_name_of_cldr_is_found_with_a_day(country: str) -> None:
    for name in get_month_names("wide", locale=Locale("ar", country)).values():
        text = f"وصل في 12 {name} 2020 إلى هنا"
        assert spans_of_text(text) == [(7, 7 + len(f"12 {name} 2020"), "DATE")], name


@pytest.mark.parametrize(
    "code",
    [
        "EGP",
        "SAR",
        "AED",
        "KWD",
        "QAR",
        "BHD",
        "OMR",
        "JOD",
        "IQD",
        "LBP",
        "SYP",
        "YER",
        "LYD",
        "TND",
        "DZD",
        "MAD",
        "SDG",
        "USD",
        "EUR",
        "GBP",
    ],
)
def test_every_common_currency_of_cldr_is_found_with_an_amount(code: str) -> None:
    name = unicodedata.normalize("NFC", Locale("ar").currencies[code])
    text = f"دفع 300 {name} للبائع"
    assert spans_of_text(text) == [(4, 4 + len(f"300 {name}"), "MONEY")]


def document(text: str) -> Document:
    return Document(Article("a", "", text, "ar"), text, OffsetMap(), SpanLayer())


def test_a_batch_gives_one_list_for_each_document_with_scores() -> None:
    first, second, third = pattern_spans(
        [document("في 3 مايو 2020"), document(""), document("5% و10 دولارات")]
    )
    assert [span[:3] for span in first] == [(3, 14, "DATE")]
    assert second == []
    assert [span[:3] for span in third] == [(0, 2, "PERCENT"), (4, 14, "MONEY")]
    assert all(0.9 < span[3] <= 1.0 for span in first + third)


WORDS = st.sampled_from([*(CASES / "words.txt").read_text(encoding="utf-8").splitlines(), "\n", "\u00a0"])


@given(st.lists(WORDS, max_size=30), st.text(max_size=20))
def test_spans_are_ordered_disjoint_whole_and_unspaced(words: list[str], tail: str) -> None:
    text = " ".join(words) + tail
    last = 0
    for start, end, label in spans_of_text(text):
        assert last <= start < end <= len(text)
        assert label in ("DATE", "MONEY", "PERCENT")
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert "\n" not in text[start:end]
        last = end


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_a_block_is_read_alone(first: list[str], second: list[str]) -> None:
    one, other = " ".join(first), " ".join(second)
    base = len(one) + 2
    apart = spans_of_text(one) + [(s + base, e + base, label) for s, e, label in spans_of_text(other)]
    assert spans_of_text(f"{one}\n\n{other}") == apart


TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=8)


@given(
    TEXTS,
    st.lists(
        st.sampled_from(["", "\n", "\u064e", " ", "\n\n", "هـ", "2019", "رجب 1436", "من"]),
        min_size=8,
        max_size=8,
    ),
)
def test_a_batch_gives_what_each_document_gives_alone(texts: list[str], heads: list[str]) -> None:
    texts = [head + text for head, text in zip(heads, texts, strict=False)]
    together = pattern_spans([document(text) for text in texts])
    assert [[span[:3] for span in spans] for spans in together] == [spans_of_text(text) for text in texts]


def test_a_batch_of_long_and_short_documents_gives_what_each_gives_alone() -> None:
    texts = ["في 3 مايو 2020 دفع 5% " * size for size in (1, 3000, 0, 1, 2900, 2, 9000, 1)]
    together = pattern_spans([document(text) for text in texts])
    assert [len(spans) for spans in together] == [2 * text.count("%") for text in texts]
    assert [[span[:3] for span in spans] for spans in together] == [spans_of_text(text) for text in texts]


HOSTILE = [
    "1",
    " ",
    "مليون ",
    "5 و",
    "و5 ",
    "5/",
    "3 مايو ",
    "- ",
    "ـ",
    "\u064e",
    "عام 2019 و",
    "1.",
    "1.1/",
    "12/5/",
]
HOSTILE += ["2020-05-", "5/5/5 ", "مايو/", "م.", "5% ", "م16", "$5", "(2019)", "1:22:", "5،", "الـ"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (200_000 // len(unit)) + " في 3 مايو 2020"
    assert spans_of_text(text)[-1] == (len(text) - 11, len(text), "DATE")


def test_dates_at_both_ends_of_a_long_run_without_a_word_are_found() -> None:
    for unit in ("5 / ", "5 و", "مليون 5، "):
        text = "3 مايو 2020، " + unit * 2000 + "من 7 مايو 2021"
        assert [text[s:e] for s, e, _label in spans_of_text(text)] == ["3 مايو 2020", "7 مايو 2021"]


def test_the_word_file_is_sorted_and_gives_each_form_one_known_class() -> None:
    lines = (DATA / "patterns" / "words.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert rows[0] == ["form", "class", "value", "note"]
    assert all(len(row) == 4 for row in rows)
    assert rows[1:] == sorted(rows[1:], key=lambda row: (row[1], row[0]))
    assert len({row[0] for row in rows}) == len(rows)
    assert {row[1] for row in rows[1:]} == set(CLASSES)
    assert all(form == unicodedata.normalize("NFC", form).strip() for form, *_rest in rows)
