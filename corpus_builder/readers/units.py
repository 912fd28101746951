"""What is read: units of work, raw records, and what a file name says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from corpus_builder.model import Origin, Problem

STDIN = Path("-")
_SUFFIXES = {
    ".marked.txt": "marked",
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
_SIDECARS = (".meta.json", ".meta.toml")
_ANNOTATIONS = (".ann.json", ".ann.jsonl")
_PAPERS = re.compile(r"(readme|licen[cs]e|notice|copying|changelog)\b", re.IGNORECASE)


class Unit(NamedTuple):
    """One file, or one line-aligned byte range ``[byte_start, byte_end)`` of a plain JSONL file.

    ``name`` is how the file is printed: relative to the corpus's folder where it lies in it. ``format`` is
    one of text, marked, json, jsonl, parquet; ``compression`` none, gz or zst. ``first_line`` counts from
    1.
    """

    path: Path
    name: str
    format: str
    compression: str = "none"
    byte_start: int = 0
    byte_end: int = 0
    first_line: int = 1


class RawRecord(NamedTuple):
    """One record as it stands in its file, and what lies beside it. A tuple, as that is made in half the time.

    ``form`` is json, text or marked. ``name`` is the file's stem, from which a text gets its id.
    ``sidecar`` and ``annotation`` hold the bytes of the files beside the article (empty if there are none),
    and ``notes`` what the reader noticed.
    """

    origin: Origin
    form: str
    payload: bytes
    name: str = ""
    sidecar: bytes = b""
    annotation: bytes = b""
    sidecar_name: str = ""
    annotation_name: str = ""
    notes: tuple[Problem, ...] = ()


class FileKind(NamedTuple):
    """What a file name says: ``role`` is article, sidecar, annotation, paper (README and the like) or
    unknown.
    """

    role: str
    format: str = ""
    compression: str = "none"
    stem: str = ""


def file_kind(name: str) -> FileKind:
    """Judge a file by its name alone."""
    if _PAPERS.match(name):
        return FileKind("paper")
    base, compression = name, "none"
    for suffix, kind in COMPRESSIONS.items():
        if name.lower().endswith(suffix):
            base, compression = name[: -len(suffix)], kind
    lower = base.lower()
    for suffix in _SIDECARS:
        if lower.endswith(suffix) and compression == "none":
            return FileKind("sidecar", suffix.rpartition(".")[2], compression, base[: -len(suffix)])
    for suffix in _ANNOTATIONS:
        if lower.endswith(suffix):
            return FileKind("annotation", suffix.rpartition(".")[2], compression, base[: -len(suffix)])
    for suffix, form in _SUFFIXES.items():
        if lower.endswith(suffix) and (form != "parquet" or compression == "none"):
            return FileKind("article", form, compression, base[: -len(suffix)])
    return FileKind("unknown", stem=base.rpartition(".")[0] or base)
