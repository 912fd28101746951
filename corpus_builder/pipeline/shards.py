"""The first half of a build: turn one piece of the input into a shard, a file of finished rows.

A shard lies in the work folder beside the output, under a name that says which piece of the input it came from, with a note of what it
was made of. It is used again when the input bytes, the configuration and the code are the same and
its own bytes are what the note says; where only some records changed, the rows of the others are taken over.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.model import Article, Origin, Rejected
from corpus_builder.pipeline.annotating import Tools, annotate_articles, tools_for
from corpus_builder.pipeline.quarantine import Watch
from corpus_builder.problems import CorpusError, as_record, problem
from corpus_builder.readers import RawAnnotation, RawRecord, Unit, companions, read
from corpus_builder.records import articles_of
from corpus_builder.splits.similarity import ALGORITHM, PERMUTATIONS, signatures
from corpus_builder.writers.schemas import ARTICLES
from corpus_builder.writers.tables import articles_table

BATCH = 256
_MOST_DEATHS = 300
SHARD = pa.schema(
    [
        *ARTICLES,
        ("digest", pa.binary(16)),
        ("order", pa.uint64()),
        ("split", pa.string()),
        ("path", pa.string()),
        ("line", pa.int64()),
        ("record", pa.int64()),
        ("signature", pa.binary(PERMUTATIONS * 4)),
    ]
)


@dataclass(frozen=True, slots=True)
class ShardJob:
    """One piece of the input: its units, where its shard goes, and all that the rows depend on besides.

    ``careful`` is empty, or names the build in which the job's process died: see `quarantine`.
    """

    name: str
    units: tuple[Unit, ...]
    folder: Path
    config: Config
    code: str
    annotations: Mapping[str, RawAnnotation] = field(default_factory=dict)
    gold_only: bool = False
    careful: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished shard. ``rejected`` are the records left out, as the rejects file lists them."""

    name: str
    path: Path
    read: int
    rows: int
    reused: int
    rejected: tuple[dict[str, Any], ...]
    notes: dict[str, int]


def make_shard(job: ShardJob) -> Shard:
    """Make or find again the shard of one job."""
    settings = _settings(job)
    note_path = job.folder / f"{job.name}.json"
    note = _note(note_path)
    same_settings = note is not None and note["settings"] == settings
    fingerprint = _fingerprint(job, settings)
    path = job.folder / f"{job.name}.arrow"
    donor = _donor(path, note) if same_settings and note is not None else None
    if donor is not None and note is not None and note["fingerprint"] == fingerprint:
        return Shard(
            job.name,
            path,
            note["read"],
            donor.num_rows,
            donor.num_rows,
            tuple(note["rejected"]),
            note["notes"],
        )
    watch = Watch(job.folder / f"{job.name}.inflight", job.careful) if job.careful else None
    made = _Rows(job, donor, watch.quarantined() if watch else frozenset())
    for batch in _batches(_records(job), 1 if watch else BATCH):
        if watch and isinstance(batch[0], RawRecord):
            watch.begin(record_digest(batch[0]))
        made.add(batch)
    table = made.table()
    storage.remove(note_path)
    sha256 = _write_table(path, table)
    fields = {"read": made.read, "rejected": made.rejected, "notes": dict(made.notes)}
    written = {"settings": settings, "fingerprint": fingerprint, "sha256": sha256, **fields}
    new = _new(note_path)
    storage.write_bytes(new, json.dumps(written, ensure_ascii=True).encode())
    storage.move(new, note_path)
    if watch:
        watch.end()
    return Shard(
        job.name, path, made.read, table.num_rows, made.reused, tuple(made.rejected), dict(made.notes)
    )


def shard_after_death(job: ShardJob, deaths: int) -> ShardJob:
    """What to run in the place of a job whose process died ``deaths`` times. Raises `CorpusError` when it dies of everything."""
    if deaths > _MOST_DEATHS:
        raise CorpusError(
            f"{job.name}: its process is killed again and again; free some memory and build again"
        )
    return job if job.careful else replace(job, careful=uuid4().hex)


