"""Notice that the output already is what a build would give, and do nothing.

A build leaves a note in its work folder: a fingerprint of everything that its output depends on, and the digests of its manifest and of its
list of rejects. The next build compares the fingerprint with its own, and the files of the output with the digests; only when
all of it agrees is there nothing to do. The output's content is never read for anything else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus_builder import storage
from corpus_builder.config import Config
from corpus_builder.pipeline.identity import identity
from corpus_builder.pipeline.inputs import Inputs
from corpus_builder.pipeline.rejects import rejects_path
from corpus_builder.pipeline.workplace import work_folder
from corpus_builder.problems import as_record
from corpus_builder.readers.units import STDIN
from corpus_builder.writers import manifest

_NOTE = "published.json"
_VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Published:
    """An output that is still what its build gave: its manifest, and how many notes of each kind the build made."""

    manifest: Mapping[str, Any]
    sha256: str
    notes: Mapping[str, int]
    verified: bool


def fingerprint(inputs: Inputs, config: Config, *, strict: bool, gold_only: bool) -> str | None:
    """SHA-256 of everything that a build's output depends on; None where that cannot be told beforehand.

    That is so for standard input, which is read but once, and for annotators from elsewhere, which may read anything.
    """
    if any(unit.path == STDIN for unit in inputs.units) or any(":" in name for name in config.annotate):
        return None
    found = {
        "inputs": inputs.listed(),
        "units": [
            (unit.name, unit.format, unit.compression, unit.byte_start, unit.byte_end, unit.first_line)
            for unit in inputs.units
        ],
        "problems": [as_record(found) for found in inputs.problems],
        "settings": settings(config),
        "contents": config.digest(),
        "ledger": _sha256(config.resolve(config.splits.ledger)),
        "card": _sha256(config.resolve(config.card)),
        "options": [strict, gold_only],
        "software": [identity(), manifest.software(), version("PyYAML")],
    }
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def settings(config: Config) -> dict[str, object]:
    """The configuration as a manifest holds it: without the place that it was read from."""
    return {key: _plain(value) for key, value in config.settings().items() if key not in ("root", "path")}


def write_note(
    work: Path, found: str, manifest_sha256: str, rejects_sha256: str, notes: Mapping[str, int]
) -> None:
    """Note what an output that is about to be published was made of. Of another output the note says nothing."""
    note = {
        "fingerprint": found,
        "manifest_sha256": manifest_sha256,
        "rejects_sha256": rejects_sha256,
        "notes": dict(notes),
    }
    storage.replace_bytes(work / _NOTE, json.dumps(note).encode())


def still_published(target: Path, found: str) -> Published | None:
    """The output at ``target``, if a build with this fingerprint made it and not a byte of it has changed since."""
    work = work_folder(target)
    note = _json(work / _NOTE)
    if note.get("fingerprint") != found:
        return None
    manifest_path = target / manifest.FILE_NAME
    sha256 = _sha256(manifest_path)
    if sha256 is None or sha256 != note.get("manifest_sha256"):
        return None
    published = _json(manifest_path)
    expected = [(target / file["path"], file["sha256"]) for file in published["files"]]
    expected.append((rejects_path(target), note.get("rejects_sha256")))
    if any(_sha256(path) != listed for path, listed in expected):
        return None
    return Published(published, sha256, note.get("notes", {}), _text(work / _VERIFIED) == sha256)


def mark_verified(target: Path, manifest_sha256: str) -> None:
    """Note that the dataset with this manifest was verified at ``target``."""
    storage.replace_bytes(work_folder(target) / _VERIFIED, manifest_sha256.encode())


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _sha256(path: Path) -> str | None:
    """SHA-256 (hex) of a file; None where none can be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _plain(value: object) -> object:
    """A configuration value as JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Path) else value
