"""Build a dataset: shards, plan, files, and one commit that makes all of it visible at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.engines import Engine, processes
from corpus_builder.model import Problem, Rejected
from corpus_builder.pipeline.collecting import Plan, grouped_here, plan
from corpus_builder.pipeline.neighbours import grouped_by
from corpus_builder.pipeline.publishing import FileJob, file_jobs, write_files
from corpus_builder.pipeline.shards import Shard, ShardJob, make_shard, rejected_record, shard_after_death
from corpus_builder.pipeline.uploading import named_by_content, put, refuse_foreign, upload
from corpus_builder.places import is_remote, place, store_faults, writable_place
from corpus_builder.problems import CorpusError, as_line
from corpus_builder.readers import RawAnnotation, Unit, companions, find_annotations, find_units
from corpus_builder.readers.finding import annotation_files, printed_name
from corpus_builder.splits import read_ledger
from corpus_builder.splitters import splitter_name
from corpus_builder.writers import card, manifest, plots
from corpus_builder.writers.parquet import WrittenFile

#: A shard is made of this much input; small files are put together.
SHARD_BYTES = 8 << 20
SHARD_FILES = 512
_MOST_DEATHS = 3

Progress = Callable[[str, int, int], None]
Figures = dict[str, dict[str, Counter[str]]]
Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: the figures of its summary. ``published`` is False where nothing was kept."""

    out: Path
    read: int
    kept: int
    rejected: Mapping[str, int]
    splits: Mapping[str, int]
    labels: Mapping[str, int]
    sentences: int
    reused: int
    seconds: float
    published: bool
    unchanged: bool = False
    notes: Mapping[str, int] = field(default_factory=dict)