def open_shard(path: Path) -> pa.Table:
    """The rows of a shard, mapped into memory rather than read."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def rejected_record(rejected: Rejected) -> dict[str, Any]:
    """A left-out record as one line of the rejects file."""
    origin = rejected.origin
    return {
        "article_id": rejected.article_id,
        "path": origin.path,
        "line": origin.line,
        "record_number": origin.record,
        "problems": [as_record(found) for found in rejected.problems],
        "record": _printable(rejected.record),
    }


class _Rows:
    """The rows of a shard as they come in, new ones and those taken over from an earlier shard of the same piece."""

    def __init__(self, job: ShardJob, donor: pa.Table | None, quarantined: frozenset[bytes]) -> None:
        self.job = job
        self.quarantined = quarantined
        self.tools = _tools(job.config)
        self.donor = donor
        self.known = (
            {digest: row for row, digest in enumerate(donor.column("digest").to_pylist())}
            if donor is not None
            else {}
        )
        self.taken: list[int] = []
        self.origins: list[Origin] = []
        self.tables: list[pa.Table] = []
        self.read = 0
        self.reused = 0
        self.rejected: list[dict[str, Any]] = []
        self.notes: Counter[str] = Counter()

    def add(self, batch: Sequence[RawRecord | Rejected]) -> None:
        self.read += len(batch)
        fresh: list[RawRecord] = []
        digests: list[bytes] = []
        for raw in batch:
            if isinstance(raw, Rejected):
                self.rejected.append(rejected_record(raw))
                continue
            digest = record_digest(raw)
            row = self.known.get(digest)
            if digest in self.quarantined:
                found = problem(
                    "worker-died", "The process that worked on it was killed", raw.origin, raw.name or None
                )
                self.rejected.append(
                    rejected_record(Rejected((found,), raw.origin, raw.name or None, raw.payload[:10_000]))
                )
            elif row is not None:
                self.taken.append(row)
                self.origins.append(raw.origin)
            else:
                fresh.append(raw)
                digests.append(digest)
        self._make(fresh, digests)

    def _make(self, fresh: list[RawRecord], digests: list[bytes]) -> None:
        """Articles of new records, and on to their rows."""
        articles: list[Article] = []
        digest_of: dict[int, bytes] = {}
        for digest, made in zip(
            digests, articles_of(fresh, self.job.config, self.job.annotations), strict=True
        ):
            if isinstance(made, Rejected):
                self.rejected.append(rejected_record(made))
                continue
            article, problems = made
            self.notes.update(found.code for found in problems)
            if self.job.gold_only and article.gold is None:
                found = problem("gold-missing", "The build is of gold only", article.origin, article.id)
                self.rejected.append(rejected_record(Rejected((found,), article.origin, article.id)))
                continue
            digest_of[id(article)] = digest
            articles.append(article)
        if articles:
            self._annotate(articles, digest_of)

    def _annotate(self, articles: list[Article], digests: Mapping[int, bytes]) -> None:
        annotated = annotate_articles(articles, self.tools)
        self.rejected += map(rejected_record, annotated.rejected)
        self.notes.update(found.code for found in annotated.notes)
        documents = annotated.documents
        if not documents:
            return
        table = articles_table(documents, self.tools.labels, self.tools.names)
        origins = [document.article.origin for document in documents]
        columns = [
            *table.columns,
            pa.array([digests[id(document.article)] for document in documents], pa.binary(16)),
            pa.array([order_of(document.article.id) for document in documents], pa.uint64()),
            pa.array([document.article.split for document in documents], pa.string()),
            *_origin_columns(origins),
            pa.array(
                [row.tobytes() for row in signatures([document.text for document in documents])],
                pa.binary(PERMUTATIONS * 4),
            ),
        ]
        self.tables.append(pa.Table.from_arrays(columns, schema=SHARD))

    def table(self) -> pa.Table:
        """All rows: what was taken over, with the places it stands at now, then what is new."""
        tables = list(self.tables)
        self.reused = len(self.taken)
        if self.taken and self.donor is not None:
            taken = self.donor.take(pa.array(self.taken))
            for name, column in zip(("path", "line", "record"), _origin_columns(self.origins), strict=True):
                taken = taken.set_column(taken.schema.get_field_index(name), name, column)
            tables.insert(0, taken.cast(SHARD))
        return pa.concat_tables(tables).combine_chunks() if tables else SHARD.empty_table()


def record_digest(raw: RawRecord) -> bytes:
    """A digest of everything that came with a record and can change its row."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (raw.form.encode(), raw.name.encode(), raw.sidecar, raw.annotation, raw.payload):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def order_of(article_id: str) -> int:
    """The number that articles are published in the order of; ids that share it follow each other by id."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "big")


def _origin_columns(origins: Sequence[Origin]) -> list[pa.Array]:
    return [
        pa.array([origin.path for origin in origins], pa.string()),
        pa.array([origin.line for origin in origins], pa.int64()),
        pa.array([origin.record for origin in origins], pa.int64()),
    ]


def _records(job: ShardJob) -> Iterator[RawRecord | Rejected]:
    for unit in job.units:
        yield from read(unit, job.config)


def _batches(records: Iterator[RawRecord | Rejected], size: int) -> Iterator[list[RawRecord | Rejected]]:
    while batch := list(islice(records, size)):
        yield batch


@cache
def _tools(config: Config) -> Tools:
    return tools_for(config)


def _settings(job: ShardJob) -> str:
    annotations = hashlib.sha256()
    for article_id, annotation in sorted(job.annotations.items()):
        annotations.update(f"{article_id}\0{len(annotation.payload)}\0".encode())
        annotations.update(annotation.payload)
    parts = [
        job.config.digest(),
        job.code,
        ALGORITHM,
        str(job.gold_only),
        annotations.hexdigest(),
        np.__version__,
        pa.__version__,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _fingerprint(job: ShardJob, settings: str) -> str:
    digest = hashlib.sha256(settings.encode())
    for unit in job.units:
        described = {key: str(value) for key, value in asdict(unit).items()}
        digest.update(json.dumps(described, sort_keys=True).encode())
        for part in _bytes_of(unit):
            digest.update(part)
    return digest.hexdigest()


def _bytes_of(unit: Unit) -> Iterator[bytes]:
    """The bytes of a unit and of the files beside it that belong to it."""
    with unit.path.open("rb") as file:
        file.seek(unit.byte_start)
        left = unit.byte_end - unit.byte_start or -1
        while left and (part := file.read(min(left, 1 << 20) if left > 0 else 1 << 20)):
            left -= len(part) if left > 0 else 0
            yield part
    for path in companions(unit):
        yield path.read_bytes()


def _note(path: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and "settings" in note else None


def _donor(path: Path, note: Mapping[str, Any]) -> pa.Table | None:
    """An earlier shard, if its bytes are what its note says."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return open_shard(path) if digest == note["sha256"] else None


def _write_table(path: Path, table: pa.Table) -> str:
    new = _new(path)
    with storage.Sink(new) as sink:
        with pa.ipc.new_file(pa.PythonFile(sink, "w"), table.schema) as writer:
            writer.write_table(table)
        sha256 = sink.sha256
    storage.move(new, path)
    return sha256.hexdigest()


def _new(path: Path) -> Path:
    """A name to write under that no other attempt has: a cluster may run one that it took for dead beside the next."""
    return path.with_name(f".{path.name}.{uuid4().hex}.new")


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
