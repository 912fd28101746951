"""The figures of a built dataset or of raw articles: how much there is of everything, and what looks odd."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_builder.config import Config
from corpus_builder.problems import CorpusError, visible

if TYPE_CHECKING:
    import pyarrow as pa

#: Shares of the sorted lengths at which a length is given.
PERCENTILES = (5, 25, 50, 75, 95, 100)
#: How many of the most frequent surfaces are given for a label.
MOST_FREQUENT = 10
#: What stands in the place of a split where there are none.
RAW = "raw"
_MANIFEST = "manifest.json"
_BATCH = 256
_SHOWN_CONFLICTS = 20


@dataclass(frozen=True, slots=True)
class Example:
    """One place of a surface: ``[start, end)`` counts code points of the article's cleaned text."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """How often a surface carries a label, and where for example."""

    label: str
    count: int
    example: Example


@dataclass(frozen=True, slots=True)
class Conflict:
    """A surface that carries more than one label, the most frequent first."""

    surface: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures. The first four map a split (`RAW` for raw articles) to counts by name.

    ``lengths`` maps what is measured to ``{percentile: length}``, ``surfaces`` a label to its most frequent
    surfaces with their counts; ``rejected`` counts raw articles left out by problem code.
    """

    totals: Mapping[str, Mapping[str, int]]
    labels: Mapping[str, Mapping[str, int]]
    annotators: Mapping[str, Mapping[str, int]]
    annotation: Mapping[str, Mapping[str, int]]
    lengths: Mapping[str, Mapping[int, int]]
    surfaces: Mapping[str, Sequence[tuple[str, int]]]
    conflicts: Sequence[Conflict]
    rejected: Mapping[str, int]


def figures_of(paths: Sequence[str | Path], config: Config) -> Figures:
    """The figures of one built dataset (a folder with a manifest), or of raw articles as the configuration
    annotates them.

    Raises `CorpusError` where there is nothing to read.
    """
    chosen = [Path(path) for path in paths] or [config.resolve(name) for name in config.raw]
    datasets = [path for path in chosen if (path / _MANIFEST).is_file()]
    if not datasets:
        return raw_figures(chosen, config)
    if len(chosen) > 1:
        raise CorpusError(f"{datasets[0]}: a built dataset is counted alone, without other paths beside it")
    return dataset_figures(datasets[0])


def dataset_figures(folder: Path) -> Figures:
    """Count a built dataset, one row group in memory at a time. Raises `CorpusError` where it cannot be
    read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts = _Counts()
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        order = [name for name, _share in manifest["configuration"]["splits"]["shares"]]
        files = [
            (file["split"], file["path"]) for file in manifest["files"] if file.get("config") == "articles"
        ]
        for split, path in sorted(files, key=lambda file: (order.index(file[0]), file[1])):
            beside = folder / "tokens" / Path(path).name
            with pq.ParquetFile(folder / path) as articles, pq.ParquetFile(beside) as tokens:
                for group in range(articles.num_row_groups):
                    columns = ["article_id", "annotation", "entities"]
                    _add(counts, split, articles.read_row_group(group, columns), tokens.read_row_group(group))
        labels = manifest["configuration"]["labels"]
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException) as error:
        raise CorpusError(f"{folder}: no built dataset that can be read: {error}") from None
    return counts.figures(labels)


def raw_figures(paths: Sequence[str | Path], config: Config) -> Figures:
    """Take raw articles through the pipeline, some hundred at a time, and count what it makes of them."""
    from corpus_builder.pipeline.annotating import annotate_articles, tools_for
    from corpus_builder.writers.tables import articles_table, tokens_table

    tools = tools_for(config)
    counts = _Counts()
    for batch in _raw_batches(paths, config, counts.rejected):
        annotated = annotate_articles(batch, tools)
        counts.rejected.update(rejected.problems[0].code for rejected in annotated.rejected)
        if annotated.documents:
            table = articles_table(annotated.documents, tools.labels, tools.names, annotated.layers)
            _add(counts, RAW, table, tokens_table(table, tools.labels))
    return counts.figures(config.labels)


