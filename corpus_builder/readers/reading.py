"""Units become raw records, lazily; what cannot be read becomes a `Rejected` in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corpus_builder.config import Config, Limits
from corpus_builder.model import Origin, Problem, Rejected
from corpus_builder.problems import problem
from corpus_builder.readers.encodings import BOM, line_and_column, looks_like_utf16
from corpus_builder.readers.finding import beside, printed_name
from corpus_builder.readers.json_syntax import array_fault, elements
from corpus_builder.readers.streams import DamagedError, pieces, whole
from corpus_builder.readers.units import RawRecord, Unit, file_kind

_HEAD = 4096
_SHOWN = 2000


def read(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    """The records of a unit in order, read as they are asked for.

    Damage never raises: a line or element that cannot be used, and the rest of a file that cannot be read
    on, is a `Rejected`, and what stands before and after it is given all the same.
    """
    reader = {"jsonl": _jsonl, "json": _json, "parquet": _parquet}.get(unit.format, _text)
    empty = True
    try:
        for found in reader(unit, config):
            empty = False
            yield found
    except DamagedError as fault:
        empty = False
        yield _rejected(fault.code, fault.detail, Origin(unit.name))
    if empty and unit.byte_start == 0:
        yield _rejected("file-empty", "The file holds no record", Origin(unit.name))


def _rejected(code: str, detail: str, origin: Origin, record: object = None) -> Rejected:
    return Rejected((problem(code, detail, origin),), origin, None, record)


def _shown(data: bytes) -> str:
    return data[:_SHOWN].decode("utf-8", "backslashreplace")


def _jsonl(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    notes: tuple[Problem, ...] = ()
    limit = config.limits.article_bytes
    for number, line in _lines(unit, config.limits):
        origin = Origin(unit.name, number, 1)
        if number == 1 and line.startswith(BOM):
            notes = (problem("encoding-bom", "The file begins with U+FEFF", origin),)
            line = line[len(BOM) :]
        line = line.strip(b" \t\r")
        if len(line) > limit:
            yield _rejected(
                "article-too-large", f"The line is longer than {limit} bytes", origin, _shown(line)
            )
        elif line:
            yield RawRecord(origin, "json", line, notes=notes)
            notes = ()


def _lines(unit: Unit, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of a line beyond the limit only the beginning, so that it never fills the memory."""
    number = unit.first_line
    rest = b""
    first = unit.byte_start == 0
    for piece in pieces(unit, limits):
        if first and looks_like_utf16(piece[:_HEAD]):
            raise DamagedError("encoding-utf16", "The file does not begin like UTF-8")
        first = False
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        if len(rest) > limits.article_bytes + len(piece):
            rest = rest[: limits.article_bytes + 1]
        for line in lines:
            yield number, line
            number += 1
    if rest:
        yield number, rest


def _json(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    data, notes = _unmarked(unit, whole(unit, config.limits, config.limits.file_bytes, "file-too-large"))
    limit = config.limits.article_bytes
    content = data.strip()
    if not content.startswith(b"["):
        offset = len(data) - len(data.lstrip())
        origin = Origin(unit.name, *line_and_column(data, offset))
        if len(content) > limit:
            yield _rejected(
                "article-too-large", f"The file is longer than {limit} bytes", origin, _shown(content)
            )
        elif content:
            yield _with_neighbours(RawRecord(origin, "json", content, notes=notes), unit, config)
        return
    # Lines and columns are counted on from element to element: from the top, it would take quadratic time.
    line, column, counted = 1, 1, 0
    for index, (offset, payload) in enumerate(elements(data)):
        between = data[counted:offset]
        if breaks := between.count(b"\n"):
            line, column = line + breaks, 1
            between = between[between.rfind(b"\n") + 1 :]
        column += len(between.decode("utf-8", "replace"))
        counted = offset
        origin = Origin(unit.name, line, column, index)
        if len(payload) > limit:
            detail = f"The element is longer than {limit} bytes"
            yield _rejected("article-too-large", detail, origin, _shown(payload))
        else:
            yield RawRecord(origin, "json", payload, notes=notes)
            notes = ()
    if fault := array_fault(data, config.limits.depth):
        yield _rejected(fault.code, fault.detail, Origin(unit.name, fault.line, fault.column))


def _text(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    data, notes = _unmarked(
        unit, whole(unit, config.limits, config.limits.article_bytes, "article-too-large")
    )
    if data:
        stem = file_kind(unit.path.name).stem if unit.name != "<stdin>" else "stdin"
        raw = RawRecord(Origin(unit.name, 1, 1), unit.format, data, stem, notes=notes)
        yield _with_neighbours(raw, unit, config)


def _unmarked(unit: Unit, data: bytes) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes without a byte order mark, and the note that it was there."""
    if looks_like_utf16(data[:_HEAD]):
        raise DamagedError("encoding-utf16", "The file does not begin like UTF-8")
    if not data.startswith(BOM):
        return data, ()
    return data[len(BOM) :], (
        problem("encoding-bom", "The file begins with U+FEFF", Origin(unit.name, 1, 1)),
    )


def _with_neighbours(raw: RawRecord, unit: Unit, config: Config) -> RawRecord:
    """The record with the metadata sidecar and the annotation file that lie beside it."""
    if unit.name == "<stdin>":
        return raw
    try:
        if raw.form == "text":
            sidecars = beside(unit, (".meta.json", ".meta.toml"))
            if len(sidecars) > 1:
                raise DamagedError("metadata-invalid", "There are two sidecars, .meta.json and .meta.toml")
            for path in sidecars:
                raw = replace(raw, sidecar=path.read_bytes(), sidecar_name=printed_name(path, config))
        for path in beside(unit, (".ann.json",)):
            raw = replace(raw, annotation=path.read_bytes(), annotation_name=printed_name(path, config))
    except OSError as error:
        raise DamagedError("file-unreadable", f"{error.filename}: {error.strerror}") from None
    return raw


def _parquet(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    from corpus_builder.readers.parquet import rows

    limit = config.limits.article_bytes
    for index, row in enumerate(rows(unit, config.limits)):
        origin = Origin(unit.name, None, None, index)
        if isinstance(row, str):
            yield _rejected("parquet-invalid", row, origin)
        elif len(row) > limit:
            yield _rejected("article-too-large", f"The row is longer than {limit} bytes", origin, _shown(row))
        else:
            yield RawRecord(origin, "json", row)
