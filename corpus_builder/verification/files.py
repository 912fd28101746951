"""The first stage: the manifest is whole, and the files are the ones it lists, to the bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus_builder.model import Origin, Problem
from corpus_builder.problems import problem
from corpus_builder.schemas import violations
from corpus_builder.writers.manifest import FILE_NAME, SEAL, as_bytes, logical_digest, seal
from corpus_builder.writers.parquet import WrittenFile

Manifest = Mapping[str, Any]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a dataset whose files were checked."""
    value: dict[str, Any] = json.loads((folder / FILE_NAME).read_bytes())
    return value


def parquet_files(manifest: Manifest) -> list[WrittenFile]:
    """The Parquet files that a manifest lists, in its order."""
    fields = WrittenFile.__dataclass_fields__
    return [WrittenFile(**{key: file[key] for key in fields}) for file in manifest["files"] if "rows" in file]


def check_files(folder: Path) -> list[Problem]:
    """Whether the manifest is as it was written, and every file with it: sizes and SHA-256 sums, none too
    many, none missing.
    """
    found = list(_manifest_faults(folder / FILE_NAME))
    return found or list(_file_faults(folder, read_manifest(folder)))


def _manifest_faults(path: Path) -> Iterator[Problem]:
    origin = Origin(str(path))
    try:
        data = path.read_bytes()
        manifest = json.loads(data)
        # One value can be written in several ways: only the written form tells of every changed bit.
        as_written = as_bytes(manifest) == data if isinstance(manifest, dict) else False
        whole = as_written and manifest.get(SEAL) == seal(manifest)
    except OSError as error:
        yield problem("verify-manifest", f"It cannot be read: {error.strerror or error}", origin)
        return
    except (ValueError, RecursionError) as error:
        yield problem("verify-manifest", f"It is no JSON: {error}", origin)
        return
    if not whole:
        yield problem("verify-manifest", "It is not as it was written", origin)
        return
    if faults := [found.message for found in violations("manifest", manifest)]:
        yield from (problem("verify-manifest", message, origin) for message in faults)
        return
    yield from (problem("verify-count", detail, origin) for detail in _sums(manifest))


def _sums(manifest: Manifest) -> Iterator[str]:
    """What a manifest says twice must agree."""
    counts = manifest["counts"]
    if counts["read"] != counts["kept"] + counts["rejected"]:
        yield f"{counts['read']} articles were read, {counts['kept']} kept, {counts['rejected']} rejected"
    if sum(manifest["rejected"].values()) != counts["rejected"]:
        yield "The rejected articles by code do not add up"
    if sum(manifest["splits"].values()) != counts["kept"]:
        yield "The splits do not add up to the articles kept"
    files = parquet_files(manifest)
    for split, articles in manifest["splits"].items():
        rows = sum(file.rows for file in files if file.config == "articles" and file.split == split)
        if rows != articles:
            yield f"The split {split} has {articles} articles, its files {rows} rows"
    if unknown := sorted({file.split for file in files} - set(manifest["splits"])):
        yield f"There are files of splits that are not listed: {', '.join(unknown)}"
    if logical_digest(files) != manifest["logical_sha256"]:
        yield "The logical digest is not that of the files"


def _file_faults(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    listed = {file["path"]: file for file in manifest["files"]}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(there.keys() - listed.keys() - {FILE_NAME}):
        yield problem("verify-extra", "The manifest does not list this file", Origin(str(folder / name)))
    for name, file in listed.items():
        origin = Origin(str(folder / name))
        if name not in there:
            yield problem("verify-missing", "The manifest lists this file, and it is not there", origin)
            continue
        try:
            with there[name].open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
                size = opened.tell()
        except OSError as error:
            yield problem("verify-missing", f"The file cannot be read: {error.strerror or error}", origin)
            continue
        if size != file["bytes"]:
            yield problem("verify-checksum", f"It has {size} bytes, and should have {file['bytes']}", origin)
        elif sha256 != file["sha256"]:
            yield problem(
                "verify-checksum", f"Its SHA-256 is {sha256}, and should be {file['sha256']}", origin
            )
