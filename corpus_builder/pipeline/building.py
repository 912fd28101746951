"""Build a dataset: find what goes in, say at once where nothing has changed, else make it, in one place at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.engines import Engine, processes
from corpus_builder.pipeline.inputs import find_inputs
from corpus_builder.pipeline.rejects import rejects_path
from corpus_builder.pipeline.report import BuildReport, Progress, report_of
from corpus_builder.pipeline.unchanged import fingerprint, still_published
from corpus_builder.pipeline.workplace import refuse_foreign, workplace
from corpus_builder.places import is_remote, place, store_faults, writable_place
from corpus_builder.problems import CorpusError

__all__ = ["BuildReport", "build"]


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

    The old dataset stays whole until the new one is; finished shards of a build that was stopped are used again, and where nothing that
    the output depends on has changed, nothing is done. With ``strict``, nothing is published when an article is left out. Raises
    `CorpusError` for wrong use: nothing to read, an output that is not ours or cannot be written, a build already running there.
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
    from corpus_builder.pipeline import uploading

    uploading.refuse_foreign(target)
    here = (Path(work) if work is not None else config.root / f".{target.name}.work") / target.name
    storage.make_folder(here.parent)
    with storage.locked(here.parent / "lock"):
        report = _build_here(paths, here, config, strict, gold_only, chosen, tell, by_content=True)
        uploading.put(rejects_path(here), rejects_path(target))
        if report.published:
            uploading.upload(here, target)
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
        config = config._replace(annotate=("gold",))
    if chosen.far:
        # Its workers stand in other folders.
        target, paths = target.absolute(), [path.absolute() for path in paths]
        config = config._replace(root=config.root.absolute())
    refuse_foreign(target)
    with workplace(target) as work:
        storage.recover(target)
        inputs = find_inputs(paths, config)
        found = None if by_content else fingerprint(inputs, config, strict=strict, gold_only=gold_only)
        published = still_published(target, found) if found is not None else None
        if published is not None:
            report = report_of(published.manifest, published.sha256, target, published.notes)
            report = replace(report, reused=report.kept, unchanged=True, verified=published.verified)
        else:
            # Loading what makes a dataset takes longer than finding out that there is nothing to make.
            from corpus_builder.pipeline.making import Order, make

            order = Order(tuple(paths), inputs, target, work, config, strict, gold_only, by_content, found)
            report = make(order, chosen, tell)
    return replace(report, seconds=time.monotonic() - begun)