@store_faults()
def build(
    raw: Sequence[str | Path] = (),
    out: str | Path | None = None,
    config: Config | None = None,
    *,
    workers: int = 1,
    strict: bool = False,
    gold_only: bool = False,
    engine: Engine | None = None,
    work: str | Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build the dataset of the raw articles at ``raw`` (the configuration's own by default) into the folder ``out``.

    Both may be addresses such as ``s3://bucket/folder``; a dataset for a remote place is built in the folder ``work`` (beside
    the configuration by default) and uploaded from there.

    The old dataset stays whole until the new one is; finished shards of a build that was stopped are used again. With
    ``strict``, nothing is published when an article is left out. Raises `CorpusError` for wrong use: nothing to read,
    an output that is not ours or cannot be written, a build already running there.
    """
    config = config or Config()
    paths = [place(path) for path in raw] or [
        place(name) if is_remote(name) else config.resolve(name) for name in config.raw
    ]
    wanted = out if out is not None else config.out
    target = writable_place(wanted) if out is not None or is_remote(wanted) else config.resolve(config.out)
    chosen = engine or processes(workers)
    tell = progress or (lambda _stage, _done, _total: None)
    if not is_remote(target):
        if work is not None:
            raise CorpusError(
                "a work folder is for an output on an object store; the others have it beside them"
            )
        return _build_here(paths, target, config, strict, gold_only, chosen, tell)
    refuse_foreign(target)
    here = (Path(work) if work is not None else config.root / f".{target.name}.work") / target.name
    storage.make_folder(here.parent)
    with storage.locked(here.parent / "lock"):
        report = _build_here(paths, here, config, strict, gold_only, chosen, tell, by_content=True)
        put(rejects_path(here), rejects_path(target))
        if report.published:
            upload(here, target)
    return replace(report, out=target)


def _build_here(
    paths: Sequence[Path],
    target: Path,
    config: Config,
    strict: bool,
    gold_only: bool,
    chosen: Engine,
    tell: Progress,
    *,
    by_content: bool = False,
) -> BuildReport:
    """Build into a folder of this machine, or of all of them; ``by_content`` puts a part of their SHA-256 into the files' names."""
    begun = time.monotonic()
    if gold_only:
        config = replace(config, annotate=("gold",))
    if chosen.far:
        # Its workers stand in other folders.
        target, paths = target.absolute(), [path.absolute() for path in paths]
        config = replace(config, root=config.root.absolute())
    _refuse_foreign(target)
    with _workplace(target) as work:
        storage.recover(target)
        units, problems = find_units(paths, config)
        if fatal := [found for found in problems if found.code in ("file-unreadable",)]:
            raise CorpusError(as_line(fatal[0]))
        annotations, annotation_problems = find_annotations(paths, config)
        jobs = _shard_jobs(units, work, config, gold_only, annotations)
        shards = _in_order(
            chosen, make_shard, jobs, shard_after_death, lambda done: tell("articles", done, len(jobs))
        )
        _remove_stale(work, jobs)
        ledger, ledger_problems = read_ledger(config.resolve(config.splits.ledger), config.splits.names)
        problems = [*problems, *annotation_problems]
        rejected = [_file_reject(found) for found in problems if found.level == "error"]
        rejected += [record for shard in shards for record in shard.rejected]
        planned = plan(shards, config, ledger, grouped_by(chosen, work) if chosen.far else grouped_here)
        rejected += planned.rejected
        kept = len(planned.ids)
        counts = {"read": kept + len(rejected), "kept": kept, "rejected": len(rejected)}
        by_code = Counter(found["code"] for record in rejected for found in record["problems"][:1])
        notes = Counter(found.code for found in [*problems, *ledger_problems] if found.level != "error")
        for shard in shards:
            notes.update(shard.notes)
        _write_rejects(target, rejected)
        splits = Counter(planned.splits)
        ordered_splits = {name: splits[name] for name in config.splits.names if splits[name]}
        figures: Figures = {}
        publish = bool(kept) and not (strict and rejected)
        if publish:
            new = work / "new"
            figures = _write_dataset(
                new,
                planned,
                shards,
                config,
                chosen,
                tell,
                counts,
                by_code,
                ordered_splits,
                _inputs(units, paths, config),
                ledger,
                by_content,
            )
            _commit(new, target)
        labels: Counter[str] = Counter()
        sentences = 0
        for split_figures in figures.values():
            labels.update(split_figures["labels"])
            sentences += split_figures["totals"]["sentences"]
        return BuildReport(
            target,
            counts["read"],
            kept,
            dict(sorted(by_code.items())),
            ordered_splits,
            {label: labels[label] for label in config.labels},
            sentences,
            sum(shard.reused for shard in shards),
            time.monotonic() - begun,
            publish,
            notes=dict(sorted(notes.items())),
        )


def rejects_path(target: Path) -> Path:
    """Where a build lists what it left out: beside the dataset, never inside."""
    return target.with_name(f"{target.name}.rejects.jsonl")


def _write_dataset(
    new: Path,
    planned: Plan,
    shards: Sequence[Shard],
    config: Config,
    engine: Engine,
    tell: Progress,
    counts: Mapping[str, int],
    by_code: Mapping[str, int],
    splits: Mapping[str, int],
    inputs: Sequence[Mapping[str, Any]],
    ledger: Mapping[str, str],
    by_content: bool,
) -> Figures:
    storage.remove(new)
    for folder in ("articles", "sentences", "tokens", "plots"):
        storage.make_folder(new / folder)
    jobs = file_jobs(planned, shards, new, list(splits), config.labels)
    published = _in_order(engine, write_files, jobs, _dead_files, lambda done: tell("files", done, len(jobs)))
    figures: Figures = {split: {} for split in splits}
    files: list[WrittenFile] = []
    for job, done in zip(jobs, published, strict=True):
        files += done.files
        for name, counter in done.figures.items():
            figures[job.split].setdefault(name, Counter()).update(counter)
    if by_content:
        files = named_by_content(new, files)
    others = _write_prose(new, config, files, list(splits), figures)
    made = manifest.manifest(
        name=config.name,
        corpus_version=config.version,
        counts=counts,
        rejected=by_code,
        splits=splits,
        inputs=inputs,
        files=files,
        other_files=others,
        configuration={
            key: _plain(value) for key, value in asdict(config).items() if key not in ("root", "path")
        },
        configuration_sha256=config.digest(),
        ledger_sha256=hashlib.sha256(json.dumps(sorted(ledger.items())).encode()).hexdigest(),
        components=_components(config, figures),
        figures={split: _manifest_figures(split_figures) for split, split_figures in figures.items()},
    )
    storage.write_bytes(new / manifest.FILE_NAME, manifest.as_bytes(made))
    for folder in ("articles", "sentences", "tokens", "plots", "."):
        storage.sync_folder(new / folder)
    return figures


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


def _commit(new: Path, target: Path) -> None:
    """Make the new dataset visible in one step; the old one, if any, is gone only after."""
    if target.exists():
        storage.exchange(new, target)
        storage.remove(new)
    else:
        storage.move(new, target)


@contextlib.contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """The locked work folder beside the output."""
    work = target.with_name(f".{target.name}.work")
    try:
        storage.make_folder(work)
    except OSError as error:
        raise CorpusError(f"{target}: cannot write there: {error.strerror or error}") from error
    with storage.locked(work / "lock"):
        yield work


def _refuse_foreign(target: Path) -> None:
    """Never replace what we did not write."""
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise CorpusError(f"{target}: the output exists and is no folder; name another with --out")
    if any(target.iterdir()) and not _is_ours(target):
        raise CorpusError(
            f"{target}: the folder holds files that corpus-builder did not write; name another with --out"
        )


def _is_ours(folder: Path) -> bool:
    try:
        found = json.loads((folder / manifest.FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict) or "manifest_version" not in found:
        return False
    listed = {file["path"] for file in found.get("files", [])} | {manifest.FILE_NAME}
    return all(
        path.relative_to(folder).as_posix() in listed for path in folder.rglob("*") if not path.is_dir()
    )


def _shard_jobs(
    units: Sequence[Unit],
    work: Path,
    config: Config,
    gold_only: bool,
    annotations: Mapping[str, RawAnnotation],
) -> list[ShardJob]:
    """Put units together to shards of some megabytes, in their order."""
    pieces: list[list[Unit]] = []
    size = SHARD_BYTES
    for unit in units:
        length = unit.byte_end - unit.byte_start or _file_size(unit.path)
        if size + length > SHARD_BYTES or len(pieces[-1]) >= SHARD_FILES:
            pieces.append([])
            size = 0
        pieces[-1].append(unit)
        size += length
    code = code_digest()
    return [
        ShardJob(f"shard-{number:06d}", tuple(piece), work, config, code, annotations, gold_only)
        for number, piece in enumerate(pieces)
    ]


def _remove_stale(work: Path, jobs: Sequence[ShardJob]) -> None:
    """Shards of input that is no longer there."""
    names = {job.name for job in jobs}
    for path in work.glob("shard-*"):
        if path.name.partition(".")[0] not in names:
            storage.remove(path)
    for path in work.glob(".shard-*.new"):
        storage.remove(path)


@cache
def code_digest() -> str:
    """SHA-256 of everything in the package that can change a row: its code, lists, rules and models."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def identity() -> str:
    """What two machines must share for the same input to give them the same bytes."""
    return " ".join((code_digest(), pa.__version__, np.__version__, unicodedata.unidata_version))


def _in_order(
    engine: Engine,
    function: Callable[[Job], Result],
    jobs: Sequence[Job],
    after_death: Callable[[Job, int], Job],
    tell: Callable[[int], None],
) -> list[Result]:
    results: dict[int, Result] = {}
    for index, result in engine.run(function, jobs, after_death):
        results[index] = result
        tell(len(results))
    return [results[index] for index in range(len(jobs))]


def _file_size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _dead_files(job: FileJob, deaths: int) -> FileJob:
    if deaths > _MOST_DEATHS:
        raise CorpusError(
            f"{job.name}: the process that writes it is killed again and again; free some memory and build again"
        )
    return job


def _file_reject(found: Problem) -> dict[str, Any]:
    return rejected_record(Rejected((found,), found.origin, found.article_id))


def _write_rejects(target: Path, rejected: Sequence[Mapping[str, Any]]) -> None:
    lines = sorted(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in rejected)
    storage.replace_bytes(rejects_path(target), "".join(f"{line}\n" for line in lines).encode())


def _inputs(units: Sequence[Unit], paths: Sequence[Path | str], config: Config) -> list[dict[str, Any]]:
    """Every file that was read, once, with its size and SHA-256: articles, what lies beside them, annotations."""
    files = {unit.name: unit.path for unit in units if unit.path.is_file()}
    beside = [path for unit in units if unit.path.is_file() for path in companions(unit)]
    files.update((printed_name(path, config), path) for path in (*beside, *annotation_files(paths, config)))
    listed = []
    for name, path in sorted(files.items()):
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        listed.append({"path": name, "bytes": path.stat().st_size, "sha256": sha256})
    return listed


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


def _manifest_figures(figures: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(counter.items())) for name, counter in sorted(figures.items())}


def _plain(value: object) -> object:
    """A configuration value as JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Path) else value
