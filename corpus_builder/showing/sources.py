"""What can be shown: raw articles, what ``annotate`` printed, and built datasets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from corpus_builder.config import Config
from corpus_builder.model import Article, Document, Rejected
from corpus_builder.pipeline.texts import annotate_many
from corpus_builder.problems import CorpusError, place
from corpus_builder.readers import RawAnnotation, RawRecord, find_annotations, find_units, read
from corpus_builder.records import articles_of
from corpus_builder.showing.pages import show_page
from corpus_builder.splits.ledger import read_ledger

Shown = Document | Rejected | Mapping[str, Any]
_BATCH = 256
_MANIFEST = "manifest.json"


def page_of_paths(paths: Sequence[Path | str], config: Config, *, title: str | None = None) -> str:
    """The page of what lies at these paths, in the order given: see `records_of_paths`.

    Raw articles are shown with the split that the ledger gives them. The title is the corpus's name unless
    another is given.
    """
    ledger, _problems = read_ledger(config.resolve(config.splits.ledger), config.splits.names)
    return show_page(
        records_of_paths(paths, config), title=title or config.name, labels=config.labels, splits=ledger
    )


def records_of_paths(paths: Sequence[Path | str], config: Config) -> Iterator[Shown]:
    """Everything at these paths that can be drawn.

    A folder with a manifest is a built dataset, whose rows come with their split. JSON records with
    ``article_id`` and ``blocks`` are what ``annotate`` printed and are taken as they are. All else is raw:
    read and annotated as the configuration says, its gold included; what cannot be read comes out as a
    `Rejected`. Raises `CorpusError` where there is nothing at a path.
    """
    for path in map(Path, paths):
        if (path / _MANIFEST).is_file():
            yield from _dataset(path)
        else:
            yield from _raw(path, config)


def _dataset(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of the ``articles`` table, in the order in which the manifest names its files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        listed = json.loads((folder / _MANIFEST).read_bytes())["files"]
        parts = [(file["path"], file["split"]) for file in listed if file.get("config") == "articles"]
        for name, split in parts:
            with pq.ParquetFile(folder / name) as parquet:
                for batch in parquet.iter_batches(_BATCH):
                    for row in batch.to_pylist():
                        yield {**row, "split": split}
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException) as error:
        raise CorpusError(f"{folder}: no built dataset that can be read: {error}") from None


def _raw(path: Path, config: Config) -> Iterator[Shown]:
    units, problems = find_units([path], config)
    annotations, more = find_annotations([path], config)
    if not units and problems:
        raise CorpusError(f"{place(problems[0].origin)}: {problems[0].message}")
    for problem in [*problems, *more]:
        yield Rejected((problem,), problem.origin)
    for unit in units:
        records = read(unit, config)
        while batch := list(islice(records, _BATCH)):
            yield from _shown(batch, config, annotations)


def _shown(
    batch: Sequence[RawRecord | Rejected], config: Config, annotations: Mapping[str, RawAnnotation]
) -> Iterator[Shown]:
    """The batch in its order; only what is not annotated already goes through the pipeline."""
    ready = [_annotated(record) for record in batch]
    made = articles_of([r for r, done in zip(batch, ready, strict=True) if done is None], config, annotations)
    articles = [result[0] for result in made if not isinstance(result, Rejected)]
    documents = annotate_many(articles, config=config)
    raw = iter(_in_order(made, documents))
    for done in ready:
        yield next(raw) if done is None else done


def _in_order(
    made: Iterable[tuple[Article, list[Any]] | Rejected], documents: Iterator[Document | Rejected]
) -> Iterator[Document | Rejected]:
    for result in made:
        yield result if isinstance(result, Rejected) else next(documents)


def _annotated(record: RawRecord | Rejected) -> dict[str, Any] | None:
    """The record as plain data where it is one that ``annotate`` printed."""
    if isinstance(record, Rejected) or record.form != "json" or b'"blocks"' not in record.payload:
        return None
    try:
        value = orjson.loads(record.payload)
    except orjson.JSONDecodeError:
        return None
    printed = isinstance(value, dict) and "article_id" in value and "blocks" in value
    return value if printed else None
