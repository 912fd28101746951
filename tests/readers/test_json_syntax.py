from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.readers.json_syntax import (
    array_fault,
    duplicate_key,
    elements,
    is_strict,
    locate,
    nesting,
    syntax_fault,
)

STRINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ['"', "\\", '\\"', "{", "}", "[", "]", ",", ":", '":', "\\\\", "\n", "ش", "😀", "\u2028", "\x00"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=8,
)
SPACES = st.sampled_from(["", " ", "\n", "\t ", "\r\n"])


@st.composite
def written(draw: st.DrawFn, value: Any, doubled: bool = False) -> str:
    """A value as JSON with random white space and escapes; ``doubled`` writes a key of an object twice."""
    space = draw(SPACES)
    if isinstance(value, dict):
        pairs = [
            f"{space}{json.dumps(key, ensure_ascii=draw(st.booleans()))}{draw(SPACES)}:{draw(written(item))}"
            for key, item in value.items()
        ]
        if doubled and pairs:
            pairs.append(draw(st.sampled_from(pairs)))
        return "{" + ",".join(pairs) + space + "}"
    if isinstance(value, list):
        return "[" + ",".join(space + draw(written(item)) for item in value) + space + "]"
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) < len(pairs):
        raise KeyError("twice")
    return dict(pairs)


@given(st.data(), VALUES, st.booleans())
def test_duplicate_keys_are_found_as_the_standard_library_finds_them(
    data: st.DataObject, value: Any, doubled: bool
) -> None:
    text = data.draw(written(value, doubled))
    try:
        json.loads(text, object_pairs_hook=twice)
        expected = False
    except KeyError:
        expected = True
    payload = text.encode()
    assert is_strict(payload, orjson.loads(payload), 100) is not expected
    assert (duplicate_key(payload) is not None) is expected


def test_the_second_place_of_a_key_is_named() -> None:
    fault = duplicate_key('{"a": {"b": 1},\n "ش": 2, "\\u0061": 3}'.encode())
    assert fault is not None
    assert (fault.code, fault.line, fault.column) == ("json-duplicate-key", 2, 10)


@given(st.data(), st.lists(VALUES, max_size=5))
def test_elements_of_an_array_come_one_by_one_with_their_offsets(
    data: st.DataObject, values: list[Any]
) -> None:
    payload = data.draw(written(values)).encode()
    found = list(elements(payload))
    assert [orjson.loads(part) for _offset, part in found] == values
    assert all(payload[offset : offset + len(part)] == part for offset, part in found)
    assert array_fault(payload, 100) is None


@given(st.data(), st.lists(VALUES, min_size=1, max_size=3))
def test_an_array_cut_anywhere_has_a_fault(data: st.DataObject, values: list[Any]) -> None:
    payload = data.draw(written(values)).encode()
    cut = data.draw(st.integers(1, len(payload) - 1))
    fault = array_fault(payload[:cut], 100)
    assert fault is not None
    assert fault.code == "json-invalid"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("[1]]", "json-invalid", (1, 4)),
        ("[1\n] x", "json-invalid", (2, 3)),
        ("[{}}", "json-invalid", (1, 4)),
        ("[", "json-invalid", (1, 2)),
        ("[" * 101, "json-too-deep", (1, 102)),
    ],
)
def test_faults_of_arrays(text: str, code: str, place: tuple[int, int]) -> None:
    fault = array_fault(text.encode(), 100)
    assert fault is not None
    assert (fault.code, (fault.line, fault.column)) == (code, place)


@given(st.data(), VALUES)
def test_values_are_found_where_they_stand(data: st.DataObject, value: Any) -> None:
    text = data.draw(written(value))
    path: list[str | int] = []
    inner = value
    while isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
        step = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        path.append(step)
        inner = inner[step]
    line, column = locate(text.encode(), path)
    offset = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    assert json.JSONDecoder().raw_decode(text, offset)[0] == inner


@pytest.mark.parametrize(
    ("payload", "code", "place"),
    [
        (b'{"a": 1', "json-invalid", (1, 8)),
        ('{"ش": x}'.encode(), "json-invalid", (1, 7)),
        (b'{"a": NaN}', "json-not-finite", (1, 7)),
        (b'{"a":\n-Infinity}', "json-not-finite", (2, 2)),
        (b'{"a": 1e400}', "json-not-finite", (1, 7)),
        (b'{"a": "\\ud800"}', "json-lone-surrogate", (1, 8)),
        (b'{"a": "\\udc00x"}', "json-lone-surrogate", (1, 8)),
        (b'{"a": "\xff"}', "encoding-invalid", (1, 8)),
        (b'{"a": "\xed\xa0\x80"}', "encoding-invalid", (1, 8)),
        (b"[" * 5000, "json-too-deep", (1, 1026)),
    ],
)
def test_why_json_is_refused(payload: bytes, code: str, place: tuple[int, int]) -> None:
    with pytest.raises(orjson.JSONDecodeError) as refused:
        orjson.loads(payload)
    fault = syntax_fault(payload, refused.value)
    assert (fault.code, (fault.line, fault.column)) == (code, place)


@given(VALUES)
def test_nesting_counts_containers(value: Any) -> None:
    def depth(item: Any) -> int:
        if isinstance(item, dict):
            return 1 + max(map(depth, item.values()), default=0)
        return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0

    payload = orjson.dumps(value)
    assert nesting(payload) == depth(value)
    assert is_strict(payload, value, depth(value))
    assert depth(value) < 2 or not is_strict(payload, value, depth(value) - 1)


def test_very_many_brackets_are_no_trouble() -> None:
    deep = b"[" * 200_000
    fault = array_fault(deep, 100)
    assert fault is not None
    assert fault.code == "json-too-deep"
    assert list(elements(deep)) == []
    assert nesting(b'{"a":' * 200_000) == 200_000
