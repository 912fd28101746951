"""The verbs ``build``, ``verify``, ``splits`` and ``diff``."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from corpus_builder.config import load_config
from corpus_builder.engines import Engine, EngineError
from corpus_builder.pipeline.building import BuildReport
from corpus_builder.pipeline.building import build as build_dataset
from corpus_builder.pipeline.identity import identity
from corpus_builder.pipeline.rejects import rejects_path
from corpus_builder.pipeline.unchanged import mark_verified
from corpus_builder.places import is_remote
from corpus_builder.problems import CorpusError, printed
from corpus_builder.writers.columns import keep_pandas_out


def build(arguments: argparse.Namespace) -> int:
    """Build, verify, print the summary table."""
    from corpus_builder.cli.progress import bars

    keep_pandas_out()
    config = load_config(arguments.config)
    workers = arguments.workers or len(os.sched_getaffinity(0))
    with bars() as progress, _engine(arguments) as engine:
        report = build_dataset(
            arguments.paths,
            arguments.out,
            config,
            workers=workers,
            strict=arguments.strict,
            gold_only=arguments.gold_only,
            engine=engine,
            work=arguments.work,
            progress=progress,
        )
    if report.unchanged:
        print(
            f"nothing changed: {report.out} is already what this build would give"
            f" ({report.kept:,} articles, {report.seconds:.1f} s)",
            file=sys.stderr,
        )
    else:
        _print_summary(report)
    if report.published and not (arguments.no_verify or report.verified):
        from corpus_builder.verification import verify as verify_dataset

        if problems := verify_dataset(report.out):
            print(printed(problems, "text"), file=sys.stderr)
            return 1
        if not is_remote(report.out):
            mark_verified(report.out, report.manifest_sha256)
        print(f"verified: load_dataset({str(report.out)!r}, 'articles')", file=sys.stderr)
    return 0 if report.published else 1


@contextlib.contextmanager
def _engine(arguments: argparse.Namespace) -> Iterator[Engine | None]:
    """The cluster that was asked for; None for this machine."""
    if (arguments.engine == "dask") != (arguments.scheduler is not None):
        raise CorpusError("--engine dask and --scheduler ADDRESS go together")
    if arguments.scheduler is None:
        yield None
        return
    from corpus_builder.engines.cluster import Cluster

    try:
        cluster = Cluster(arguments.scheduler, identity)
        try:
            yield cluster
        finally:
            cluster.close()
    except EngineError as error:
        raise CorpusError(str(error)) from error


def _print_summary(report: BuildReport) -> None:
    rows = [
        ("read", f"{report.read:,}", ""),
        ("kept", f"{report.kept:,}", f"{report.reused:,} from earlier shards" if report.reused else ""),
        (
            "rejected",
            f"{report.read - report.kept:,}",
            f"listed in {rejects_path(report.out)}" if report.rejected else "",
        ),
        *((f"  {code}", f"{count:,}", "") for code, count in report.rejected.items()),
        *((f"note: {code}", f"{count:,}", "") for code, count in report.notes.items()),
        ("sentences", f"{report.sentences:,}", ""),
        ("entities", f"{sum(report.labels.values()):,}", ""),
        *((f"  {label}", f"{count:,}", "") for label, count in report.labels.items()),
        *((f"split {split}", f"{count:,}", "") for split, count in report.splits.items()),
        ("shards", f"{report.shards:,}", f"{report.found:,} finished before" if report.found else ""),
        ("time", f"{report.seconds:,.1f} s", ""),
    ]
    # Few columns for few rows: rich would take longer to load than many a build without changes takes.
    left, right = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, count, note in rows:
        print(f"{name:{left}}  {count:>{right}}  {note}".rstrip(), file=sys.stderr)
    if not report.published:
        why = "articles were left out and --strict was given" if report.kept else "no article was kept"
        print(f"not published: {why}", file=sys.stderr)


def verify(arguments: argparse.Namespace) -> int:
    """Check a built dataset."""
    from corpus_builder.verification import verify as verify_dataset

    problems = verify_dataset(arguments.folder)
    if problems or arguments.format != "text":
        print(printed(problems, arguments.format))
    if not problems:
        print(f"{arguments.folder}: sound", file=sys.stderr)
    return 1 if problems else 0


def splits(arguments: argparse.Namespace) -> int:
    """Add a dataset's articles to the ledger, which keeps what it has."""
    from corpus_builder.pipeline.collecting import published_splits
    from corpus_builder.splits import read_ledger, write_ledger

    config = load_config(arguments.config)
    ledger_path: Path = arguments.out or config.resolve(config.splits.ledger)
    ledger, problems = read_ledger(ledger_path, config.splits.names)
    if problems:
        raise CorpusError(problems[0].message)
    added = {
        article_id: split
        for article_id, split in published_splits(arguments.folder or config.resolve(config.out))
        if article_id not in ledger
    }
    write_ledger(ledger_path, {**ledger, **added})
    print(f"{ledger_path}: {len(added)} added, {len(ledger)} kept as they were", file=sys.stderr)
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """What changed between two datasets."""
    from corpus_builder.differences import compare, printed_differences

    print(printed_differences(compare(arguments.old, arguments.new), arguments.format))
    return 0
