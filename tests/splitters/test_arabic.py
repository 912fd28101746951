"""The Arabic splitter against cases in files, and against what every split must keep."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from corpus_builder.splitters import split_blocks, splitter_for, splitter_name
from corpus_builder.splitters.arabic import by_marks, split

WHITE = " \n"
CASES = Path(__file__).parents[1] / "cases" / "splitters"


def cases(pattern: str = "*.txt") -> list[tuple[str, str]]:
    found = []
    for path in sorted(CASES.glob(pattern)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line and not line.startswith("#"):
                found.append((f"{path.stem}:{number}", line))
    return found


@pytest.mark.parametrize(("name", "case"), cases(), ids=[name for name, _ in cases()])
def test_case(name: str, case: str) -> None:
    text = case.replace("‖", "")
    expected = [part.strip() for part in case.split("‖")]
    assert [text[start:end] for start, end in split(text, 0, len(text))] == expected


KNOWN_FAILURES = cases("known-failures/*.txt")


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize(("name", "case"), KNOWN_FAILURES, ids=[name for name, _ in KNOWN_FAILURES])
def test_known_failure(name: str, case: str) -> None:
    test_case(name, case)


@pytest.mark.parametrize(("name", "case"), cases(), ids=[name for name, _ in cases()])
def test_case_in_the_middle_of_a_document(name: str, case: str) -> None:
    """Where a block lies does not change how its marks are read."""
    inner = case.replace("‖", "")
    text = "عنوان. \n" + inner + "\n\nخاتمة."
    shift = text.index(inner)
    shifted = [(start - shift, end - shift) for start, end in by_marks(text, shift, shift + len(inner))]
    assert shifted == by_marks(inner, 0, len(inner))


WORDS = [
    "وقال",
    "د",
    "م",
    "ق",
    "بي",
    "سي",
    "الوزير",
    "2020",
    "3",
    "هـ",
    "U",
    "com",
    "Dr",
    "قائلا",
    "هل",
    "ياهو",
]
ODD = ["..", " ", "  ", "\n", "\u00a0", "\u2028", "\r\n", "\u064b", "\u0301", "\u200d", "\u200c", "\ufe0f"]
EMOJI = ["😀", "👍🏽", "🇱🇧", "🔴", "\u0600", "\u0640", "\ud800", "\x00"]
PIECES = st.sampled_from([*WORDS, *ODD, *EMOJI, *".!?؟۔…،؛:\"'«»“”()[]{}-–/%"])
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


def grapheme_edges(text: str) -> set[int]:
    return {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}


@given(TEXTS)
@example("أ. \u0301ب. ج")
@example("\u0301 أ. ب")
@example(". . . .")
@example("كلمة.\u0600كلمة")
def test_promises_of_a_split(text: str) -> None:
    spans = split(text, 0, len(text))
    visible = [index for index, char in enumerate(text) if not char.isspace()]
    assert [
        index for start, end in spans for index in range(start, end) if not text[index].isspace()
    ] == visible
    edges = grapheme_edges(text)
    block = text.strip()
    first = text.index(block[0]) if block else 0
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    for start, end in spans:
        assert start < end
        assert text[start:end] == text[start:end].strip()
        assert start in edges or start == first
        assert end in edges or end == first + len(block)


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
@example("كلمة. كلمة", 4, 0)
@example("كل مة؟ كلمة", 4, 0)
@example("عام 2020. كلمة", 6, 0)
def test_only_the_block_is_read(text: str, before: int, after: int) -> None:
    start, end = min(before, len(text)), max(min(before, len(text)), len(text) - after)
    for left, right in by_marks(text, start, end):
        assert start <= left < right <= end
    alone = by_marks(text[start:end], 0, end - start)
    assert [(left - start, right - start) for left, right in by_marks(text, start, end)] == alone


@given(TEXTS)
def test_a_line_break_always_ends_a_sentence_of_words(text: str) -> None:
    for start, end in by_marks(text + "ب\nب" + text, 0, 2 * len(text) + 3):
        assert not re.search("ب\nب", (text + "ب\nب" + text)[start:end])


def test_blocks_of_a_document_are_split_one_by_one() -> None:
    text = "عنوان بلا نقطة\n\nجملة أولى. جملة ثانية.\nفقرة أخيرة"
    blocks = [match.span() for match in re.finditer(r"[^\n]+", text)]
    assert [text[start:end] for start, end in split_blocks(text, blocks)] == [
        "عنوان بلا نقطة",
        "جملة أولى.",
        "جملة ثانية.",
        "فقرة أخيرة",
    ]


@pytest.mark.parametrize("block", ["", "   ", "\n\n"])
def test_a_blank_block_has_no_sentences(block: str) -> None:
    assert split(block, 0, len(block)) == []


@pytest.mark.parametrize("language", ["ar", "AR", "ar-EG", "ar_SA", "arb", "arz"])
def test_arabic_tags_get_the_arabic_rules(language: str) -> None:
    assert splitter_for(language) is split
    assert splitter_name(language) == "arabic-rules"


HOSTILE = [
    ".",
    "(",
    '"',
    "ب",
    "\u0301",
    ". ",
    ".\u0301",
    ". (",
    '." ',
    "…",
    "؟ ",
    '. "',
    "د. ",
    "1. ",
    ".\n",
    ". \u0301",
]
HOSTILE += [
    "😀",
    ". 😀",
    "ب.",
    ". .",
    "«",
    "».",
    "3.5",
    "- . ",
    'ب . " ',
    "." + " " * 300,
    "ب" * 70 + ".",
    "ب ",
    "• ب ",
    "ب: ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_long_text_of_one_pattern_is_covered(unit: str) -> None:
    """Where a step looked back or ahead without bound, this would run for minutes."""
    text = (unit * 200_000)[:200_000]
    spans = split(text, 0, len(text))
    covered = sum(end - start - sum(map(text[start:end].count, WHITE)) for start, end in spans)
    assert covered == len(text) - sum(map(text.count, WHITE))
