"""Publish a finished dataset to an object store, where nothing can be renamed.

The data files bear a part of their SHA-256 in their names, so that those of the old dataset and of the new one lie side by
side; they go first, then the card, which names the data files, then the manifest, and only then the old files go. Whoever
loads the dataset meanwhile reads the old card and the old files, or the new. An upload that was stopped is finished by
the next build.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from corpus_builder import storage
from corpus_builder.places import files_under
from corpus_builder.problems import CorpusError
from corpus_builder.writers import card, manifest
from corpus_builder.writers.parquet import WrittenFile

_SHA_LETTERS = 16
_BY_CONTENT = re.compile(r"(articles|sentences|tokens)/[^/]+-\d{5}-of-\d{5}-[0-9a-f]{16}\.parquet")


def named_by_content(folder: Path, files: Sequence[WrittenFile]) -> list[WrittenFile]:
    """Give data files names that no other content has; those of one name in the three tables keep a name in common."""
    sums: dict[str, str] = {}
    for file in files:
        name = Path(file.path).name
        sums[name] = sums.get(name, "") + file.sha256
    renamed = []
    for file in files:
        path = Path(file.path)
        digest = hashlib.sha256(sums[path.name].encode()).hexdigest()
        new = path.with_name(f"{path.stem}-{digest[:_SHA_LETTERS]}.parquet")
        storage.move(folder / path, folder / new)
        renamed.append(replace(file, path=new.as_posix()))
    return renamed


def refuse_foreign(target: Path) -> None:
    """Never replace what we did not write. Raises `CorpusError` where other files lie."""
    there = {name for name, _size in files_under(target)}
    listed = _listed(target) if manifest.FILE_NAME in there else set()
    ours = {name for name in there if name in listed or _BY_CONTENT.fullmatch(name)}
    if ours:
        # What an upload that was stopped leaves behind, besides data.
        ours |= {card.FILE_NAME, manifest.FILE_NAME, card.LABEL_PLOT, card.LENGTH_PLOT}
    if foreign := sorted(there - ours):
        raise CorpusError(
            f"{target}: {foreign[0]} lies there, which corpus-builder did not write; name another with --out"
        )


def upload(folder: Path, target: Path) -> None:
    """Make the dataset in ``folder``, whose data files are named by content, the one at ``target``."""
    there = dict(files_under(target))
    listed = {
        file["path"]: file["bytes"]
        for file in json.loads((folder / manifest.FILE_NAME).read_bytes())["files"]
    }
    data = [name for name in listed if _BY_CONTENT.fullmatch(name)]
    for name in data:
        if there.get(name) != listed[name]:
            put(folder / name, target / name)
    last = (card.FILE_NAME, manifest.FILE_NAME)
    for name in (*(name for name in listed if name not in {*data, *last}), *last):
        put(folder / name, target / name)
    _remove(target, (name for name in there if name not in listed and name != manifest.FILE_NAME))


def put(source: Path, target: Path) -> None:
    """Upload one file. A store shows it when all of it is there."""
    storage.on_operation("put", source)
    remote = cast(Any, target)
    remote.fs.put_file(str(source), remote.path)


def _remove(target: Path, names: Iterable[str]) -> None:
    for name in names:
        storage.on_operation("remove", Path(name))
        (target / name).unlink()


def _listed(target: Path) -> set[str]:
    try:
        found = json.loads((target / manifest.FILE_NAME).read_bytes())
    except ValueError:
        return set()
    files = found.get("files", []) if isinstance(found, dict) and "manifest_version" in found else []
    return {file["path"] for file in files}
