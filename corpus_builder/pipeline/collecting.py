"""The middle of a build: look at all shards together, and say which row goes where.

Rows are put in their published order, an id that comes twice keeps one of its articles, near-duplicates are grouped, and
each group gets its split. All of it is columns: some 150 bytes for each article and no Python object that stays.
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
from corpus_builder.ordering import order_of
from corpus_builder.pipeline.rejects import rejected_record
from corpus_builder.pipeline.shards import Shard, open_shard, read_columns
from corpus_builder.problems import CorpusError, problem
from corpus_builder.records import id_key
from corpus_builder.splits import SplitRule, assign

#: How many rows are Python objects at a time.
_STRETCH = 1 << 16

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every row goes. Row *i* in published order is row ``rows[i]`` of shard ``shards[i]`` and belongs to split
    ``names[splits[i]]``; its text has ``text_bytes[i]`` bytes of UTF-8.
    """

    names: tuple[str, ...]
    shards: Ints
    rows: Ints
    splits: npt.NDArray[np.uint8]
    text_bytes: Ints
    rejected: tuple[dict[str, Any], ...]

    def counts(self) -> dict[str, int]:
        """How many rows each split has; an empty one is left out."""
        found = np.bincount(self.splits, minlength=len(self.names)).tolist()
        return {name: count for name, count in zip(self.names, found, strict=True) if count}


#: Shards, and for each row in published order its shard and its place there, to each row's near-duplicate group: its first row.
Grouping = Callable[[Sequence[Shard], Ints, Ints, float], Ints]


def plan(shards: Sequence[Shard], config: Config, ledger: Mapping[str, str], grouping: Grouping) -> Plan:
    """Order, deduplicate, group and split the rows of all shards."""
    names = config.splits.names
    filled = [number for number, shard in enumerate(shards) if shard.rows]
    if not filled:
        nothing = np.zeros(0, np.int64)
        return Plan(names, nothing, nothing, nothing.astype(np.uint8), nothing, ())
    order, ids, keys = _in_published_order([shards[number] for number in filled])
    shard_of = np.repeat(np.array(filled, np.int32), [shards[number].rows for number in filled])[order]
    row_of = np.concatenate([np.arange(shards[number].rows, dtype=np.int32) for number in filled])[order]
    unique, doubles = _without_doubles(ids, order, keys)
    del keys
    rejected = [
        _rejected_row(code, detail, shards[shard_of[place]].path, int(row_of[place]))
        for place, code, detail in doubles
    ]
    if doubles:
        order, shard_of, row_of = order[unique], shard_of[unique], row_of[unique]
    del unique
    leaders = grouping(shards, shard_of, row_of, config.splits.similarity)
    paths = [shards[number].path for number in filled]
    own = _column(paths, "split", order)
    dates = _column(paths, "published", order) if config.splits.by == "time" else None
    splits, conflicts = _assigned(ids, order, leaders, dates, own, ledger, config)
    rejected += [
        _rejected_row(
            "split-conflict",
            f"Its near-duplicates are in {' and '.join(between)}",
            shards[shard_of[row]].path,
            int(row_of[row]),
        )
        for row, between in conflicts
    ]
    sizes = np.concatenate([_text_bytes(path) for path in paths])[order]
    kept = splits < len(names)
    return Plan(names, shard_of[kept], row_of[kept], splits[kept], sizes[kept], tuple(rejected))


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


def _in_published_order(shards: Sequence[Shard]) -> tuple[Ints, pa.Array, npt.NDArray[np.uint64]]:
    """The places of all rows in published order; their ids as they lie; and in published order the numbers they are in the order of."""
    columns = ["article_id", "digest", "order"]
    whole = pa.concat_tables([read_columns(shard.path, columns) for shard in shards])
    keys = [("order", "ascending"), ("article_id", "ascending"), ("digest", "ascending")]
    order = pc.sort_indices(whole, sort_keys=keys).to_numpy().astype(np.int64)
    return order, whole.column("article_id").combine_chunks(), whole.column("order").to_numpy()[order]


