"""Names of the word lists: every case of the data file, a user's own lists, and what holds for any text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.gazetteer import gazetteer, matcher
from corpus_builder.annotators.gazetteer.candidates import Beginnings, candidates
from corpus_builder.annotators.gazetteer.compiling import compiled, index_text
from corpus_builder.annotators.gazetteer.keeping import Kept
from corpus_builder.annotators.gazetteer.listed import Match, Names, listed
from corpus_builder.annotators.gazetteer.lists import DATA, INDEX, name_lists
from corpus_builder.annotators.gazetteer.people import people
from corpus_builder.annotators.gazetteer.phrases import Kinds, phrase_of
from corpus_builder.annotators.gazetteer.pieces import piece_of, readings
from corpus_builder.annotators.gazetteer.sieve import sieve_of
from corpus_builder.annotators.gazetteer.words import columns_of, words_of
from corpus_builder.folding import matching_key
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Article, Document, OffsetMap, SpanLayer
from corpus_builder.problems import CorpusError

CASES = Path(__file__).parents[2] / "cases" / "gazetteer"
MARK = re.compile(r"⟦([A-Z]+) |⟧")
_columns_of_all = matcher(name_lists())


def spans_of_all(texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
    return _columns_of_all(texts).lists(len(texts))


def spans_of(text: str) -> list[tuple[int, int, str, float]]:
    (found,) = spans_of_all([text])
    return found


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a case and the spans that its marks give, outer before inner."""
    text, position = "", 0
    spans: list[tuple[int, int, str]] = []
    still_open: list[tuple[int, str]] = []
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        position = mark.end()
        if mark[1]:
            still_open.append((len(text), mark[1]))
        else:
            start, label = still_open.pop()
            spans.append((start, len(text), label))
    return text + marked[position:], sorted(spans, key=lambda span: (span[0], -span[1]))


def cases() -> list[list[str]]:
    lines = (CASES / "names.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


@pytest.mark.parametrize(
    ("marked", "note"), cases(), ids=[f"{i} {case[1]}" for i, case in enumerate(cases())]
)
def test_each_case_gives_its_spans(marked: str, note: str) -> None:
    text, spans = unmarked(marked)
    found = [span[:3] for span in spans_of(text)]
    assert [(text[s:e], label) for s, e, label in found] == [(text[s:e], label) for s, e, label in spans], (
        note
    )
    assert found == spans


def document(text: str) -> Document:
    return Document(Article("a", "", text, "ar"), text, OffsetMap(), SpanLayer())


def test_a_list_of_the_user_is_found_with_its_labels() -> None:
    annotate = gazetteer([CASES / "own_list.tsv"])
    text = "وصلت المسبار نورس إلى طرفاية السفلى بطلب شركة الريح البيضاء، كلمة عابرة"
    (found,) = annotate([document(text)]).lists(1)
    assert [(text[s:e], label) for s, e, label, _score in found] == [
        ("المسبار نورس", "VESSEL"),
        ("طرفاية السفلى", "LOC"),
        ("شركة الريح البيضاء", "ORG"),
    ]
    assert all(0.0 < score <= 1.0 for *_span, score in found)
    assert gazetteer()([document(text)]).lists(1) != [found]


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("no_header.tsv", 1, "begins with the columns"),
        ("columns.tsv", 3, "4 columns"),
        ("label.tsv", 2, "'place' is no label"),
        ("empty_surface.tsv", 2, "surface is empty"),
        ("long_name.tsv", 2, "at most 40 words"),
        ("latin1.tsv", None, "cannot be read"),
        ("missing.tsv", None, "cannot be read"),
    ],
)
def test_a_broken_list_is_told_by_file_and_line(name: str, line: int | None, said: str) -> None:
    path = CASES / "broken" / name
    with pytest.raises(CorpusError, match=said) as raised:
        gazetteer([path])
    assert str(raised.value).startswith(f"{path}:{line}:" if line else f"{path}:")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("القاهره", [(0, "القاهره")]),
        ("والقاهره", [(0, "والقاهره"), (1, "القاهره")]),
        ("وبالقاهره", [(0, "وبالقاهره"), (1, "بالقاهره"), (2, "القاهره")]),
        ("للقاهره", [(0, "للقاهره"), (0, "القاهره"), (1, "لقاهره")]),
        ("وللقاهره", [(0, "وللقاهره"), (1, "للقاهره"), (1, "القاهره"), (2, "لقاهره")]),
        ("بن", [(0, "بن")]),
    ],
)
def test_readings_take_attached_particles_off(key: str, expected: list[tuple[int, str]]) -> None:
    assert readings(key) == expected


