"""Write a whole dataset into a new folder: the tables, the card with its plots, and the manifest last."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.engines import Engine, in_order
from corpus_builder.pipeline.identity import code_digest
from corpus_builder.pipeline.inputs import Inputs
from corpus_builder.pipeline.publishing import FileJob, write_files
from corpus_builder.pipeline.unchanged import settings
from corpus_builder.pipeline.uploading import named_by_content
from corpus_builder.problems import CorpusError
from corpus_builder.splitters import splitter_name
from corpus_builder.writers import card, manifest, plots
from corpus_builder.writers.parquet import WrittenFile

_MOST_DEATHS = 3

#: ``{split: {kind of figure: {name: count}}}``.
Figures = dict[str, dict[str, Counter[str]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a manifest tells of a build's articles."""

    articles: Mapping[str, int]
    rejected: Mapping[str, int]
    splits: Mapping[str, int]


def write_dataset(
    new: Path,
    jobs: Sequence[FileJob],
    config: Config,
    inputs: Inputs,
    ledger: Mapping[str, str],
    counts: Counts,
    engine: Engine,
    tell: Callable[[int], None],
    *,
    by_content: bool,
) -> tuple[dict[str, Any], str]:
    """Write the dataset of these files into ``new``; give its manifest and that one's SHA-256.

    ``by_content`` puts a part of their SHA-256 into the files' names.
    """
    for folder in ("articles", "sentences", "tokens", "plots"):
        storage.make_folder(new / folder)
    splits = list(counts.splits)
    figures: Figures = {split: {} for split in splits}
    files: list[WrittenFile] = []
    for job, done in zip(jobs, in_order(engine, write_files, jobs, _after_death, tell), strict=True):
        files += done.files
        for name, counter in done.figures.items():
            figures[job.split].setdefault(name, Counter()).update(counter)
    if by_content:
        files = named_by_content(new, files)
    others = _write_prose(new, config, files, splits, figures)
    made = manifest.manifest(
        name=config.name,
        corpus_version=config.version,
        counts=counts.articles,
        rejected=counts.rejected,
        splits=counts.splits,
        inputs=inputs.listed(),
        files=files,
        other_files=others,
        configuration=settings(config),
        configuration_sha256=config.digest(),
        ledger_sha256=_ledger_sha256(ledger),
        components=_components(config, figures),
        figures={split: _sorted(split_figures) for split, split_figures in figures.items()},
    )
    sha256 = storage.write_bytes(new / manifest.FILE_NAME, manifest.as_bytes(made))
    for folder in ("articles", "sentences", "tokens", "plots", "."):
        storage.sync_folder(new / folder)
    return made, sha256


def _write_prose(
    new: Path, config: Config, files: Sequence[WrittenFile], splits: Sequence[str], figures: Figures
) -> list[dict[str, Any]]:
    lengths: Counter[int] = Counter()
    for split in splits:
        for length, count in figures[split].get("sentence_lengths", Counter()).items():
            lengths[int(length)] += count
    languages = sorted({language for split in splits for language in figures[split].get("languages", ())})
    shares = {split: figures[split].get("labels", Counter()) for split in splits}
    text = card.card(
        card.read_prose(config.resolve(config.card)),
        name=config.name,
        description=config.description,
        version=config.version,
        license_name=config.license,
        languages=languages,
        labels=config.labels,
        files=files,
        splits=splits,
        figures=figures,
        digest=manifest.logical_digest(files),
    )
    contents = {
        card.FILE_NAME: text,
        card.LABEL_PLOT: plots.label_balance(shares, config.labels),
        card.LENGTH_PLOT: plots.sentence_lengths(lengths),
    }
    return [
        {
            "path": name,
            "bytes": len(content.encode()),
            "sha256": storage.write_bytes(new / name, content.encode()),
        }
        for name, content in contents.items()
    ]


def _components(config: Config, figures: Figures) -> dict[str, str]:
    languages = sorted({language for split in figures.values() for language in split.get("languages", ())})
    models: dict[str, str] = {}
    if "onnx" in config.annotate:
        from corpus_builder.annotators.onnx import component_name

        models["onnx"] = component_name(config)
    return {
        **models,
        **{f"splitter:{language}": splitter_name(language) for language in languages},
        "annotators": ", ".join(config.annotate),
        "code_sha256": code_digest(),
    }


def _ledger_sha256(ledger: Mapping[str, str]) -> str:
    """SHA-256 (hex) of the ledger as JSON, a list of pairs sorted by id."""
    digest = hashlib.sha256(b"[")
    for number, article_id in enumerate(sorted(ledger)):
        digest.update(
            (", " if number else "").encode() + json.dumps([article_id, ledger[article_id]]).encode()
        )
    digest.update(b"]")
    return digest.hexdigest()


def _sorted(figures: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(counter.items())) for name, counter in sorted(figures.items())}


def _after_death(job: FileJob, deaths: int) -> FileJob:
    if deaths > _MOST_DEATHS:
        raise CorpusError(
            f"{job.name}: the process that writes it is killed again and again; free some memory and build again"
        )
    return job
