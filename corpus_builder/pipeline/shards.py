"""The first half of a build: turn one piece of the input into a shard, a file of finished rows.

A shard lies in the work folder beside the output, with a note under the name of its piece of the input that says what it was made of. It
is used again when the input bytes, the configuration and the code are the same and its own bytes are what the note says;
where only some records changed, the rows of the others are taken over. Its own name bears its SHA-256: what a build
has been given stays as it is, even where a cluster still works for a build that was stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.model import Rejected
from corpus_builder.pipeline.quarantine import Watch
from corpus_builder.pipeline.rows import BATCH, Rows, record_digest
from corpus_builder.problems import CorpusError
from corpus_builder.readers import RawAnnotation, RawRecord, Unit, companions, read
from corpus_builder.splits.similarity import ALGORITHM, PERMUTATIONS, Signatures

_MOST_DEATHS = 300
_PART = 1 << 17


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
    """A finished shard. ``rejected`` are the records left out, as the rejects file lists them; ``found`` says that
    it was finished before, ``reused`` how many of its rows were.
    """

    name: str
    path: Path
    read: int
    rows: int
    reused: int
    rejected: tuple[dict[str, Any], ...]
    notes: dict[str, int]
    found: bool = False


def make_shard(job: ShardJob) -> Shard:
    """Make or find again the shard of one job."""
    settings = _settings(job)
    note_path = note_of(job.folder, job.name)
    note = _note(note_path)
    same_settings = note is not None and note["settings"] == settings
    fingerprint = _fingerprint(job, settings)
    donor = _donor(job, note) if same_settings and note is not None else None
    if donor is not None and note is not None and note["fingerprint"] == fingerprint:
        return Shard(
            job.name,
            _path(job, note["sha256"]),
            note["read"],
            donor.num_rows,
            donor.num_rows,
            tuple(note["rejected"]),
            note["notes"],
            found=True,
        )
    watch = Watch(job.folder / f"{job.name}.inflight", job.careful) if job.careful else None
    made = Rows(
        job.config,
        job.annotations,
        donor,
        gold_only=job.gold_only,
        quarantined=watch.quarantined() if watch else frozenset(),
        at_once=1 if watch else BATCH,
    )
    for raw in _records(job):
        if watch and isinstance(raw, RawRecord):
            watch.begin(record_digest(raw))
        made.add(raw)
    table = made.table()
    sha256 = _write_table(job, table)
    fields = {"read": made.read, "rejected": made.rejected, "notes": dict(made.notes)}
    written = {"settings": settings, "fingerprint": fingerprint, "sha256": sha256, **fields}
    new = _new(note_path)
    storage.write_bytes(new, json.dumps(written, ensure_ascii=True).encode())
    storage.move(new, note_path)
    if watch:
        watch.end()
    return Shard(
        job.name,
        _path(job, sha256),
        made.read,
        table.num_rows,
        made.reused,
        tuple(made.rejected),
        dict(made.notes),
    )


def shard_after_death(job: ShardJob, deaths: int) -> ShardJob:
    """What to run in the place of a job whose process died ``deaths`` times. Raises `CorpusError` when it dies of everything."""
    if deaths > _MOST_DEATHS:
        raise CorpusError(
            f"{job.name}: its process is killed again and again; free some memory and build again"
        )
    return job if job.careful else replace(job, careful=uuid4().hex)


def note_of(folder: Path, name: str) -> Path:
    """Where the note of a shard lies."""
    return folder / f"{name}.json"


def open_shard(path: Path) -> pa.Table:
    """The rows of a shard, mapped into memory rather than read."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def shard_signatures(path: Path) -> Signatures:
    """The signatures of a shard's rows, mapped into memory rather than read."""
    width = PERMUTATIONS * 4
    column = open_shard(path).column("signature").combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.nulls(0, pa.binary(width))
    data = np.frombuffer(column.buffers()[1], np.uint32, len(column) * PERMUTATIONS, column.offset * width)
    return data.reshape(-1, PERMUTATIONS)


def _records(job: ShardJob) -> Iterator[RawRecord | Rejected]:
    for unit in job.units:
        yield from read(unit, job.config)


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
        *map(_module_sha256, job.config.annotate),
        np.__version__,
        pa.__version__,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _module_sha256(annotator: str) -> str:
    """SHA-256 of the file of an annotator from elsewhere, ``module:function``; of the built-in ones, the code's digest tells."""
    module, colon, _function = annotator.partition(":")
    try:
        spec = find_spec(module) if colon else None
    except ImportError:
        return ""
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return ""
    return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()


def _fingerprint(job: ShardJob, settings: str) -> str:
    digest = hashlib.sha256(settings.encode())
    for unit in job.units:
        digest.update(json.dumps([str(getattr(unit, field)) for field in Unit._fields]).encode())
        for part in _bytes_of(unit):
            digest.update(part)
    return digest.hexdigest()


def _bytes_of(unit: Unit) -> Iterator[bytes]:
    """The bytes of a unit and of the files beside it that belong to it."""
    with unit.path.open("rb") as file:
        file.seek(unit.byte_start)
        left = unit.byte_end - unit.byte_start or -1
        while left and (part := file.read(min(left, _PART) if left > 0 else _PART)):
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


def _path(job: ShardJob, sha256: str) -> Path:
    return job.folder / f"{job.name}.{sha256[:16]}.arrow"


def _donor(job: ShardJob, note: Mapping[str, Any]) -> pa.Table | None:
    """An earlier shard, if its bytes are what its note says."""
    path = _path(job, note["sha256"])
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return open_shard(path) if digest == note["sha256"] else None


def _write_table(job: ShardJob, table: pa.Table) -> str:
    new = _new(job.folder / f"{job.name}.arrow")
    with storage.Sink(new) as sink, pa.ipc.new_file(pa.PythonFile(sink, "w"), table.schema) as writer:
        writer.write_table(table)
    sha256 = sink.sha256.hexdigest()
    storage.move(new, _path(job, sha256))
    return sha256


def _new(path: Path) -> Path:
    """A name to write under that no other attempt has: a cluster may run one that it took for dead beside the next."""
    return path.with_name(f".{path.name}.{uuid4().hex}.new")
