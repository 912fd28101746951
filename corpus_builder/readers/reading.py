"""Units become raw records, lazily; what cannot be read becomes a `Rejected` in its place."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

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
_BATCH = 256
_BLANK = b" \t\r\n"


class Lines:
    """Lines of a JSONL file, one after the other: ``first`` is the number of the first, ``limit`` what an article may have
    in bytes, ``notes`` is what the first record is to tell.

    Iterating gives the records. Who can do without them looks at the lines, which are as they stand in the
    file, ends included.
    """

    def __init__(
        self, name: str, first: int, lines: list[bytes], limit: int, notes: tuple[Problem, ...] = ()
    ) -> None:
        self.name = name
        self.first = first
        self.lines = lines
        self.limit = limit
        self.notes = notes

    def __iter__(self) -> Iterator[RawRecord | Rejected]:
        name, limit, notes = self.name, self.limit, self.notes
        for number, line in enumerate(self.lines, self.first):
            payload = line.strip(_BLANK)
            if len(payload) > limit:
                yield _too_large("line", limit, Origin(name, number, 1), payload)
            elif payload:
                yield RawRecord(Origin(name, number, 1), "json", payload, notes=notes)
                notes = ()


Batch = Lines | list[RawRecord | Rejected]


def read(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    """The records of a unit in order, read as they are asked for.

    Damage never raises: a line or element that cannot be used, and the rest of a file that cannot be read
    on, is a `Rejected`, and what stands before and after it is given all the same.
    """
    for batch in batches(unit, config):
        yield from batch


def batches(unit: Unit, config: Config) -> Iterator[Batch]:
    """The records of a unit as `read` gives them, many at a time, and those of JSONL as lines."""
    reader = {"json": _json, "parquet": _parquet}.get(unit.format, _text)
    empty = True
    try:
        for batch in _jsonl(unit, config) if unit.format == "jsonl" else _together(reader(unit, config)):
            empty = empty and next(iter(batch), None) is None
            yield batch
    except DamagedError as fault:
        empty = False
        yield [_rejected(fault.code, fault.detail, Origin(unit.name))]
    if empty and unit.byte_start == 0:
        yield [_rejected("file-empty", "The file holds no record", Origin(unit.name))]


def _together(records: Iterator[RawRecord | Rejected]) -> Iterator[list[RawRecord | Rejected]]:
    """Records many at a time; of what was read before damage none is lost."""
    batch: list[RawRecord | Rejected] = []
    try:
        for record in records:
            batch.append(record)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except DamagedError:
        yield batch
        raise
    yield batch


def _rejected(code: str, detail: str, origin: Origin, record: object = None) -> Rejected:
    return Rejected((problem(code, detail, origin),), origin, None, record)


def _too_large(what: str, limit: int, origin: Origin, data: bytes) -> Rejected:
    shown = data[:_SHOWN].decode("utf-8", "backslashreplace")
    return _rejected("article-too-large", f"The {what} is longer than {limit} bytes", origin, shown)


def _jsonl(unit: Unit, config: Config) -> Iterator[Lines]:
    notes: tuple[Problem, ...] = ()
    for number, lines in _lines(unit, config.limits):
        if number == 1 and lines[0].startswith(BOM):
            notes = (problem("encoding-bom", "The file begins with U+FEFF", Origin(unit.name, 1, 1)),)
            lines[0] = lines[0][len(BOM) :]
        batch = Lines(unit.name, number, lines, config.limits.article_bytes, notes)
        yield batch
        if notes and any(isinstance(found, RawRecord) for found in batch):
            notes = ()


def _lines(unit: Unit, limits: Limits) -> Iterator[tuple[int, list[bytes]]]:
    """Lines with their ends, and the number of the first of them.

    Of a line beyond the limit only the beginning is kept, so that it never fills the memory.
    """
    number = unit.first_line
    rest = b""
    first = unit.byte_start == 0
    for piece in pieces(unit, limits):
        if first and looks_like_utf16(piece[:_HEAD]):
            raise DamagedError("encoding-utf16", "The file does not begin like UTF-8")
        first = False
        if len(rest) > limits.article_bytes:
            rest = rest.lstrip(_BLANK)
            if len(rest) > limits.article_bytes and b"\n" not in piece:
                continue
        # A stream finds line ends several times as fast as bytes.split.
        lines = BytesIO(rest + piece).readlines()
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        if lines:
            yield number, lines
            number += len(lines)
    if rest:
        yield number, [rest]


def _json(unit: Unit, config: Config) -> Iterator[RawRecord | Rejected]:
    data, notes = _unmarked(unit, whole(unit, config.limits, config.limits.file_bytes, "file-too-large"))
    limit = config.limits.article_bytes
    content = data.strip()
    if not content.startswith(b"["):
        offset = len(data) - len(data.lstrip())
        origin = Origin(unit.name, *line_and_column(data, offset))
        if len(content) > limit:
            yield _too_large("file", limit, origin, content)
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
            yield _too_large("element", limit, origin, payload)
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
                raw = raw._replace(sidecar=path.read_bytes(), sidecar_name=printed_name(path, config))
        for path in beside(unit, (".ann.json",)):
            raw = raw._replace(annotation=path.read_bytes(), annotation_name=printed_name(path, config))
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
            yield _too_large("row", limit, origin, row)
        else:
            yield RawRecord(origin, "json", row)
