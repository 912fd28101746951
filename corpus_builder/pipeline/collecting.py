"""The middle of a build: look at all shards together, and say which row goes where.

Rows are put in their published order, an id that comes twice keeps one of its articles, near-duplicates are grouped, and
each group gets its split. Held in memory for each article: some 60 bytes, its id, and one band of its signature at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.config import Config
from corpus_builder.model import Origin, Rejected
from corpus_builder.pipeline.shards import Shard, open_shard, rejected_record
from corpus_builder.problems import CorpusError, problem
from corpus_builder.records import id_key
from corpus_builder.splits import SplitRule, assign
from corpus_builder.splits.groups import group_leaders
from corpus_builder.splits.similarity import PERMUTATIONS, Signatures

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every row goes. Row *i* in published order is row ``rows[i]`` of shard ``shards[i]``; ``splits`` holds split names."""

    shards: Ints
    rows: Ints
    ids: tuple[str, ...]
    splits: tuple[str, ...]
    text_bytes: Ints
    groups: Ints
    rejected: tuple[dict[str, Any], ...]


#: Shards, and for each row in published order its shard and its place there, to each row's near-duplicate group: its first row.
Grouping = Callable[[Sequence[Shard], Ints, Ints, float], Ints]


def grouped_here(shards: Sequence[Shard], shard_of: Ints, row_of: Ints, similarity: float) -> Ints:
    """The grouping with all signatures in memory: 512 bytes for each article."""
    return group_leaders(_signatures(shards, shard_of, row_of), similarity)


def plan(
    shards: Sequence[Shard], config: Config, ledger: Mapping[str, str], grouping: Grouping = grouped_here
) -> Plan:
    """Order, deduplicate, group and split the rows of all shards."""
    tables = [open_shard(shard.path) for shard in shards]
    names = ["article_id", "digest", "order", "split", "published"]
    whole = pa.concat_tables([table.select(names) for table in tables]) if tables else None
    if whole is None or whole.num_rows == 0:
        empty = np.zeros(0, np.int64)
        return Plan(empty, empty, (), (), empty, empty, ())
    shard_of = np.repeat(np.arange(len(tables)), [table.num_rows for table in tables])
    row_of = np.concatenate([np.arange(table.num_rows) for table in tables])
    order = pc.sort_indices(
        whole, sort_keys=[("order", "ascending"), ("article_id", "ascending"), ("digest", "ascending")]
    ).to_numpy()
    ids = whole.column("article_id").take(pa.array(order)).to_pylist()
    unique, rejected = _without_doubles(ids, order, shard_of, row_of, tables)
    order = order[unique]
    ids = [ids[i] for i in unique.tolist()]
    shard_of, row_of = shard_of[order], row_of[order]
    leaders = grouping(shards, shard_of, row_of, config.splits.similarity)
    dates = whole.column("published").take(pa.array(order)).to_pylist()
    own = whole.column("split").take(pa.array(order)).to_pylist()
    explicit = {row: split for row, split in enumerate(own) if split is not None}
    assignment = assign(ids, leaders, dates, explicit, ledger, split_rule(config))
    kept = np.array([split is not None for split in assignment.splits], bool)
    for row, between in sorted(assignment.conflicts.items()):
        detail = f"Its near-duplicates are in {' and '.join(between)}"
        rejected.append(_rejected_row("split-conflict", detail, tables[shard_of[row]], int(row_of[row])))
    sizes = _text_bytes(tables)
    return Plan(
        shard_of[kept],
        row_of[kept],
        tuple(article_id for article_id, keep in zip(ids, kept, strict=True) if keep),
        tuple(split for split in assignment.splits if split is not None),
        sizes[order][kept],
        leaders[kept],
        tuple(rejected),
    )


def published_splits(folder: Path) -> Iterator[tuple[str, str]]:
    """The id and the split of every article of a built dataset. Raises `CorpusError` if it is none."""
    files = sorted((folder / "articles").glob("*.parquet"))
    if not files:
        raise CorpusError(f"{folder}: no dataset is there; build it first")
    for path in files:
        split = path.name.partition("-")[0]
        for article_id in pq.read_table(path, columns=["article_id"]).column(0).to_pylist():
            yield article_id, split


def split_rule(config: Config) -> SplitRule:
    """The configured way to give a new group its split."""
    splits = config.splits
    names = splits.names
    starts: list[tuple[str, str]] = []
    if splits.by == "time":
        starts.append((names[0], ""))
        for name, first in (("validation", splits.validation_from), ("test", splits.test_from)):
            if first is not None:
                starts.append((name, first))
    return SplitRule(splits.shares, splits.key, tuple(sorted(starts, key=lambda start: start[1])))


def _without_doubles(
    ids: Sequence[str], order: Ints, shard_of: Ints, row_of: Ints, tables: Sequence[pa.Table]
) -> tuple[Ints, list[dict[str, Any]]]:
    """The places (in published order) that stay, and a record for each article whose id was taken already."""
    first: dict[str, str] = {}
    stays: list[int] = []
    rejected = []
    for place, article_id in enumerate(ids):
        key = id_key(article_id)
        holder = first.setdefault(key, article_id)
        if holder is article_id:
            stays.append(place)
            continue
        same = holder == article_id
        code = "id-duplicate" if same else "id-collision"
        detail = "Another article has this id" if same else f"The id of another article is {holder}"
        where = order[place]
        rejected.append(_rejected_row(code, detail, tables[shard_of[where]], int(row_of[where])))
    return np.array(stays, np.int64), rejected


def _rejected_row(code: str, detail: str, table: pa.Table, row: int) -> dict[str, Any]:
    values = {
        name: table.column(name)[row].as_py()
        for name in ("article_id", "title", "text", "path", "line", "record")
    }
    origin = Origin(values["path"], values["line"], None, values["record"])
    found = problem(code, detail, origin, values["article_id"])
    record = {"id": values["article_id"], "title": values["title"], "text": values["text"]}
    return rejected_record(Rejected((found,), origin, values["article_id"], record))


def _signatures(shards: Sequence[Shard], shard_of: Ints, row_of: Ints) -> Signatures:
    """All signatures in published order."""
    gathered = np.empty((len(shard_of), PERMUTATIONS), np.uint32)
    for number, shard in enumerate(shards):
        here = np.flatnonzero(shard_of == number)
        if len(here):
            gathered[here] = shard_signatures(shard.path)[row_of[here]]
    return gathered


def shard_signatures(path: Path) -> Signatures:
    """The signatures of a shard's rows, mapped into memory rather than read."""
    width = PERMUTATIONS * 4
    column = open_shard(path).column("signature").combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.binary(width))
    data = np.frombuffer(column.buffers()[1], np.uint32, len(column) * PERMUTATIONS, column.offset * width)
    return data.reshape(-1, PERMUTATIONS)


def _text_bytes(tables: Sequence[pa.Table]) -> Ints:
    lengths = [pc.binary_length(table.column("text")).to_numpy() for table in tables]
    sizes: Ints = np.concatenate(lengths).astype(np.int64)
    return sizes
