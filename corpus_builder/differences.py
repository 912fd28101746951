"""What changed between two built datasets: articles, the splits they stand in, and annotations by label.

Both datasets hold their articles in one order, so they are gone through side by side: of each file one row
group is in memory.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.ordering import orders_of
from corpus_builder.problems import CorpusError, visible
from corpus_builder.verification.columns import unequal, whole

#: The parts of an article that can change, and the columns that tell.
PARTS = {
    "text": ("title", "text_sha256"),
    "metadata": ("language", "published", "source", "url", "license"),
    "annotation": ("annotation", "blocks", "sentences", "entities"),
}
_COLUMNS = ["article_id", *(column for columns in PARTS.values() for column in columns)]
_MANIFEST = "manifest.json"
_SHOWN = 20

Keys = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Move:
    """An article that stands in another split than before."""

    article_id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Entities of one label: ``old + added - removed == new``. A changed one is removed and added."""

    old: int
    new: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed. ``changed`` maps an article's id to those of `PARTS` that did; ids stand in the
    published order.
    """

    old: int
    new: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    moved: tuple[Move, ...]
    labels: Mapping[str, LabelChange]

    @property
    def none(self) -> bool:
        """Whether the two datasets hold the same articles."""
        return not (self.added or self.removed or self.changed or self.moved)


def compare(old: str | Path, new: str | Path) -> Differences:
    """Compare two built datasets. Raises `CorpusError` where one is none, or its rows are not in the
    published order.
    """
    found = _Found()
    names: list[str] = []
    streams = []
    for side, folder in enumerate((Path(old), Path(new))):
        labels, files = _files(folder)
        names += [label for label in labels if label not in names]
        streams += [_Stream(side, split, _row_groups(folder, paths)) for split, paths in files.items()]
    for pair in _blocks(streams):
        _compare_block(pair[0], pair[1], found)
    names += sorted(set().union(*found.entities) - set(names))
    return Differences(
        found.articles[0],
        found.articles[1],
        tuple(found.ids[1]),
        tuple(found.ids[0]),
        found.changed,
        tuple(found.moved),
        {
            name: LabelChange(
                found.entities[0][name], found.entities[1][name], found.gained[1][name], found.gained[0][name]
            )
            for name in names
        },
    )


@dataclass(slots=True)
class _Found:
    """Differences as they are found; pairs hold what is the old side's alone, and what is the new one's."""

    articles: list[int] = field(default_factory=lambda: [0, 0])
    ids: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moved: list[Move] = field(default_factory=list)
    entities: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    gained: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))


@dataclass(slots=True)
class _Stream:
    """The rows of one split of one side, in order, as far as they are in memory."""

    side: int
    split: str
    groups: Iterator[pa.Table]
    table: pa.Table | None = None
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))

    def fill(self) -> bool:
        """Have rows, if any are left."""
        while not len(self.keys):
            following = next(self.groups, None)
            if following is None:
                return False
            self.table, self.keys = following, _keys(following)
        return True

    def take(self, bound: np.uint64) -> pa.Table | None:
        """The rows in memory up to this key, with their split; they are the caller's now."""
        count = int(np.searchsorted(self.keys, bound, side="right"))
        if not count or self.table is None:
            return None
        taken = self.table.slice(0, count)
        self.table, self.keys = self.table.slice(count), self.keys[count:]
        return taken.append_column("split", pa.array([self.split] * count, pa.string()))


