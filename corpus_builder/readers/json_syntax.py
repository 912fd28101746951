"""Where things stand in JSON text, and what is wrong with it: what fast parsers do not say.

All functions work through the text once, without recursion, so that no nesting can exhaust the stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from corpus_builder.readers.encodings import line_and_column, occurrences

_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]|"', re.DOTALL)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_CONSTANT = re.compile(r"-?(?:NaN|Infinity)", re.IGNORECASE)
_SPACE = b" \t\r\n"
_ODD_ESCAPE = re.compile(rb"\\[ubf]")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_SEPARATOR = re.compile(rb"\xe2\x80[\xa8\xa9]")
_STRINGS_ALONE = {str}


class Fault(NamedTuple):
    """What is wrong with JSON text: a problem code, what was seen, and the place (from 1, code points)."""

    code: str
    detail: str
    line: int
    column: int


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a top-level array as ``(byte offset, bytes)``, unparsed.

    Only strings, brackets and commas are looked at, so one broken element does not take its neighbours
    along. What is wrong with the array itself is left for `array_fault`.
    """
    depth = start = first = 0
    for token in _STRUCTURE.finditer(data):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            if depth == 1:
                start = first = token.end()
        elif mark in b"]}":
            depth -= 1
            if depth == 0:
                if start > first or data[start : token.start()].strip(_SPACE):
                    yield _trimmed(data, start, token.start())
                return
        elif mark == b"," and depth == 1:
            yield _trimmed(data, start, token.start())
            start = token.end()


def array_fault(data: bytes, depth_limit: int) -> Fault | None:
    """What is wrong with a top-level array beside its elements: no end, the wrong end, or something after
    it.
    """
    depth = deepest = 0
    for token in _STRUCTURE.finditer(data):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in b"]}":
            depth -= 1
            if depth == 0:
                if mark == b"}":
                    return Fault(
                        "json-invalid", "The array ends with }", *line_and_column(data, token.start())
                    )
                rest = data[token.end() :]
                if not rest.strip(_SPACE):
                    return None
                offset = len(data) - len(rest.lstrip(_SPACE))
                return Fault("json-invalid", "Something follows the array", *line_and_column(data, offset))
    if deepest > depth_limit:
        return Fault("json-too-deep", f"Values nest {deepest} deep", *line_and_column(data, len(data)))
    return Fault("json-invalid", "The array has no end", *line_and_column(data, len(data)))


def syntax_fault(data: bytes, error: orjson.JSONDecodeError) -> Fault:
    """Why ``orjson`` refused ``data``."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        place = line_and_column(data, fault.start)
        return Fault("encoding-invalid", f"Byte 0x{data[fault.start]:02x} is no UTF-8 here", *place)
    message = error.msg
    code = "json-invalid"
    if "depth" in message or "recursion" in message:
        code = "json-too-deep"
    elif "surrogate" in message:
        code = "json-lone-surrogate"
    elif "infinity" in message or any(
        found.start() <= error.pos <= found.end()
        for found in _CONSTANT.finditer(text, max(0, error.pos - 9), error.pos + 9)
    ):
        code, message = "json-not-finite", "the number is not finite"
    return Fault(code, message[:1].upper() + message[1:], error.lineno, error.colno)


def nesting(data: bytes) -> int:
    """How deep the values of valid JSON nest."""
    depth = deepest = 0
    for token in _BRACKETS.finditer(data.decode("utf-8", "replace")):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def is_strict(data: bytes, value: object, depth_limit: int) -> bool:
    """Whether valid JSON nests no deeper than the limit and names no key twice; ``value`` is what it was
    parsed to.

    A second key leaves quotation marks in the text that the value does not account for. Counting them costs
    next to nothing; only where the count is in doubt the text is gone through.
    """
    strings = _flat_strings(value)
    if strings < 0:
        if nesting(data) > depth_limit:
            return False
        strings = _strings(value)
    quotes = occurrences(data, b'"')
    if quotes == 2 * strings:
        return True
    if quotes - data.count(b'\\"') == 2 * strings and b"\\\\" not in data:
        return True
    return duplicate_key(data) is None


def may_spell_controls(data: bytes) -> bool:
    """Whether JSON may hold a control character other than a tab or line end, or a line separator of Unicode, however it
    is written; far quicker than looking for them. Escapes that are none of quotes, backslashes, tabs and line ends may be any character.
    """
    return (
        b"\x7f" in data
        or (b"\\" in data and _ODD_ESCAPE.search(data) is not None)
        or (b"\xc2" in data and _C1.search(data) is not None)
        or (b"\xe2" in data and _SEPARATOR.search(data) is not None)
    )


def strictness_fault(data: bytes, depth_limit: int) -> Fault:
    """Why `is_strict` refused ``data``."""
    deep = nesting(data)
    twice = duplicate_key(data) if deep <= depth_limit else None
    return twice or Fault("json-too-deep", f"Values nest {deep} deep", 1, 1)


def duplicate_key(data: bytes) -> Fault | None:
    """The first key that stands twice in one object of valid JSON, at its second place."""
    text = data.decode("utf-8")
    seen: list[set[str] | None] = []
    previous = previous_start = None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == "{":
            seen.append(set())
        elif mark == "[":
            seen.append(None)
        elif mark in "]}":
            seen.pop()
        elif mark == ":" and previous is not None and previous_start is not None:
            keys = seen[-1]
            key = json.loads(previous)
            if keys is not None and key in keys:
                return Fault(
                    "json-duplicate-key", f"The key {key!r} stands twice", *_place(text, previous_start)
                )
            if keys is not None:
                keys.add(key)
        previous, previous_start = mark, token.start()
    return None


def locate(data: bytes, path: Sequence[str | int]) -> tuple[int, int]:
    """Line and column of the value that ``path`` (keys and indices) leads to in valid JSON, else of its
    start.
    """
    text = data.decode("utf-8", "replace")
    wanted = list(path)
    here: list[str | int] = []
    in_object: list[bool] = []
    key = ""
    expects_key = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == ",":
            expects_key = in_object[-1]
            if not expects_key:
                here[-1] = int(here[-1]) + 1
            continue
        if mark == ":":
            here[-1] = key
            expects_key = False
            continue
        if mark in "]}":
            here.pop()
            in_object.pop()
            continue
        if expects_key:
            key = json.loads(mark)
            continue
        if here == wanted:
            return _place(text, token.start())
        if mark in "[{":
            in_object.append(mark == "{")
            here.append("" if mark == "{" else 0)
            expects_key = mark == "{"
    return 1, 1


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, bytes]:
    part = data[start:end]
    stripped = part.lstrip(_SPACE)
    return end - len(stripped), stripped.rstrip(_SPACE)


def _flat_strings(value: object) -> int:
    """How many strings an object holds that holds no objects and lists, keys included; -1 for any other
    value.
    """
    if type(value) is not dict:
        return -1
    kinds = list(map(type, value.values()))
    if _STRINGS_ALONE.issuperset(kinds):
        return 2 * len(kinds)
    return -1 if dict in kinds or list in kinds else len(kinds) + kinds.count(str)


def _strings(value: object) -> int:
    """How many strings a parsed value holds, keys included. Its nesting is bounded by the parser's limit."""
    if type(value) is str:
        return 1
    if type(value) is dict:
        count = len(value)
        for item in value.values():
            if type(item) is str:
                count += 1
            elif type(item) is dict or type(item) is list:
                count += _strings(item)
        return count
    if type(value) is list:
        return sum(map(_strings, value))
    return 0


def _place(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1
