"""Make a dataset that is not there yet: shards of finished rows, a plan over all of them, files, and the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus_builder.config import Config
from corpus_builder.engines import Engine, Processes, in_order
from corpus_builder.model import Problem, Rejected
from corpus_builder.pipeline.collecting import Plan, plan
from corpus_builder.pipeline.dataset import Counts, write_dataset
from corpus_builder.pipeline.identity import code_digest
from corpus_builder.pipeline.inputs import Inputs, pieces, refuse_changed
from corpus_builder.pipeline.neighbours import grouped_by, grouped_here
from corpus_builder.pipeline.publishing import file_jobs
from corpus_builder.pipeline.rejects import rejected_record, write_rejects
from corpus_builder.pipeline.report import BuildReport, Progress, report_of
from corpus_builder.pipeline.rows import load_before_fork
from corpus_builder.pipeline.shards import ShardJob, make_shard, note_of, shard_after_death
from corpus_builder.pipeline.unchanged import write_note
from corpus_builder.pipeline.workplace import commit, remove_stale, staging
from corpus_builder.readers import find_annotations
from corpus_builder.splits import read_ledger
from corpus_builder.writers.columns import give_back_memory


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, and where: the dataset of these inputs at ``target``, with the folder ``work`` beside it.

    ``fingerprint`` says what the output depends on, or is None where that cannot be told.
    """

    paths: tuple[Path, ...]
    inputs: Inputs
    target: Path
    work: Path
    config: Config
    strict: bool
    gold_only: bool
    by_content: bool
    fingerprint: str | None


def make(order: Order, engine: Engine, tell: Progress) -> BuildReport:
    """Make the dataset and put it in the place of the old one; nothing is published where nothing is kept."""
    with staging(order.work) as here:
        return _make(order, engine, tell, here)


def _make(order: Order, engine: Engine, tell: Progress, here: Path) -> BuildReport:
    """As `make`, with the folder ``here`` for what is of this build alone."""
    config, work = order.config, order.work
    annotations, annotation_problems = find_annotations(order.paths, config)
    jobs = [
        ShardJob(f"shard-{number:06d}", piece, work, config, code_digest(), annotations, order.gold_only)
        for number, piece in enumerate(pieces(order.inputs.units))
    ]
    if isinstance(engine, Processes):
        load_before_fork(config)
    shards = list(
        in_order(engine, make_shard, jobs, shard_after_death, lambda done: tell("articles", done, len(jobs)))
    )
    remove_stale(work, (path for shard in shards for path in (shard.path, note_of(work, shard.name))))
    ledger, ledger_problems = read_ledger(config.resolve(config.splits.ledger), config.splits.names)
    problems = [*order.inputs.problems, *annotation_problems]
    rejected = [_file_reject(found) for found in problems if found.level == "error"]
    rejected += [record for shard in shards for record in shard.rejected]
    planned = plan(shards, config, ledger, grouped_by(engine, here) if engine.far else grouped_here)
    rejected += planned.rejected
    counts = _counts(planned, rejected)
    notes = Counter(found.code for found in [*problems, *ledger_problems] if found.level != "error")
    for shard in shards:
        notes.update(shard.notes)
    rejects_sha256 = write_rejects(order.target, rejected)
    reused = sum(shard.reused for shard in shards)
    report = BuildReport(
        order.target, counts.articles["read"], counts.articles["kept"], counts.rejected, counts.splits,
        dict.fromkeys(config.labels, 0), 0, notes=dict(sorted(notes.items())),
    )  # fmt: skip
    if len(planned.rows) and not (order.strict and rejected):
        new = here / "new"
        files = file_jobs(planned, shards, new, config.labels)
        del planned
        give_back_memory()
        made, sha256 = write_dataset(
            new, files, config, order.inputs, ledger, counts, engine,
            lambda done: tell("files", done, len(files)), by_content=order.by_content,
        )  # fmt: skip
        refuse_changed(order.inputs)
        if order.fingerprint is not None:
            write_note(work, order.fingerprint, sha256, rejects_sha256, report.notes)
        commit(new, order.target)
        report = report_of(made, sha256, order.target, report.notes)
    return replace(report, reused=reused, shards=len(shards), found=sum(shard.found for shard in shards))


def _counts(planned: Plan, rejected: Sequence[Mapping[str, Any]]) -> Counts:
    kept = len(planned.rows)
    by_code = Counter(found["code"] for record in rejected for found in record["problems"][:1])
    return Counts(
        {"read": kept + len(rejected), "kept": kept, "rejected": len(rejected)},
        dict(sorted(by_code.items())),
        planned.counts(),
    )


def _file_reject(found: Problem) -> dict[str, Any]:
    return rejected_record(Rejected((found,), found.origin, found.article_id))
