"""The second half of a build: write the planned rows as Parquet, one output file of each table at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder import storage
from corpus_builder.pipeline.collecting import Plan
from corpus_builder.pipeline.shards import Shard, open_shard
from corpus_builder.writers.columns import numbers, values
from corpus_builder.writers.parquet import ParquetFile, WrittenFile, group_edges
from corpus_builder.writers.schemas import ARTICLES, SCHEMAS
from corpus_builder.writers.tables import derived_tables

#: How much text goes into one file of ``articles``, and how many rows make a second file worth its name.
FILE_BYTES = 64 << 20
FILE_ROWS = 5_000
_MOST_SMALL_FILES = 4

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class FileJob:
    """One output file of each table: its rows, in order, as places in the shards."""

    folder: Path
    split: str
    name: str
    labels: tuple[str, ...]
    paths: tuple[Path, ...]
    shards: Ints
    rows: Ints
    text_bytes: Ints


@dataclass(frozen=True, slots=True)
class Published:
    """What one job wrote, and the figures of its rows for the card."""

    files: tuple[WrittenFile, ...]
    figures: Mapping[str, Counter[str]]


def file_jobs(plan: Plan, shards: Sequence[Shard], folder: Path, labels: tuple[str, ...]) -> list[FileJob]:
    """Cut every split's rows into files: a function of the rows alone."""
    jobs = []
    for split, name in enumerate(plan.names):
        mine = np.flatnonzero(plan.splits == split)
        if not len(mine):
            continue
        total = int(plan.text_bytes[mine].sum())
        count = max(1, min(_MOST_SMALL_FILES, len(mine) // FILE_ROWS), -(-total // FILE_BYTES))
        for number, part in enumerate(np.array_split(mine, count)):
            file_name = f"{name}-{number:05d}-of-{count:05d}.parquet"
            needed = np.flatnonzero(np.bincount(plan.shards[part]))
            local = np.searchsorted(needed, plan.shards[part]).astype(np.int32)
            paths = tuple(shards[i].path for i in needed.tolist())
            jobs.append(
                FileJob(folder, name, file_name, labels, paths, local, plan.rows[part], plan.text_bytes[part])
            )
    return jobs


def write_files(job: FileJob) -> Published:
    """Write the rows of one job, row group by row group, to a file of each table.

    They are written beside their folder and renamed when whole: a cluster may run an attempt that it took for dead beside the next.
    """
    order = np.argsort(job.shards, kind="stable")
    ends = np.searchsorted(job.shards[order], np.arange(len(job.paths) + 1))
    # Each shard is opened once and its rows copied: pages of all shards would pile up in memory otherwise.
    parts = [
        open_shard(path).select(ARTICLES.names).take(numbers(job.rows[order[low:high]]))
        for path, (low, high) in zip(job.paths, pairwise(ends.tolist()), strict=True)
    ]
    places = [order[low:high] for low, high in pairwise(ends.tolist())]
    attempt = job.folder.with_name(f"{job.folder.name}.{uuid4().hex}")
    for config in SCHEMAS:
        storage.make_folder(attempt / config)
    files = {config: ParquetFile(attempt, config, job.split, job.name, job.labels) for config in SCHEMAS}
    figures: dict[str, Counter[str]] = {}
    for low, high in pairwise(group_edges(job.text_bytes.tolist())):
        articles = _stretch(parts, places, low, high)
        sentences, tokens = derived_tables(articles, job.labels)
        for config, table in (("articles", articles), ("sentences", sentences), ("tokens", tokens)):
            files[config].write(table)
        _count(figures, articles, sentences, tokens)
    written = tuple(file.close() for file in files.values())
    for file in written:
        storage.move(attempt / file.path, job.folder / file.path)
    return Published(written, figures)


def _stretch(parts: Sequence[pa.Table], places: Sequence[Ints], low: int, high: int) -> pa.Table:
    """The file's rows from ``low`` to ``high`` in order, as one contiguous table. ``places`` are those of each part's rows, ascending."""
    cuts = [np.searchsorted(mine, [low, high]).tolist() for mine in places]
    table = pa.concat_tables(part.slice(a, b - a) for part, (a, b) in zip(parts, cuts, strict=True))
    came = np.concatenate([mine[a:b] for mine, (a, b) in zip(places, cuts, strict=True)])
    table = table.combine_chunks().take(numbers(np.argsort(came)))
    return pa.Table.from_batches([batch for batch in [_one_batch(table)] if batch.num_rows], ARTICLES)


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([_contiguous(column) for column in table.columns], schema=ARTICLES)


def _contiguous(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pa.nulls(0, combined.type)
    return combined


def _count(
    figures: dict[str, Counter[str]], articles: pa.Table, sentences: pa.Table, tokens: pa.Table
) -> None:
    """Add a row group to the figures: totals, entities by label and annotator, lengths in tokens."""
    add = figures.setdefault
    entities = _contiguous(articles.column("entities")).flatten()
    lengths = pc.list_value_length(tokens.column("tokens"))
    tags = _contiguous(tokens.column("ner_tags")).flatten()
    outermost = int(np.count_nonzero(values(tags) & 1))
    add("totals", Counter()).update(
        articles=articles.num_rows,
        sentences=sentences.num_rows,
        tokens=int(pc.sum(lengths).as_py() or 0),
        entities=len(entities),
        nested=len(entities) - outermost,
    )
    for key, column in (
        ("labels", entities.field("label")),
        ("annotators", entities.field("annotator")),
        ("annotation", articles.column("annotation")),
        ("languages", articles.column("language")),
        ("licenses", articles.column("license")),
        ("sources", articles.column("source")),
        ("sentence_lengths", lengths.cast(pa.string())),
        ("kinds", sentences.column("kind")),
    ):
        counter, counted = add(key, Counter()), pc.value_counts(column)
        names = ("unknown" if name is None else name for name in counted.field("values").to_pylist())
        for name, count in zip(names, counted.field("counts").to_pylist(), strict=True):
            counter[name] += count
