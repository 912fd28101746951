"""Every fault the project can find in data has a stable code here, with its level and what to do about it.

The codes live in ``data/problems.tsv`` (code, level, what it means, what to do). A code is never renamed or given a new
meaning. Faults of *use* (a wrong option, a broken configuration) are no `Problem`s but one `CorpusError`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from corpus_builder.levels import LEVELS
from corpus_builder.model import Origin, Problem
from corpus_builder.version import __version__


class CorpusError(Exception):
    """Wrong use or a broken configuration: one clear line for the person, exit status 2."""


class ProblemKind(NamedTuple):
    code: str
    level: str
    meaning: str
    advice: str


@cache
def problem_kinds() -> dict[str, ProblemKind]:
    """The registry, by code."""
    lines = (Path(__file__).parent / "data" / "problems.tsv").read_text(encoding="utf-8").splitlines()
    return {row[0]: ProblemKind(*row) for row in (line.split("\t") for line in lines[1:])}


def problem(code: str, detail: str, origin: Origin, article_id: str | None = None) -> Problem:
    """Make the problem ``code``: ``detail`` says what was seen, the registry adds what to do. KeyError on an unknown code."""
    kind = problem_kinds()[code]
    return Problem(code, kind.level, f"{detail}. {kind.advice}", origin, article_id)


def at_least(problems: Iterable[Problem], level: str) -> list[Problem]:
    """The problems of this level and above."""
    floor = LEVELS.index(level)
    return [found for found in problems if LEVELS.index(found.level) >= floor]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order a reader of the files meets them."""
    return sorted(
        problems,
        key=lambda p: (
            p.origin.path,
            p.origin.record or 0,
            p.origin.line or 0,
            p.origin.column or 0,
            p.code,
            p.message,
        ),
    )


def printed(problems: Sequence[Problem], form: str) -> str:
    """All problems in one of `levels.FORMATS`, ready for stdout (no trailing newline)."""
    return {"text": _text, "json": _json, "github": _github, "sarif": _sarif}[form](problems)


def place(origin: Origin) -> str:
    """``file:line:column`` as editors understand it; a record number where the file has no lines."""
    if origin.line is not None:
        return f"{origin.path}:{origin.line}:{origin.column or 1}"
    if origin.record is not None:
        return f"{origin.path}:record {origin.record}"
    return origin.path


def as_line(found: Problem) -> str:
    named = f" [{visible(found.article_id)}]" if found.article_id else ""
    return f"{visible(place(found.origin))}: {found.level}: {found.code}: {visible(found.message)}{named}"


def as_record(found: Problem) -> dict[str, object]:
    return {
        "code": found.code,
        "level": found.level,
        "message": found.message,
        "path": found.origin.path,
        "line": found.origin.line,
        "column": found.origin.column,
        "record": found.origin.record,
        "article_id": found.article_id,
    }


def visible(text: str) -> str:
    """Text that is safe on a terminal and in one line: controls, bidi controls and lone surrogates become escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _text(problems: Sequence[Problem]) -> str:
    return "\n".join(map(as_line, problems))


def _json(problems: Sequence[Problem]) -> str:
    return json.dumps([as_record(found) for found in problems], ensure_ascii=True, indent=2)


def _github(problems: Sequence[Problem]) -> str:
    """GitHub workflow commands, escaped as its runner unescapes them."""
    word = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for found in problems:
        origin = found.origin
        where = f"file={_property(origin.path)}"
        if origin.line is not None:
            where += f",line={origin.line},col={origin.column or 1}"
        message = visible(found.message).replace("%", "%25")
        lines.append(f"::{word[found.level]} {where},title={_property(found.code)}::{message}")
    return "\n".join(lines)


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0 (OASIS), one run, every rule that occurs described."""
    codes = sorted({found.code for found in problems})
    kinds = problem_kinds()
    rules = [
        {
            "id": code,
            "shortDescription": {"text": kinds[code].meaning},
            "help": {"text": kinds[code].advice},
            "defaultConfiguration": {"level": kinds[code].level},
        }
        for code in codes
    ]
    driver = {"name": "corpus-builder", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(found, codes) for found in problems],
    }
    sarif = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(sarif, ensure_ascii=True, indent=2)


def _sarif_result(found: Problem, codes: Sequence[str]) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": Path(found.origin.path).as_posix()}}
    if found.origin.line is not None:
        location["region"] = {"startLine": found.origin.line, "startColumn": found.origin.column or 1}
    return {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": found.level,
        "message": {"text": found.message},
        "locations": [{"physicalLocation": location}],
    }
