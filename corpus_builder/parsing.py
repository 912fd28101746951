"""What a raw record says, before anything is checked against the schema: strict JSON, texts, and their
sidecars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from corpus_builder.config import plain_toml
from corpus_builder.model import Origin, Problem
from corpus_builder.problems import problem
from corpus_builder.readers.annotations import moved
from corpus_builder.readers.encodings import BOM, line_and_column
from corpus_builder.readers.json_syntax import (
    Fault,
    is_strict,
    strictness_fault,
    syntax_fault,
)
from corpus_builder.readers.units import RawRecord

_ID_DIGITS = 20
SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_LINE_END = re.compile(r"\r\n|\n|\r")


class RefusedError(Exception):
    """A record that cannot go on: its problems, and what was read of it."""

    def __init__(
        self, problems: Sequence[Problem], record: object = None, article_id: str | None = None
    ) -> None:
        super().__init__()
        self.problems = tuple(problems)
        self.record = record
        self.article_id = article_id


def strict_json(payload: bytes, origin: Origin, depth: int, code: str = "") -> Any:
    """Parse JSON that names no key twice and nests no deeper than ``depth``.

    `RefusedError` otherwise; ``code`` stands for json-invalid where the file's being JSON is not the point.
    """
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        fault = syntax_fault(payload, error)
    else:
        if is_strict(payload, value, depth):
            return value
        fault = strictness_fault(payload, depth)
    if code and fault.code == "json-invalid":
        fault = Fault(code, fault.detail, fault.line, fault.column)
    found = problem(fault.code, fault.detail, moved(origin, fault.line, fault.column))
    raise RefusedError([found], payload.decode("utf-8", "backslashreplace"))


def decoded(raw: RawRecord) -> str:
    """The payload as text; `RefusedError` where it is not UTF-8."""
    try:
        return raw.payload.decode("utf-8")
    except UnicodeDecodeError as fault:
        place = moved(raw.origin, *line_and_column(raw.payload, fault.start))
        found = problem("encoding-invalid", f"Byte 0x{raw.payload[fault.start]:02x} is no UTF-8 here", place)
        raise RefusedError([found], raw.payload.decode("utf-8", "backslashreplace")) from None


def from_text(raw: RawRecord, depth: int) -> dict[str, Any]:
    """A text and its sidecar as an article record.

    Unless the sidecar names a title, the first line is the title where a blank line and more text follow.
    The id is the file's stem, or a hash of the stem where it makes no id.
    """
    text = decoded(raw)
    record = _sidecar(raw, depth) if raw.sidecar_name else {}
    if "title" not in record:
        title, text = _title_and_text(text)
        if title:
            record["title"] = title
    record["text"] = text
    if record.get("id") is None:
        record["id"] = id_of_name(raw.name)
    return record


def id_of_name(name: str) -> str:
    """The id of an article whose file is called ``name``."""
    return name if SAFE_ID.fullmatch(name) else hashed([name])


def _title_and_text(text: str) -> tuple[str, str]:
    start = len(text) - len(text.lstrip())
    start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    title_end = _LINE_END.search(text, start)
    if title_end is None:
        return "", text
    blank_end = _LINE_END.search(text, title_end.end())
    if blank_end is None or not text[title_end.end() : blank_end.end()].isspace():
        return "", text
    rest = text[blank_end.end() :]
    return (text[start : title_end.start()], rest) if rest and not rest.isspace() else ("", text)


def _sidecar(raw: RawRecord, depth: int) -> dict[str, Any]:
    origin = Origin(raw.sidecar_name, 1, 1)
    payload = raw.sidecar.removeprefix(BOM)
    if payload.lstrip().startswith(b"{") or raw.sidecar_name.endswith(".json"):
        value = strict_json(payload, origin, depth, "metadata-invalid")
    else:
        import tomllib

        try:
            value = plain_toml(tomllib.loads(payload.decode("utf-8").replace("\r\n", "\n")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RefusedError([problem("metadata-invalid", str(error), origin)]) from None
    if type(value) is not dict or "text" in value:
        detail = (
            "The sidecar holds the text itself"
            if type(value) is dict
            else "The sidecar is no table of fields"
        )
        raise RefusedError([problem("metadata-invalid", detail, origin)], value)
    return value


def hashed(values: Iterable[str]) -> str:
    """An id made of the values: the first digits of their SHA-256."""
    from hashlib import sha256

    joined = "\x1f".join(values)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]