def _files(folder: Path) -> tuple[list[str], dict[str, list[Path]]]:
    """The labels of a dataset, and for each split its files of articles in order."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        files: dict[str, list[Path]] = {}
        for file in sorted(manifest["files"], key=lambda file: str(file["path"])):
            if file.get("config") == "articles":
                files.setdefault(file["split"], []).append(folder / file["path"])
        return list(manifest["configuration"]["labels"]), files
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{folder}: no built dataset that can be read: {error}") from None


def _row_groups(folder: Path, paths: Sequence[Path]) -> Iterator[pa.Table]:
    last = -1
    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                for number in range(file.num_row_groups):
                    table = file.read_row_group(number, columns=_COLUMNS).combine_chunks()
                    keys = _keys(table)
                    if len(keys) and (int(keys[0]) < last or (keys[1:] < keys[:-1]).any()):
                        raise CorpusError(
                            f"{path}: its rows are not in the published order; verify the dataset"
                        )
                    last = int(keys[-1]) if len(keys) else last
                    yield table
        except (OSError, pa.ArrowException) as error:
            raise CorpusError(f"{folder}: no built dataset that can be read: {error}") from None


def _keys(table: pa.Table) -> Keys:
    """The numbers that rows are in the order of."""
    return orders_of(table.column("article_id").to_pylist())


def _blocks(streams: Sequence[_Stream]) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The rows of both sides in blocks that cover the same stretch of keys."""
    while full := [stream for stream in streams if stream.fill()]:
        bound = min(stream.keys[-1] for stream in full)
        taken = [(stream.side, stream.take(bound)) for stream in full]
        old, new = ([table for side, table in taken if side == mine and table is not None] for mine in (0, 1))
        empty = next(table for _side, table in taken if table is not None).slice(0, 0)
        yield _joined(old or [empty]), _joined(new or [empty])


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of different splits as one, in the order of the keys."""
    joined = pa.concat_tables(tables).combine_chunks()
    return joined.take(pa.array(np.argsort(_keys(joined), kind="stable"))) if len(tables) > 1 else joined


def _compare_block(old: pa.Table, new: pa.Table, found: _Found) -> None:
    places = pc.index_in(old.column("article_id"), new.column("article_id"))
    there = pc.index_in(new.column("article_id"), old.column("article_id"))
    for side, (table, match) in enumerate(((old, places), (new, there))):
        alone = table.filter(pc.is_null(match))
        found.articles[side] += table.num_rows
        found.ids[side].extend(alone.column("article_id").to_pylist())
        labels = Counter(whole(table.column("entities")).flatten().field("label").to_pylist())
        found.entities[side].update(labels)
        found.gained[side].update(whole(alone.column("entities")).flatten().field("label").to_pylist())
    mine = old.filter(pc.is_valid(places))
    theirs = new.take(places.drop_null())
    differs = {part: np.zeros(mine.num_rows, bool) for part in PARTS}
    for part, columns in PARTS.items():
        for column in columns:
            differs[part] |= _unequal(whole(mine.column(column)), whole(theirs.column(column)))
    for row in np.flatnonzero(np.any(list(differs.values()), axis=0)).tolist():
        article_id = mine.column("article_id")[row].as_py()
        found.changed[article_id] = tuple(part for part, rows in differs.items() if rows[row])
        _compare_entities(mine.slice(row, 1), theirs.slice(row, 1), bool(differs["text"][row]), found)
    for row in np.flatnonzero(_unequal(whole(mine.column("split")), whole(theirs.column("split")))).tolist():
        names = (
            table.column(name)[row].as_py()
            for table, name in ((mine, "article_id"), (mine, "split"), (theirs, "split"))
        )
        found.moved.append(Move(*names))


def _compare_entities(old: pa.Table, new: pa.Table, moved: bool, found: _Found) -> None:
    """Count what one article lost and gained. Where its text changed, so did offsets: there words count, not
    places.
    """
    sides = []
    for table in (old, new):
        entities = table.column("entities")[0].as_py()
        keys = [(e["label"], e["text"]) if moved else (e["label"], e["start"], e["end"]) for e in entities]
        sides.append(Counter(keys))
    for side, alone in enumerate((sides[0] - sides[1], sides[1] - sides[0])):
        for key, count in alone.items():
            found.gained[side][str(key[0])] += count


def _unequal(one: pa.Array, other: pa.Array) -> Bools:
    """For each row whether two columns differ; two nulls are equal."""
    if pa.types.is_list(one.type):
        return _unequal_lists(one, other)
    different = np.zeros(len(one), bool)
    different[unequal(one, other)] = True
    return different


def _unequal_lists(one: pa.Array, other: pa.Array) -> Bools:
    """For each row whether two lists of structs differ: in length, or in any field of any element."""
    lengths = pc.list_value_length(one).to_numpy(zero_copy_only=False)
    different: Bools = lengths != pc.list_value_length(other).to_numpy(zero_copy_only=False)
    same = pa.array(~different)
    left, right = one.filter(same).flatten(), other.filter(same).flatten()
    rows = np.repeat(np.flatnonzero(~different), lengths[~different])
    for field_ in left.type:
        different[rows[_unequal(left.field(field_.name), right.field(field_.name))]] = True
    return different


def printed_differences(differences: Differences, form: str = "table") -> str:
    """The differences as ``json`` or as a ``table``, without a newline at the end."""
    if form == "json":
        return json.dumps(asdict(differences), ensure_ascii=False, indent=2)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=(out := io.StringIO()), width=110)
    parts = Counter(part for changed in differences.changed.values() for part in changed)
    articles = [
        ("articles", f"{differences.old:,} before, {differences.new:,} now"),
        ("added", _listed(differences.added)),
        ("removed", _listed(differences.removed)),
        *((f"{part} changed", _listed(_with(differences, part))) for part in PARTS if parts[part]),
        ("moved", _listed([f"{m.article_id} ({m.old} to {m.new})" for m in differences.moved])),
    ]
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for title, text in articles:
        table.add_row(Text(title), Text(text, overflow="fold"))
    console.print(table)
    console.print()
    labels = Table("label", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("before", "added", "removed", "now"):
        labels.add_column(title, justify="right")
    for label, change in differences.labels.items():
        counts = (change.old, change.added, change.removed, change.new)
        labels.add_row(Text(label), *(f"{count:,}" for count in counts))
    console.print(labels)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def _with(differences: Differences, part: str) -> list[str]:
    return [article_id for article_id, parts in differences.changed.items() if part in parts]


def _listed(names: Sequence[str]) -> str:
    shown: Iterable[str] = map(visible, names[:_SHOWN])
    more = [f"and {len(names) - _SHOWN:,} more"] if len(names) > _SHOWN else []
    return f"{len(names):,}" + (f": {', '.join([*shown, *more])}" if names else "")
