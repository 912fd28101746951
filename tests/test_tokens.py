import json
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.tokens import token_spans

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "tokens.jsonl").read_text(encoding="utf-8").splitlines()
]
AWKWARD = (
    "ab1٢.,-@'/:()…  \n\r\tـوم٪_،«"
    "\u0301\u064b\u200d\u200c\u200f\u0600\u06dd\U0001f469\U0001f3fb\U0001f1ea©\u0e33각\u1100\u1161\u093f\u094dक"
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_cases(case):
    assert [case["text"][a:b] for a, b in token_spans(case["text"])] == case["tokens"]


@settings(max_examples=1000)
@given(st.text(st.sampled_from(AWKWARD), max_size=14) | st.text(max_size=14))
def test_tokens_are_ordered_and_split_no_grapheme(text):
    edges = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    last = 0
    for start, end in token_spans(text):
        assert last <= start < end
        assert {start, end} <= edges
        assert text[start:end].strip() != ""
        last = end


@given(st.text(st.sampled_from("ab1ب.،( \n"), max_size=30))
def test_every_visible_character_of_plain_text_is_in_a_token(text):
    seen = "".join(text[a:b] for a, b in token_spans(text))
    assert seen == "".join(text.split())


def test_bounds_are_offsets_of_the_whole_text():
    text = "وصل سعيد إلى بغداد."
    assert token_spans(text, 4, 8) == [(4, 8)]


@pytest.mark.parametrize("unit", [".", "ا", "\u0301", "1.", "a@", "www.", "\u0600", "\u200d", "(", " \u0301"])
def test_time_grows_with_length(unit):
    assert token_spans(unit * 20_000) is not None
