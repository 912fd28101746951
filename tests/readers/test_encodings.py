from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.readers.encodings import line_and_column, looks_like_utf16, occurrences

TEXTS = [
    "عاد العمل إلى المرفأ أمس.",
    '{"id": "a", "text": "نص"}',
    "Plain English text.",
    "+++\nid = 1\n+++\n",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_unicode_encodings_are_recognised(text: str, encoding: str) -> None:
    assert looks_like_utf16(text.encode(encoding))
    assert looks_like_utf16(text.encode(encoding)[:-1])


@pytest.mark.parametrize("text", [*TEXTS, "", "\x00", "\x00\x00\x00\x00", "نص\x00", "a\x00b"])
def test_utf_8_is_not_mistaken(text: str) -> None:
    assert not looks_like_utf16(text.encode())
    assert not looks_like_utf16(text.encode("utf-8-sig"))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_places_count_code_points(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset]
    expected = (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert line_and_column(text.encode(), len(before.encode())) == expected


@given(st.binary(), st.binary(min_size=1, max_size=1))
def test_occurrences_are_counted(data: bytes, mark: bytes) -> None:
    assert occurrences(data, mark) == data.count(mark)