def _without_doubles(
    ids: pa.Array, order: Ints, keys: npt.NDArray[np.uint64]
) -> tuple[Ints, list[tuple[int, str, str]]]:
    """The places (in published order) that stay, and for each that does not the code and detail of why: its id was taken already."""
    for start in range(0, len(order), _STRETCH):
        some = ids.take(pa.array(order[start : start + _STRETCH])).to_pylist()
        for place, article_id in enumerate(some, start):
            if (key := id_key(article_id)) != article_id:
                keys[place] = order_of(key)
    ordered = np.sort(keys)
    shared = np.flatnonzero(np.isin(keys, ordered[1:][ordered[1:] == ordered[:-1]]))
    first: dict[str, str] = {}
    doubles = []
    for place, article_id in zip(shared.tolist(), ids.take(pa.array(order[shared])).to_pylist(), strict=True):
        holder = first.setdefault(id_key(article_id), article_id)
        if holder is article_id:
            continue
        same = holder == article_id
        code = "id-duplicate" if same else "id-collision"
        detail = "Another article has this id" if same else f"The id of another article is {holder}"
        doubles.append((place, code, detail))
    return np.delete(np.arange(len(keys)), [place for place, _code, _detail in doubles]), doubles


def _assigned(
    ids: pa.Array,
    order: Ints,
    leaders: Ints,
    dates: pa.ChunkedArray | None,
    own: pa.ChunkedArray,
    ledger: Mapping[str, str],
    config: Config,
) -> tuple[npt.NDArray[np.uint8], list[tuple[int, tuple[str, ...]]]]:
    """The number of each row's split, or one too many for a row in conflict; and those rows with what their groups were given.

    Some groups at a time are assigned, each of them whole.
    """
    names = config.splits.names
    numbers = {name: number for number, name in enumerate(names)}
    rule = split_rule(config)
    by_group = np.argsort(leaders, kind="stable")
    begins = np.flatnonzero(np.diff(leaders[by_group], prepend=-1))
    splits = np.empty(len(leaders), np.uint8)
    conflicts: list[tuple[int, tuple[str, ...]]] = []
    low = 0
    while low < len(by_group):
        after = np.searchsorted(begins, low + _STRETCH)
        high = int(begins[after]) if after < len(begins) else len(by_group)
        rows = by_group[low:high]
        chosen = pa.array(rows)
        assignment = assign(
            ids.take(pa.array(order[rows])).to_pylist(),
            leaders[rows].tolist(),
            [None] * len(rows) if dates is None else dates.take(chosen).to_pylist(),
            {row: split for row, split in enumerate(own.take(chosen).to_pylist()) if split is not None},
            ledger,
            rule,
        )
        splits[rows] = [len(names) if split is None else numbers[split] for split in assignment.splits]
        conflicts += [(int(rows[row]), between) for row, between in assignment.conflicts.items()]
        low = high
    return splits, sorted(conflicts)


def _column(paths: Sequence[Path], name: str, order: Ints) -> pa.ChunkedArray:
    """One column of all shards, in this order."""
    parts = [read_columns(path, [name]).column(0).dictionary_encode() for path in paths]
    return (
        pa.chunked_array([chunk for part in parts for chunk in part.chunks])
        .unify_dictionaries()
        .take(pa.array(order))
    )


def _rejected_row(code: str, detail: str, path: Path, row: int) -> dict[str, Any]:
    table = open_shard(path)
    values = {
        name: table.column(name)[row].as_py()
        for name in ("article_id", "title", "text", "path", "line", "record")
    }
    origin = Origin(values["path"], values["line"], None, values["record"])
    found = problem(code, detail, origin, values["article_id"])
    record = {"id": values["article_id"], "title": values["title"], "text": values["text"]}
    return rejected_record(Rejected((found,), origin, values["article_id"], record))


def _text_bytes(path: Path) -> Ints:
    lengths: Ints = pc.binary_length(open_shard(path).column("text")).to_numpy().astype(np.int64)
    return lengths
