from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder import Article, CorpusError, Gold, GoldSpan
from corpus_builder.cleaning import clean, clean_many, kinds, load_rules
from corpus_builder.cleaning.characters import CLEAN, clean_line
from corpus_builder.cleaning.together import documents_as_they_are

ROOM = Path(__file__).parent.parent / "cases" / "cleaning"
CASES = ROOM / "articles.jsonl"
PARAGRAPH = "عاد الصيادون قبل الغروب إلى الميناء القديم في البلدة."
RULES = load_rules()


def cases() -> list[dict[str, object]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_articles_come_out_as_a_reader_would_want(case: dict[str, object]) -> None:
    document = clean(Article("a", str(case["title"]), str(case["text"]), "ar"), RULES)
    assert [[b.kind, document.text[b.start : b.end]] for b in document.blocks] == case["blocks"]
    assert [[d.rule, d.text] for d in document.dropped] == case["dropped"]


def test_articles_come_out_of_a_batch_as_alone() -> None:
    articles = [
        Article(str(i), str(case["title"]), str(case["text"]), "ar") for i, case in enumerate(cases())
    ]
    assert clean_many(articles, RULES) == [clean(article, RULES) for article in articles]
    assert clean_many([], RULES) == []


LONG = (
    "عاد الصيادون قبل الغروب إلى الميناء القديم في البلدة، وقال أحدهم إن الموسم بدأ مبكرا هذا العام، "
    "وإن السفن التي غادرت فجرا لم تعد بعد من عرض البحر."
)
STARTS = [
    "",
    "",
    "",
    "",
    "1.5 ",
    "٣ ",
    "12- ",
    "أ) ",
    "و ",
    "«",
    "App ",
    "مَ",
    " ",
    "بيروت – ",
    "كتب: سامي عوض: ",
    "اقرأ أيضا: ",
]
ENDS = [
    "",
    "",
    "",
    "",
    " ",
    " (انتهى)",
    " // انتهى //",
    " ر.ح/ل.ع",
    " 14:35 تغ",
    "\u00a0",
    "\u200f",
    "  ",
    "\u064b\u0651",
    "😀",
    "\ud800",
]
LINE = st.builds(
    lambda start, times, end: start + " ".join([LONG] * times) + end,
    st.sampled_from(STARTS),
    st.integers(1, 3),
    st.sampled_from(ENDS),
)
TEXT = st.builds(
    lambda lines, separator: separator.join(lines),
    st.lists(st.one_of(LINE, LINE, LINE, st.sampled_from(["", "عنوان", "شارك", LONG[:120]])), max_size=5),
    st.sampled_from(["\n\n", "\n\n", "\n", "\n\n\n", "\r\n", "\u2028"]),
)
TITLE = st.sampled_from(["", "خبر من الميناء", "خبر\u00a0منه", "خبر\nآخر", " خبر", LONG[:90], "\u0301"])


@given(st.lists(st.builds(lambda title, text: Article("a", title, text, "ar"), TITLE, TEXT), max_size=4))
def test_long_lines_come_out_of_a_batch_as_alone(articles: list[Article]) -> None:
    assert clean_many(articles, RULES) == [clean(article, RULES) for article in articles]


def test_most_articles_are_taken_together() -> None:
    plain = [
        Article("a", "خبر", f"{LONG}\n\n«{LONG}»", "ar"),
        Article("b", "", f"3.5 {LONG}\n2020 {LONG}", "ar"),
    ]
    items = Article("c", "خبر", f"{LONG}\n- {LONG}", "ar")
    vowels = Article("d", "خبر", f"{LONG}\u064b\u0651", "ar")
    gold = Article("e", "خبر", LONG, "ar", gold=Gold())
    large = Article("f", "خبر", "\n\n".join([LONG] * 1000), "ar")
    found = documents_as_they_are([*plain, items, vowels, gold, large], RULES)
    assert [document is None for document in found] == [False, False, True, True, True, True]


def test_what_is_clean_alone_is_clean_in_a_batch() -> None:
    chars = list(map(chr, [*range(0x3000), *range(0x3000, 0x20000, 97)]))
    found = documents_as_they_are([Article("a", "", f"{LONG}ب{char}ب", "ar") for char in chars], RULES)
    taken = [char for char, document in zip(chars, found, strict=True) if document is not None]
    assert taken == [char for char in chars if re.fullmatch(CLEAN, char)]


def test_what_passes_for_clean_is_printable_and_composes_with_nothing() -> None:
    letters = [char for char in map(chr, range(0x10000)) if re.fullmatch(CLEAN, char)]
    assert len(letters) > 150
    assert all(map(str.isprintable, letters))
    pairs = [first + second for first in letters for second in letters]
    assert all(unicodedata.is_normalized("NFC", pair) for pair in pairs if re.fullmatch(CLEAN, pair))


def lines(name: str) -> list[str]:
    return (ROOM / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", lines("furniture.tsv"))
def test_a_line_of_furniture_is_dropped_by_its_rule(case: str) -> None:
    rule, line = case.split("\t")
    document = clean(Article("a", "عنوان", f"{PARAGRAPH}\n{line}", "ar"), RULES)
    assert [(d.rule, d.text) for d in document.dropped] == [(rule, line)]


@pytest.mark.parametrize("line", lines("kept.txt"))
def test_a_line_that_only_begins_like_furniture_stays(line: str) -> None:
    document = clean(Article("a", "عنوان", f"{PARAGRAPH}\n{line}", "ar"), RULES)
    assert document.text == f"عنوان\n\n{PARAGRAPH}\n\n{line}"
    assert document.dropped == ()


@pytest.mark.parametrize("case", lines("datelines.tsv"))
def test_a_dateline_is_cut_off_the_news_and_nothing_else_is(case: str) -> None:
    dateline, news = case.split("\t")
    document = clean(Article("a", "عنوان", f"{dateline} {news}".strip(), "ar"), RULES)
    kinds = [["dateline", dateline]] if dateline else []
    assert [[b.kind, document.text[b.start : b.end]] for b in document.blocks[1:]] == [
        *kinds,
        ["paragraph", news],
    ]


@pytest.mark.parametrize(
    "line", ["القاهرة / سامي عوض /", "بيروت، وكالات", "دمشق-سانا", "الرياض، 12 مايو (واس) --", "خصب - وكالات"]
)
def test_a_dateline_may_have_a_line_of_its_own(line: str) -> None:
    document = clean(Article("a", "", f"{line}\n{PARAGRAPH}", "ar"), RULES)
    assert [b.kind for b in document.blocks] == ["dateline", "paragraph"]


#: What datelines are made of, and what spoils them.
DATELINE_WORDS = [
    "القاهرة",
    "بيروت",
    "رويترز",
    "أ ف ب",
    "وكالات",
    "خاص",
    "الأحد",
    "الأحد،",
    "14 آذار",
    "٣ مارس",
    "2024",
]
DATELINE_PIECES = [*DATELINE_WORDS, "في ", " ", "  ", *"\u00a0()-–—:/،,.«»"]


@given(st.lists(st.sampled_from(DATELINE_PIECES), min_size=1, max_size=14).map("".join))
def test_what_a_dateline_is_looked_for_by_is_in_every_dateline(line: str) -> None:
    if kinds._dateline().match(f"{line} {PARAGRAPH}"):
        assert kinds._OPENING.match(line)
    if kinds._dateline_line().fullmatch(line):
        assert kinds._LINE_SIGN.search(line)


def test_a_short_question_before_its_answer_is_a_heading() -> None:
    document = clean(Article("a", "", f"{PARAGRAPH}\nمن يملك الميناء؟\n{PARAGRAPH}\nلماذا؟", "ar"), RULES)
    assert [b.kind for b in document.blocks] == ["paragraph", "heading", "paragraph", "paragraph"]


def test_odd_spaces_are_mapped_one_for_one() -> None:
    text = "عاد\xa0الصيادون\u2003قبل الغروب\t"
    document = clean(Article("a", "أول\xa0خبر", text, "ar"), RULES)
    assert document.text == "أول خبر\n\nعاد الصيادون قبل الغروب"
    assert document.offsets.span_to_raw(9, len(document.text)) == ("text", 0, len(text) - 1)
    assert document.offsets.span_to_raw(12, 21) == ("text", 3, 12)
    assert document.offsets.span_to_clean("text", 4, 12) == (13, 21)
    assert document.offsets.span_to_clean("title", 3, 4) == (3, 4)


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


def test_every_built_in_pattern_is_tried_on_the_lines_that_it_can_match() -> None:
    for openings in (RULES.whole, RULES.heads):
        for rule, found in openings.groups:
            for letters, pattern in found:
                for letter in letters or "0بx":
                    assert any(pattern in tried.pattern for tried, its in openings[letter] if its == rule)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [("(?:أ|ب)?جد", "جد"), ("(?:أ|ب)?جد", "أجد"), ("a*b", "b"), ("(?=.)ab", "AB"), ("a{0,2}b", "b")],
)
def test_what_a_pattern_begins_with_may_be_missing(tmp_path: Path, pattern: str, line: str) -> None:
    rules_file = tmp_path / "rules.tsv"
    rules_file.write_text(f"rule\twhere\tpattern\nown\tregex\t{pattern}\n", encoding="utf-8")
    assert load_rules((rules_file,)).line_rule(line) == "own"


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
