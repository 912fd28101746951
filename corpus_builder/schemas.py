"""Find and compile the JSON Schemas, and say in plain words how a value breaks one.

``jsonschema-rs`` gives the verdict, ``jsonschema`` is asked only where a value fails, because it explains
better. The two must agree; where they do not, `violations` says so with the code ``schema-disagreement``.
Formats are asserted in both, and neither ever fetches a reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import jsonschema_rs

from corpus_builder.problems import CorpusError

NAMES = ("article", "annotation", "corpus", "manifest")
_SHOWN = 80


class FastValidator(Protocol):
    """The part of a compiled ``jsonschema-rs`` validator that is used here."""

    def is_valid(self, instance: Any) -> bool: ...


class Violation(NamedTuple):
    """One broken rule: ``path`` leads to the value, ``code`` names the problem, ``message`` has no stop."""

    code: str
    path: tuple[str | int, ...]
    keyword: str
    message: str


def schema_text(name: str) -> bytes:
    """The bytes of one of the `NAMES`' schemas, from the checkout or from the installed package.

    KeyError on another name, `CorpusError` if the installation has lost its schemas.
    """
    if name not in NAMES:
        raise KeyError(name)
    package = Path(__file__).parent
    file_name = f"{name}.schema.json"
    for path in (package / "schema" / file_name, package.parent / "schema" / file_name):
        if path.is_file():
            return path.read_bytes()
    raise CorpusError(f"The schema {file_name} is missing: install corpus-builder again")


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema as a value. Nobody changes it."""
    value: dict[str, Any] = json.loads(schema_text(name))
    return value


@cache
def fast(name: str) -> FastValidator:
    """The compiled ``jsonschema-rs`` validator of a schema."""
    return jsonschema_rs.Draft202012Validator(schema(name), validate_formats=True)


@cache
def slow(name: str) -> Any:
    """The ``jsonschema`` validator of a schema, which explains; imported late, as it costs 0.3 s."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema(name), registry=Registry(), format_checker=checker)


def violations(name: str, value: object) -> Iterator[Violation]:
    """Every way in which ``value`` breaks the schema ``name``; nothing if it fits."""
    if fast(name).is_valid(value):
        return
    errors = sorted(slow(name).iter_errors(value), key=_order)
    if not errors:
        yield Violation("schema-disagreement", (), "", "jsonschema-rs refuses what jsonschema accepts")
    found = []
    for error in errors:
        keyword = str(error.validator)
        found.append(Violation(_code(name, error.path, keyword), tuple(error.path), keyword, _message(error)))
    # What lacks three keys is reported three times, in the same words.
    yield from dict.fromkeys(found)


def _order(error: Any) -> tuple[list[str], str]:
    return [str(key) for key in error.path], str(error.validator)


def _code(name: str, path: Sequence[str | int], keyword: str) -> str:
    if name == "article" and list(path) == ["id"] and keyword != "type":
        return "id-unsafe"
    if name == "article" and list(path) == ["text"] and keyword == "minLength":
        return "text-empty"
    return "annotation-invalid" if name == "annotation" else "schema-violation"


def _message(error: Any) -> str:
    """The error in one line: where, and what was expected."""
    where = "/".join(map(str, error.path)) or "the record"
    keyword, expected, value = error.validator, error.validator_value, error.instance
    shown = _shown(value)
    match keyword:
        case "required":
            missing = [key for key in expected if key not in value]
            return f"{where} lacks {', '.join(map(repr, missing))}"
        case "additionalProperties" if expected is False:
            extra = sorted(set(value) - set(error.schema.get("properties", ())))
            return f"{where} has unknown keys: {_shown(extra)[1:-1]}"
        case "type":
            kinds = expected if isinstance(expected, list) else [expected]
            return f"{where} is {shown}, and should be {' or '.join(kinds)}"
        case "enum":
            return f"{where} is {shown}, and should be one of {', '.join(map(str, expected))}"
        case "pattern" | "not" | "format" | "anyOf":
            described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
            wanted = described.rstrip(".") or f"the {keyword} {_shown(expected)} decides"
            return f"{where} is {shown}, which does not fit: {wanted}"
    return f"{where} is {shown}, which breaks {keyword} {_shown(expected)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
