from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.code_points import Classes, basic_plane, codes_of, entries

TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)


@given(TEXTS)
def test_codes_are_the_code_points_of_a_text(text: str) -> None:
    codes = codes_of(text)
    assert codes.tolist() == list(map(ord, text))
    assert codes.dtype == (np.uint16 if not text or max(text) < "\U00010000" else np.uint32)


@given(TEXTS)
def test_the_last_entry_of_a_table_stands_for_all_beyond_the_basic_plane(text: str) -> None:
    found = entries(np.arange(0x10001, dtype=np.uint32), codes_of(text))
    assert found.tolist() == [min(ord(char), 0x10000) for char in text]


def test_the_basic_plane_is_in_order_and_whole() -> None:
    assert list(map(ord, basic_plane())) == list(range(0x10000))


@given(st.lists(TEXTS, max_size=5))
def test_a_character_is_asked_for_once(texts: list[str]) -> None:
    asked: list[str] = []

    def class_of(char: str) -> int:
        asked.append(char)
        return ord(char) % 250

    classes = Classes(class_of, 251)
    for text in texts:
        expected = [251 if char >= "\U00010000" else ord(char) % 250 for char in text]
        assert classes.of(codes_of(text)).tolist() == expected
    assert sorted(asked) == sorted({char for char in "".join(texts) if char < "\U00010000"})
