"""Places named by an address, ``s3://bucket/folder`` for one, beside the folders of this machine.

A remote place behaves like a `pathlib.Path` as far as reading goes (it is a `upath.UPath`), so whoever opens what a path
names need not ask which it is. Credentials and endpoints come from where fsspec and the store's own tools look for them.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from corpus_builder.problems import CorpusError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_READ_ONLY = ("hf", "http", "https")
#: How much is fetched at once: ranges of large files are read by different jobs.
_BLOCK_BYTES = 4 << 20


def is_remote(name: object) -> bool:
    """Whether a path or its name has a scheme."""
    return _SCHEME.match(str(name)) is not None


def place(name: str | Path) -> Path:
    """The path of that name, remote where it has a scheme. Raises `CorpusError` where a package for the scheme is missing."""
    if not isinstance(name, str) or not is_remote(name):
        return Path(name) if isinstance(name, str) else name
    try:
        upath: Any = import_module("upath")
        # Listings are not kept: what was listed for one build may have changed by the next.
        options = {"default_block_size": _BLOCK_BYTES} if name.startswith("s3:") else {}
        return cast(Path, upath.UPath(name, use_listings_cache=False, **options))
    except (ImportError, ValueError) as error:
        raise CorpusError(
            f"{name}: to read and write there, install what it needs: pip install 'corpus-builder[remote]' ({error})"
        ) from error


def writable_place(name: str | Path) -> Path:
    """As `place`. Raises `CorpusError` for a store that can only be read."""
    scheme = _SCHEME.match(str(name))
    if scheme is not None and scheme[1].lower() in _READ_ONLY:
        raise CorpusError(
            f"{name}: {scheme[1]}:// can only be read; build into a folder and upload that with the store's own tool"
        )
    return place(name)


@contextlib.contextmanager
def store_faults() -> Iterator[None]:
    """Raise `CorpusError` in the place of the errors of S3's client, which are not all of them `OSError`."""
    try:
        yield
    except _store_errors() as error:
        raise CorpusError(" ".join(str(error).split())) from error


def _store_errors() -> tuple[type[Exception], ...]:
    # Asked when something was raised: until then the client may not be loaded.
    exceptions = sys.modules.get("botocore.exceptions")
    return () if exceptions is None else (exceptions.BotoCoreError, exceptions.ClientError)


def files_under(folder: Path) -> list[tuple[str, int]]:
    """Every file below a remote folder: its path from there and its size in bytes, sorted; none where nothing is there."""
    remote = cast(Any, folder)
    root = remote.path.rstrip("/") + "/"
    try:
        found = remote.fs.find(remote.path, detail=True)
    except FileNotFoundError:
        return []
    return sorted(
        (path.removeprefix(root), int(entry["size"] or 0))
        for path, entry in found.items()
        if path.startswith(root)
    )


def download(source: Path, folder: Path) -> None:
    """Copy every file below a remote folder into a folder of this machine."""
    for name, _size in files_under(source):
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise CorpusError(f"{source}/{name}: the name leads out of the folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        with (source / name).open("rb") as remote, target.open("wb") as local:
            shutil.copyfileobj(remote, local, 1 << 20)
