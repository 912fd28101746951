"""The splitter of every other language: the library behind it, held to the same promises."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.splitters import splitter_for, splitter_name

PIECES = [
    *"aB3.?!。۔\"'«»()- \n\t",
    ". ",
    "Mr. ",
    "e.g. ",
    "\u0301",
    "\u200d",
    "😀",
    "👍🏽",
    "\ud800",
    "\x00",
    "پایان",
    "。",
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=60))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Mr. Hill left. He was late!", ["Mr. Hill left.", "He was late!"]),
        ("fr", "Il est parti. Pourquoi ?", ["Il est parti.", "Pourquoi ?"]),
        ("fa", "او رفت. من ماندم.", ["او رفت.", "من ماندم."]),
        ("ur", "وہ گیا۔ میں رہا۔", ["وہ گیا۔", "میں رہا۔"]),
        ("xx", "One. Two.", ["One.", "Two."]),
    ],
)
def test_sentences(language: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in splitter_for(language)(text, 0, len(text))] == expected


def test_offsets_are_code_points_of_the_whole_text() -> None:
    text = "😀😀 head\n\nFirst one. 😀 Second one."
    start = text.index("First")
    spans = splitter_for("en")(text, start, len(text))
    assert [text[left:right] for left, right in spans] == ["First one.", "😀 Second one."]


@given(TEXTS)
def test_promises_of_a_split(text: str) -> None:
    spans = splitter_for("en")(text, 0, len(text))
    visible = [index for index, char in enumerate(text) if not char.isspace()]
    assert [
        index for start, end in spans for index in range(start, end) if not text[index].isspace()
    ] == visible
    edges = {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
        assert {end, start} <= edges
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


def test_a_sentence_longer_than_the_window_stays_whole() -> None:
    text = "word " * 3000 + "end. Short one."
    assert [end - start for start, end in splitter_for("en")(text, 0, len(text))] == [15004, 10]


def test_windows_do_not_change_the_sentences() -> None:
    text = " ".join(f"This is sentence number {number} of a long text." for number in range(1000))
    spans = splitter_for("en")(text, 0, len(text))
    assert len(spans) == 1000
    assert {text[start:end].split()[0] for start, end in spans} == {"This"}


@pytest.mark.parametrize("unit", ["«", '. "', '." ', "«a. »"])
def test_quotation_marks_without_end_are_covered(unit: str) -> None:
    """The library alone takes the square of this length."""
    text = (unit * 100_000)[:100_000]
    spans = splitter_for("en")(text, 0, len(text))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text.rstrip())


def test_the_library_is_named_and_not_loaded_for_arabic() -> None:
    assert splitter_name("fr-CA") == "sentencex:fr"
    program = (
        "import sys; from corpus_builder.splitters import splitter_for; splitter_for('ar')('أ. ب', 0, 4);"
        "sys.exit(bool({'sentencex', 'numpy', 'pyarrow', 'datasets', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
