"""The places of a build: the output, the locked work folder beside it, and the one step from the old dataset to the new."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from corpus_builder import storage
from corpus_builder.problems import CorpusError
from corpus_builder.writers.manifest import FILE_NAME

_STAGING = "staging-"


def work_folder(target: Path) -> Path:
    """Where a build of ``target`` keeps its shards and what else the next build can use."""
    return target.with_name(f".{target.name}.work")


@contextlib.contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """The locked work folder beside the output."""
    work = work_folder(target)
    try:
        storage.make_folder(work)
    except OSError as error:
        raise CorpusError(f"{target}: cannot write there: {error.strerror or error}") from error
    with storage.locked(work / "lock"):
        yield work


def refuse_foreign(target: Path) -> None:
    """Never replace what we did not write. Raises `CorpusError` where other files lie."""
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise CorpusError(f"{target}: the output exists and is no folder; name another with --out")
    if any(target.iterdir()) and not _is_ours(target):
        raise CorpusError(
            f"{target}: the folder holds files that corpus-builder did not write; name another with --out"
        )


def commit(new: Path, target: Path) -> None:
    """Make the new dataset visible in one step; the old one, if any, lies in its place then."""
    if target.exists():
        storage.exchange(new, target)
    else:
        storage.move(new, target)


@contextlib.contextmanager
def staging(work: Path) -> Iterator[Path]:
    """A folder for what no other build can use, under a name that none ever had: a cluster may still work for one that was stopped.

    What stopped builds left of theirs goes first, for the disk may be full of it.
    """
    for pattern in (f"{_STAGING}*", ".*.new", "*.inflight"):
        for path in work.glob(pattern):
            storage.discard(path)
    folder = work / f"{_STAGING}{uuid4().hex}"
    storage.make_folder(folder)
    yield folder
    storage.discard(folder)


def remove_stale(work: Path, kept: Iterable[Path]) -> None:
    """Remove all shards and notes of shards but these: their input is no longer there, or another now."""
    for path in set(work.glob("shard-*")).difference(kept):
        storage.discard(path)


def _is_ours(folder: Path) -> bool:
    try:
        found = json.loads((folder / FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict) or "manifest_version" not in found:
        return False
    listed = {file["path"] for file in found.get("files", [])} | {FILE_NAME}
    return all(
        path.relative_to(folder).as_posix() in listed for path in folder.rglob("*") if not path.is_dir()
    )
