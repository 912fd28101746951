"""What was left out, as the list beside the dataset tells it: one JSON record a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_builder import storage
from corpus_builder.model import Rejected
from corpus_builder.problems import as_record


def rejects_path(target: Path) -> Path:
    """Where a build lists what it left out: beside the dataset, never inside."""
    return target.with_name(f"{target.name}.rejects.jsonl")


def write_rejects(target: Path, rejected: Sequence[Mapping[str, Any]]) -> str:
    """List what was left out, and give the list's SHA-256."""
    lines = sorted(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in rejected)
    return storage.replace_bytes(rejects_path(target), "".join(f"{line}\n" for line in lines).encode())


def rejected_record(rejected: Rejected) -> dict[str, Any]:
    """A left-out record as one line of the list."""
    origin = rejected.origin
    return {
        "article_id": rejected.article_id,
        "path": origin.path,
        "line": origin.line,
        "record_number": origin.record,
        "problems": [as_record(found) for found in rejected.problems],
        "record": _printable(rejected.record),
    }


def _printable(record: object) -> object:
    """A record that JSON can hold: bytes and lone surrogates shown as escapes."""
    if isinstance(record, bytes):
        return record.decode("utf-8", "backslashreplace")
    if isinstance(record, str):
        return record.encode("utf-8", "backslashreplace").decode()
    if isinstance(record, dict):
        return {str(_printable(key)): _printable(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [_printable(value) for value in record]
    return record
