"""Annotation files that stand alone, ``*.ann.json`` and ``*.ann.jsonl``, gathered by the article they
name.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import orjson

from corpus_builder.config import Config
from corpus_builder.model import Origin, Problem, Rejected
from corpus_builder.problems import problem
from corpus_builder.readers.finding import annotation_files, printed_name
from corpus_builder.readers.json_syntax import syntax_fault
from corpus_builder.readers.reading import read
from corpus_builder.readers.units import Unit, file_kind


class RawAnnotation(NamedTuple):
    """An annotation record as it stands in its file."""

    payload: bytes
    origin: Origin


def find_annotations(
    paths: Iterable[Path | str], config: Config
) -> tuple[dict[str, RawAnnotation], list[Problem]]:
    """The annotation records of the files and folders named, by article id, and what is wrong with the rest.

    Files beside a single article (``NAME.ann.json`` with ``NAME.txt``) are left out: they are read with it.
    """
    found: dict[str, RawAnnotation] = {}
    problems: list[Problem] = []
    for path in annotation_files(paths, config):
        kind = file_kind(path.name)
        unit = Unit(path, printed_name(path, config), kind.format, kind.compression, 0, path.stat().st_size)
        for raw in read(unit, config):
            if isinstance(raw, Rejected):
                problems.extend(raw.problems)
                continue
            try:
                record = orjson.loads(raw.payload)
            except orjson.JSONDecodeError as error:
                fault = syntax_fault(raw.payload, error)
                problems.append(
                    problem(fault.code, fault.detail, moved(raw.origin, fault.line, fault.column))
                )
                continue
            article_id = record.get("article_id") if isinstance(record, dict) else None
            if not isinstance(article_id, str):
                problems.append(problem("annotation-invalid", "The record names no article_id", raw.origin))
            elif article_id in found:
                detail = f"Another annotation of it stands in {found[article_id].origin.path}"
                problems.append(problem("annotation-duplicate", detail, raw.origin, article_id))
            else:
                found[article_id] = RawAnnotation(raw.payload, raw.origin)
    return found, problems


def moved(origin: Origin, line: int, column: int) -> Origin:
    """A place inside a record (line and column from 1) as a place in the file the record stands in."""
    if origin.line is None:
        return origin
    if line == 1:
        return Origin(origin.path, origin.line, (origin.column or 1) + column - 1, origin.record)
    return Origin(origin.path, origin.line + line - 1, column, origin.record)
