"""The last stage: ``datasets`` loads every configuration and split, whole and streaming, and gives the rows
that were written.

The only module that imports ``datasets``, and only when it is called.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.model import Origin, Problem
from corpus_builder.problems import problem
from corpus_builder.verification.files import parquet_files
from corpus_builder.writers.features import features
from corpus_builder.writers.parquet import WrittenFile, column_digests
from corpus_builder.writers.schemas import SCHEMAS

_BATCH = 1_000
_OFFLINE = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def check_loading(folder: Path, manifest: Mapping[str, Any]) -> list[Problem]:
    """Load everything with ``datasets``, from a fresh cache and without a network, and compare rows and
    features.
    """
    datasets = _datasets()
    files = parquet_files(manifest)
    labels = tuple(manifest["configuration"]["labels"])
    found = []
    with _quiet(datasets):
        for config in SCHEMAS:
            with tempfile.TemporaryDirectory(prefix="corpus-builder-") as cache:
                mine = [file for file in files if file.config == config]
                for streaming in (False, True):
                    detail = _fault(datasets, folder, config, mine, labels, Path(cache), streaming)
                    if detail is not None:
                        how = "streaming" if streaming else "loading"
                        found.append(
                            problem("verify-load", f"{config}, {how}: {detail}", Origin(str(folder)))
                        )
    return found


def _datasets() -> ModuleType:
    """The library, told before its first import that there is no network."""
    before = {name: os.environ.get(name) for name in _OFFLINE}
    os.environ.update(_OFFLINE)
    try:
        import datasets
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    module: ModuleType = datasets
    return module


@contextlib.contextmanager
def _quiet(datasets: ModuleType) -> Iterator[None]:
    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()


def _fault(
    datasets: ModuleType,
    folder: Path,
    config: str,
    files: Sequence[WrittenFile],
    labels: tuple[str, ...],
    cache: Path,
    streaming: bool,
) -> str | None:
    """What is wrong with one configuration as ``datasets`` sees it; None if nothing is."""
    try:
        loaded = datasets.load_dataset(
            str(folder), config, cache_dir=str(cache), streaming=streaming, verification_mode="all_checks"
        )
        splits = list(dict.fromkeys(file.split for file in files))
        if set(loaded) != set(splits):
            return f"there are the splits {', '.join(loaded)}, and there should be {', '.join(splits)}"
        for split in splits:
            rows = loaded[split]
            if rows.features is None or rows.features.to_dict() != features(config, labels):
                return f"the features of {split} are not those that were written"
            mine = [file for file in files if file.split == split]
            tables = rows.with_format("arrow").iter(_BATCH) if streaming else [rows.data.table]
            if (path := _first_different(folder, mine, tables)) is not None:
                return f"the rows are not those of {path}"
    except (
        datasets.exceptions.DatasetsError,
        pa.ArrowException,
        OSError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _first_different(folder: Path, files: Sequence[WrittenFile], tables: Iterable[pa.Table]) -> str | None:
    """The first file whose rows are not what ``tables`` give next; None if all are and none is left over."""
    sizes = [_group_sizes(folder / file.path) for file in files]
    groups = _regrouped(iter(tables), [size for file_sizes in sizes for size in file_sizes])
    for file, file_sizes in zip(files, sizes, strict=True):
        digest = hashlib.sha256()
        for _size in file_sizes:
            for column in column_digests(next(groups)):
                digest.update(column)
        if digest.hexdigest() != file.logical_sha256:
            return file.path
    return None if next(groups).num_rows == 0 else f"{files[-1].path} alone: there are more"


def _group_sizes(path: Path) -> list[int]:
    metadata = pq.read_metadata(path)
    return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]


def _regrouped(tables: Iterator[pa.Table], sizes: Iterable[int]) -> Iterator[pa.Table]:
    """The same rows in tables of the given sizes (shorter where rows are missing), and last all that is
    left.
    """
    waiting = next(tables, None)
    if waiting is None:
        raise ValueError("no rows came")
    for size in sizes:
        while waiting.num_rows < size and (more := next(tables, None)) is not None:
            waiting = pa.concat_tables([waiting, more])
        yield waiting.slice(0, size)
        waiting = waiting.slice(size)
    yield pa.concat_tables([waiting, *tables])