@dataclass(slots=True)
class _Counts:
    """Counts as they grow. Held in memory: one entry for each distinct pair of surface and label."""

    splits: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    sentence_tokens: Counter[int] = field(default_factory=Counter)
    article_sentences: Counter[int] = field(default_factory=Counter)
    article_tokens: Counter[int] = field(default_factory=Counter)
    surfaces: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], Example] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)

    def figures(self, labels: Sequence[str]) -> Figures:
        order = {label: number for number, label in enumerate(labels)}

        def by_split(kind: str, names: Sequence[str] = ()) -> dict[str, dict[str, int]]:
            counted = {split: kinds[kind] for split, kinds in self.splits.items()}
            return {
                split: {name: counter[name] for name in [*names, *sorted(counter.keys() - set(names))]}
                for split, counter in counted.items()
            }

        return Figures(
            by_split("totals", ("documents", "sentences", "tokens", "entities")),
            by_split("labels", labels),
            by_split("annotators"),
            by_split("annotation"),
            {
                "tokens in a sentence": percentiles(self.sentence_tokens),
                "sentences in an article": percentiles(self.article_sentences),
                "tokens in an article": percentiles(self.article_tokens),
            },
            {label: self._most_frequent(label) for label in labels},
            self._conflicts(order),
            dict(sorted(self.rejected.items())),
        )

    def _most_frequent(self, label: str) -> list[tuple[str, int]]:
        mine = [(surface, count) for (surface, other), count in self.surfaces.items() if other == label]
        return sorted(mine, key=lambda pair: (-pair[1], pair[0]))[:MOST_FREQUENT]

    def _conflicts(self, order: Mapping[str, int]) -> list[Conflict]:
        """Surfaces with several labels, those first whose rarer labels are most frequent."""
        uses: dict[str, list[Use]] = {}
        for (surface, label), count in self.surfaces.items():
            uses.setdefault(surface, []).append(Use(label, count, self.examples[surface, label]))
        conflicts = [
            Conflict(
                surface, tuple(sorted(found, key=lambda use: (-use.count, order.get(use.label, len(order)))))
            )
            for surface, found in uses.items()
            if len(found) > 1
        ]
        return sorted(conflicts, key=lambda c: (-sum(use.count for use in c.uses[1:]), c.surface))


def percentiles(lengths: Mapping[int, int]) -> dict[int, int]:
    """For each of `PERCENTILES` the least length that at least this share does not exceed; empty without
    lengths.
    """
    ordered = sorted(lengths.items())
    total = sum(lengths.values())
    found: dict[int, int] = {}
    seen = 0
    for length, count in ordered:
        seen += count
        for share in PERCENTILES:
            if share not in found and seen * 100 >= share * total:
                found[share] = length
    return found


def _add(counts: _Counts, split: str, articles: pa.Table, tokens: pa.Table) -> None:
    """Count some articles and their tokens, which are in the same order."""
    import numpy as np
    import pyarrow.compute as pc

    kinds = counts.splits.setdefault(
        split, {kind: Counter() for kind in ("totals", "labels", "annotators", "annotation")}
    )
    lengths = pc.list_value_length(tokens.column("tokens")).to_numpy()
    # A row of the token table is a sentence, and its first sentence begins an article.
    starts = np.flatnonzero(tokens.column("sentence_index").to_numpy() == 0)
    counts.sentence_tokens.update(lengths.tolist())
    if len(starts):
        counts.article_tokens.update(np.add.reduceat(lengths, starts).tolist())
        counts.article_sentences.update(np.diff(np.append(starts, len(lengths))).tolist())
    found = 0
    for article_id, entities in zip(
        articles.column("article_id").to_pylist(), articles.column("entities").to_pylist(), strict=True
    ):
        found += len(entities)
        for entity in entities:
            key = (entity["text"], entity["label"])
            counts.surfaces[key] += 1
            kinds["labels"][entity["label"]] += 1
            kinds["annotators"][entity["annotator"]] += 1
            if key not in counts.examples:
                counts.examples[key] = Example(article_id, entity["start"], entity["end"])
    kinds["annotation"].update(articles.column("annotation").to_pylist())
    kinds["totals"].update(
        documents=articles.num_rows, sentences=tokens.num_rows, tokens=int(lengths.sum()), entities=found
    )


