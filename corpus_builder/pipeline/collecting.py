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
from corpus_builder.pipeline.rejects import rejected_record
from corpus_builder.pipeline.shards import Shard, open_shard
from corpus_builder.problems import CorpusError, problem
from corpus_builder.records import id_key
from corpus_builder.splits import SplitRule, assign, splits_at
from corpus_builder.writers.columns import numbers, strings, values

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
    whole = pa.concat_tables([_gathered(shards[number].path, config.splits.by) for number in filled])
    order = _published_order(whole)
    ids = whole.column("article_id").combine_chunks()
    # What told the order is not needed any more.
    whole = whole.drop_columns(["article_id", "digest", "order"])
    shard_of = np.repeat(np.array(filled, np.int32), [shards[number].rows for number in filled])[order]
    row_of = np.concatenate([np.arange(shards[number].rows, dtype=np.int32) for number in filled])[order]
    unique, doubles = _without_doubles(ids, order, _values(whole, "key_order")[order])
    rejected = [
        _rejected_row(code, detail, shards[shard_of[place]].path, int(row_of[place]))
        for place, code, detail in doubles
    ]
    if doubles:
        order, shard_of, row_of = order[unique], shard_of[unique], row_of[unique]
    del unique
    leaders = grouping(shards, shard_of, row_of, config.splits.similarity)
    splits, conflicts = _assigned(whole, ids, order, leaders, ledger, config)
    rejected += [
        _rejected_row(
            "split-conflict",
            f"Its near-duplicates are in {' and '.join(between)}",
            shards[shard_of[row]].path,
            int(row_of[row]),
        )
        for row, between in conflicts
    ]
    kept = splits < len(names)
    sizes = _values(whole, "text_bytes")[order[kept]]
    return Plan(names, shard_of[kept], row_of[kept], splits[kept], sizes, tuple(rejected))


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


def _gathered(path: Path, by: str) -> pa.Table:
    """What the plan needs of a shard, copied: nothing else of it stays in memory, nor does its file stay open."""
    names = ["article_id", "digest", "order", "key_order", "split_point", "split"]
    mapped = open_shard(path)
    columns = mapped.select([*names, "published"] if by == "time" else names)
    columns = columns.append_column("text_bytes", pc.binary_length(mapped.column("text")))
    return columns.take(numbers(np.arange(mapped.num_rows)))


def _published_order(whole: pa.Table) -> Ints:
    """The places of all rows in published order."""
    keys = [("order", "ascending"), ("article_id", "ascending"), ("digest", "ascending")]
    return values(pc.sort_indices(whole, sort_keys=keys)).astype(np.int64)


def _values(whole: pa.Table, name: str) -> npt.NDArray[Any]:
    return values(whole.column(name).combine_chunks())


def _without_doubles(
    ids: pa.Array, order: Ints, keys: npt.NDArray[np.uint64]
) -> tuple[Ints, list[tuple[int, str, str]]]:
    """The places (in published order) that stay, and for each that does not the code and detail of why: its id was taken already.

    ``keys`` are hashes of what two ids must not share.
    """
    ordered = np.sort(keys)
    shared = np.flatnonzero(np.isin(keys, ordered[1:][ordered[1:] == ordered[:-1]]))
    first: dict[str, str] = {}
    doubles = []
    for place, article_id in zip(shared.tolist(), ids.take(numbers(order[shared])).to_pylist(), strict=True):
        holder = first.setdefault(id_key(article_id), article_id)
        if holder is article_id:
            continue
        same = holder == article_id
        code = "id-duplicate" if same else "id-collision"
        detail = "Another article has this id" if same else f"The id of another article is {holder}"
        doubles.append((place, code, detail))
    return np.delete(np.arange(len(keys)), [place for place, _code, _detail in doubles]), doubles


def _assigned(
    whole: pa.Table, ids: pa.Array, order: Ints, leaders: Ints, ledger: Mapping[str, str], config: Config
) -> tuple[npt.NDArray[np.uint8], list[tuple[int, tuple[str, ...]]]]:
    """The number of each row's split, or one too many for a row in conflict; and those rows with what their groups were given.

    Rows that are alone and that nobody gave a split go by their hashes. Of the rest some groups at a time are assigned, each of them whole.
    """
    names = config.splits.names
    numbers_of = {name: number for number, name in enumerate(names)}
    rule = split_rule(config)
    splits = splits_at(_values(whole, "split_point")[order], rule).astype(np.uint8)
    own = whole.column("split").combine_chunks()
    dates = whole.column("published").combine_chunks() if rule.starts else None
    given = pc.or_(pc.is_valid(own), pc.is_in(ids, value_set=strings(list(ledger))))
    rest = (np.bincount(leaders)[leaders] > 1) | values(given.cast(pa.uint8()))[order].astype(bool)
    places = np.flatnonzero(rest) if dates is None else np.arange(len(leaders))
    by_group = places[np.argsort(leaders[places], kind="stable")]
    begins = np.flatnonzero(np.diff(leaders[by_group], prepend=-1))
    conflicts: list[tuple[int, tuple[str, ...]]] = []
    low = 0
    while low < len(by_group):
        after = np.searchsorted(begins, low + _STRETCH)
        high = int(begins[after]) if after < len(begins) else len(by_group)
        rows = by_group[low:high]
        chosen = numbers(order[rows])
        assignment = assign(
            ids.take(chosen).to_pylist(),
            leaders[rows].tolist(),
            [None] * len(rows) if dates is None else dates.take(chosen).to_pylist(),
            {row: split for row, split in enumerate(own.take(chosen).to_pylist()) if split is not None},
            ledger,
            rule,
        )
        splits[rows] = [len(names) if split is None else numbers_of[split] for split in assignment.splits]
        conflicts += [(int(rows[row]), between) for row, between in assignment.conflicts.items()]
        low = high
    return splits, sorted(conflicts)


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