def test_verdicts_are_sorted_unique_and_of_known_kinds() -> None:
    lines = (DATA / "gazetteer_verdicts.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert rows[0] == ["surface", "label", "kind", "note"]
    assert rows[1:] == sorted(rows[1:])
    assert len({matching_key(row[0]) for row in rows[1:]}) == len(rows) - 1
    assert {row[2] for row in rows[1:]} == {"alone", "not_alone"}
    assert all(len(row) == 4 for row in rows)


def test_the_index_is_what_the_lists_say() -> None:
    names = compiled()
    assert INDEX.read_text(encoding="utf-8") == index_text(names), (
        "python -m corpus_builder.annotators.gazetteer.compiling"
    )
    assert name_lists() == names


WORDS = st.sampled_from((CASES / "words.txt").read_text(encoding="utf-8").splitlines())


@given(
    st.lists(WORDS, max_size=25),
    st.sampled_from([" ", "  ", "\n\n", "، ", " \u0640", ".", " «", " \u064e", "\u0651 "]),
)
def test_spans_nest_never_cross_and_begin_and_end_in_words(words: list[str], joint: str) -> None:
    text = joint.join(words)
    found = spans_of(text)
    assert found == sorted(found, key=lambda span: (span[0], -span[1]))
    for i, (start, end, _label, score) in enumerate(found):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        assert "\n" not in text[start:end]
        assert not inside_grapheme(text, start)
        assert not inside_grapheme(text, end)
        assert 0.0 < score <= 1.0
        for other in found[i + 1 :]:
            assert other[0] >= end or other[1] <= end
            assert other[:2] != (start, end)


JOINTS = st.sampled_from(
    [" ", " ", " ", "  ", "\n\n", "\n", "، ", " \u0640", ".", " «", "» ", " \u064e", "\u0651 ", "\u00a0"]
)
TEXTS = st.lists(st.tuples(WORDS, JOINTS), max_size=12).map(lambda parts: "".join(map("".join, parts)))


@given(st.lists(TEXTS | st.text(max_size=20), max_size=6))
def test_a_text_gives_the_same_spans_alone_and_among_others(texts: list[str]) -> None:
    assert spans_of_all(texts) == [spans_of(text) for text in texts]


def test_many_texts_give_the_same_spans_as_each_alone() -> None:
    lines = [unmarked(marked)[0] for marked, _note in cases()]
    texts = [" ".join(lines[i:] + lines[:i]) for i in range(len(lines))]
    assert spans_of_all(texts) == [spans_of(text) for text in texts]


NAMES = name_lists()
SIEVE = sieve_of(NAMES)
LISTED = st.sampled_from(sorted(NAMES.entries)[::5] + sorted(NAMES.given | NAMES.family | NAMES.titles)[::5])
ATTACHED = st.sampled_from(["", "", "", "و", "ف", "ب", "ل", "ك", "وب", "ال", "لل", "ولل", "\u0640"])


def matches(plain: Names, others: list[Match], kinds: Kinds) -> list[Match]:
    numbered = list(kinds)
    return sorted([(start, -end, *numbered[kind]) for start, end, kind in plain.T.tolist()] + others)


@given(st.lists(st.tuples(ATTACHED, WORDS | LISTED, JOINTS).map("".join), max_size=25))
def test_the_sieve_keeps_back_no_name(parts: list[str]) -> None:
    text = f"\n{''.join(parts)}\n"
    columns, kinds = columns_of(text), Kinds()
    phrases = Kept(partial(phrase_of, names=NAMES, kinds=kinds))
    plain = Kept(lambda run: phrases[run].plain)
    pieces = Kept(partial(piece_of, names=NAMES))
    beginnings, openings, flags = candidates(columns, SIEVE)
    words, unsieved = (words_of(text, columns, may_be) for may_be in (flags, np.full_like(flags, 0xFFFF)))
    every = np.arange(len(columns.starts))
    breaks = np.append(np.flatnonzero(~columns.joined), every[-1:])
    farthest = np.minimum(every + SIEVE.longest, breaks[np.searchsorted(breaks, every)])
    all_of_them = Beginnings(every, farthest, np.zeros(len(every), np.bool_))
    assert matches(*listed(words, beginnings, plain, phrases, NAMES), kinds) == matches(
        *listed(unsieved, all_of_them, plain, phrases, NAMES), kinds
    )
    assert list(people(words, openings, pieces, NAMES)) == list(people(unsieved, every, pieces, NAMES))


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for start, end, _label, _score in spans_of(text):
        assert text[start:end].strip()


@pytest.mark.parametrize("unit", ["1", " ", "محمد ", "محمد بن ", "5/", "ـ", "\u064e", "وزارة ", "عبد "])
def test_hostile_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (200_000 // len(unit)) + ". زار الوفد القاهرة"
    assert spans_of(text)[-1][:3] == (len(text) - 7, len(text), "LOC")