def _raw_batches(paths: Sequence[str | Path], config: Config, rejected: Counter[str]) -> Iterator[list[Any]]:
    """The articles at these paths, with their gold; what cannot be read is counted by its first problem."""
    from itertools import islice

    from corpus_builder.model import Rejected
    from corpus_builder.problems import as_line
    from corpus_builder.readers import find_annotations, find_units, read
    from corpus_builder.records import articles_of

    units, problems = find_units(paths, config)
    annotations, more = find_annotations(paths, config)
    if not units:
        raise CorpusError(as_line(problems[0]) if problems else "there is nothing to count")
    rejected.update(found.code for found in [*problems, *more] if found.level == "error")
    for unit in units:
        records = read(unit, config)
        while batch := list(islice(records, _BATCH)):
            articles = []
            for made in articles_of(batch, config, annotations):
                if isinstance(made, Rejected):
                    rejected[made.problems[0].code] += 1
                else:
                    articles.append(made[0])
            yield articles


def printed_figures(figures: Figures, form: str = "table") -> str:
    """The figures as ``json`` or as a ``table``, without a newline at the end."""
    if form == "json":
        return json.dumps(asdict(figures), ensure_ascii=False, indent=2)
    from rich.console import Console

    console = Console(file=(out := io.StringIO()), width=110)
    splits = list(figures.totals)
    for title, counted in (
        ("", figures.totals),
        ("label", figures.labels),
        ("annotator", figures.annotators),
        ("annotation", figures.annotation),
    ):
        names = list(dict.fromkeys(name for split in splits for name in counted[split]))
        rows = [[name, *_counts_of(counted, name, splits)] for name in names]
        _print_table(console, [title, *splits, *(["all"] if len(splits) > 1 else [])], rows)
    rows = [
        [what, *(f"{lengths.get(p, 0):,}" for p in PERCENTILES)] for what, lengths in figures.lengths.items()
    ]
    _print_table(console, ["length", *(f"{share}%" for share in PERCENTILES)], rows)
    frequent = [[label, _listed(pairs)] for label, pairs in figures.surfaces.items() if pairs]
    _print_table(console, ["label", "most frequent"], frequent, words=True)
    conflicts = [
        [visible(conflict.surface), "; ".join(map(_use, conflict.uses))]
        for conflict in figures.conflicts[:_SHOWN_CONFLICTS]
    ]
    shown = f"labels, and one place of each ({len(figures.conflicts)} surfaces)"
    _print_table(console, ["surface with several labels", shown], conflicts, words=True)
    _print_table(console, ["left out", "articles"], [[code, str(n)] for code, n in figures.rejected.items()])
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def _counts_of(counted: Mapping[str, Mapping[str, int]], name: str, splits: Sequence[str]) -> list[str]:
    counts = [counted[split].get(name, 0) for split in splits]
    return [f"{count:,}" for count in (*counts, *([sum(counts)] if len(splits) > 1 else []))]


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{visible(surface)} {count}" for surface, count in pairs)


def _use(use: Use) -> str:
    place = use.example
    return f"{use.label} {use.count}, {visible(place.article_id)} [{place.start}, {place.end})"


def _print_table(
    console: Any, head: Sequence[str], rows: Sequence[Sequence[str]], *, words: bool = False
) -> None:
    """Print a table, if it has rows; all columns but the first hold numbers, or ``words``."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, title in enumerate(head):
        table.add_column(Text(title), justify="left" if words or number == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()
