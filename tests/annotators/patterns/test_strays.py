"""A letter that is read as an unknown word is one that no pattern can take or look at where it stands."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.patterns import finding, grammar, spans_of_text
from corpus_builder.annotators.patterns.strays import NEIGHBOURS, without_strays
from corpus_builder.annotators.patterns.words import lexicon

CASES = Path(__file__).parents[2] / "cases" / "patterns"
PARSER: Any = re._parser  # type: ignore[attr-defined]
BESIDE = {pair for first, following in NEIGHBOURS.items() for pair in product(first, following)}
#: Letters and pairs of a part of a pattern: those that it may begin with, and end with, whether it may be empty, and the pairs within.
Part = tuple[set[str], set[str], bool, set[tuple[str, str]]]


def sequence(items: Any) -> Part:
    """The parts of a pattern one after the other."""
    first, last, empty, pairs = set(), set(), True, set()
    for item in items:
        begins, ends, may_be_empty, within = part(*item)
        pairs |= within | set(product(last, begins))
        first |= begins if empty else set()
        last = ends | (last if may_be_empty else set())
        empty = empty and may_be_empty
    return first, last, empty, pairs


def part(kind: Any, value: Any) -> Part:
    if kind is PARSER.LITERAL:
        return {chr(value)}, {chr(value)}, False, set()
    if kind is PARSER.IN:
        letters = {chr(code) for what, code in value if what is PARSER.LITERAL}
        for low, high in (ends for what, ends in value if what is PARSER.RANGE):
            letters |= set(map(chr, range(low, high + 1)))
        return letters, letters, False, set()
    if kind is PARSER.SUBPATTERN:
        return sequence(value[-1])
    if kind is PARSER.BRANCH:
        ways = [sequence(way) for way in value[1]]
        first, last, pairs = (set().union(*(way[i] for way in ways)) for i in (0, 1, 3))
        return first, last, any(way[2] for way in ways), pairs
    if kind is PARSER.MAX_REPEAT:
        first, last, empty, pairs = sequence(value[2])
        again = set(product(last, first)) if value[1] > 1 else set()
        return first, last, empty or not value[0], pairs | again
    # What is looked at behind joins to what follows it, what is looked at ahead to what is before.
    assert kind in (PARSER.ASSERT, PARSER.ASSERT_NOT)
    first, last, _empty, pairs = sequence(value[1])
    return (set(), last, True, pairs) if value[0] < 0 else (first, set(), True, pairs)


@pytest.mark.parametrize("name", ["DATE", "MONEY", "PERCENT", "MORE_YEARS"])
def test_all_that_a_pattern_has_side_by_side_are_neighbours(name: str) -> None:
    _first, _last, _empty, pairs = sequence(PARSER.parse(re.compile(getattr(grammar, name)).pattern))
    # Bounds stay as they are and what follows بين does, whatever it is; a dot is no letter.
    assert {pair for pair in pairs if pair[0] not in "_!B" and "." not in pair} <= BESIDE


FIGURES = ["5", "45", "656", "1436", "1999", "4711", "(2019)", "1990/1991", "12-5-2020", "الـ20", "%5"]
NEAR = ["متر", "شخصا", "دقيقة", "سيارة", "باترول", "كذا", "محمد", "،", "-", "/", "(", ")", "\n"]
WORDS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "", "و", "ب", "ل", "ال"]),
    st.sampled_from([*sorted({*lexicon()[0], *lexicon()[1]}), *FIGURES, *NEAR]),
    st.sampled_from(["", "", "", "،", ".", ")", "%"]),
)


@given(st.lists(WORDS, max_size=30))
def test_the_spans_are_those_of_all_letters(words: list[str]) -> None:
    text = " ".join(words)
    found = spans_of_text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(finding, "without_strays", str)
        assert found == spans_of_text(text)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("_,^FY_", "______"),
        ("_imiU>_", "__m____"),
        ("_,dmY&_!", "_,dmY&_!"),
        ("_B_d&dU!", "_B_d&dU!"),
        ("_BGtU!", "_BGtU!"),
        ("", ""),
    ],
)
def test_what_stands_there_by_chance_is_read_as_an_unknown_word(letters: str, expected: str) -> None:
    assert without_strays(letters) == expected
