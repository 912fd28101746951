"""The manifest: what went in, what came out, and how to check both.

The manifest has one form of bytes (`as_bytes`) and holds a digest of itself, so that a changed bit in it shows as one in any other file.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from corpus_builder.version import __version__
from corpus_builder.writers.parquet import WrittenFile

FILE_NAME = "manifest.json"
#: The field that holds the digest of all the others.
SEAL = "manifest_sha256"
_LIBRARIES = (
    "babel",
    "jsonschema",
    "jsonschema-rs",
    "numpy",
    "orjson",
    "pyarrow",
    "rensa",
    "sentencex",
)


def manifest(
    *,
    name: str,
    corpus_version: str,
    counts: Mapping[str, int],
    rejected: Mapping[str, int],
    splits: Mapping[str, int],
    inputs: Sequence[Mapping[str, Any]],
    files: Sequence[WrittenFile],
    other_files: Sequence[Mapping[str, Any]],
    configuration: Mapping[str, Any],
    configuration_sha256: str,
    ledger_sha256: str,
    components: Mapping[str, str],
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest as plain data; ``components`` names splitters, annotators and models that had a part in it."""
    listed = [
        {
            "path": file.path,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "rows": file.rows,
            "config": file.config,
            "split": file.split,
            "memory_bytes": file.memory_bytes,
            "logical_sha256": file.logical_sha256,
        }
        for file in files
    ]
    made = {
        "manifest_version": "1.0.0",
        "name": name,
        "version": corpus_version,
        "counts": dict(counts),
        "rejected": dict(sorted(rejected.items())),
        "splits": dict(splits),
        "files": sorted([*listed, *map(dict, other_files)], key=lambda file: str(file["path"])),
        "inputs": [dict(entry) for entry in inputs],
        "logical_sha256": logical_digest(files),
        "configuration": dict(configuration),
        "configuration_sha256": configuration_sha256,
        "ledger_sha256": ledger_sha256,
        "components": dict(components),
        "figures": dict(figures),
        "software": software(),
    }
    return {**made, SEAL: seal(made)}


def seal(value: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a manifest without its own digest."""
    rest = {key: item for key, item in value.items() if key != SEAL}
    return hashlib.sha256(as_bytes(rest)).hexdigest()


def logical_digest(files: Sequence[WrittenFile]) -> str:
    """One digest over all rows of all files, independent of the Parquet library."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.path):
        digest.update(f"{file.path} {file.rows} {file.logical_sha256}\n".encode())
    return digest.hexdigest()


@cache
def software() -> dict[str, str]:
    """The versions that can change the bytes of a build."""
    return {
        "corpus-builder": __version__,
        "python": platform.python_version(),
        **{library: version(library) for library in _LIBRARIES},
    }


def as_bytes(value: Mapping[str, Any]) -> bytes:
    """The only way a manifest is written."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
