"""The card's YAML says what the manifest says: the files of each split, the columns, the exact counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from corpus_builder.model import Origin, Problem
from corpus_builder.problems import problem
from corpus_builder.verification.files import parquet_files
from corpus_builder.writers.card import FILE_NAME
from corpus_builder.writers.features import yaml_features
from corpus_builder.writers.parquet import WrittenFile
from corpus_builder.writers.schemas import SCHEMAS

_FENCE = "---\n"


def check_card(folder: Path, manifest: Mapping[str, Any]) -> list[Problem]:
    """Every way in which the card's YAML disagrees with the manifest."""
    origin = Origin(str(folder / FILE_NAME))
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
        head, fence, _prose = text.removeprefix(_FENCE).partition(f"\n{_FENCE}")
        metadata = yaml.safe_load(head) if text.startswith(_FENCE) and fence else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return [problem("verify-card", f"Its YAML cannot be read: {error}", origin)]
    if not isinstance(metadata, dict):
        return [problem("verify-card", "It does not begin with a block of YAML", origin)]
    return [problem("verify-card", detail, origin) for detail in _faults(metadata, manifest)]


def _faults(metadata: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[str]:
    labels = tuple(manifest["configuration"]["labels"])
    for config in SCHEMAS:
        files = [file for file in parquet_files(manifest) if file.config == config]
        parts = {split: [file for file in files if file.split == split] for split in manifest["splits"]}
        found = _entry(metadata, "configs", config)
        data_files = [{"split": split, "path": [file.path for file in part]} for split, part in parts.items()]
        if _by_split(found.get("data_files")) != _by_split(data_files):
            yield f"The files of {config} are not those of the manifest"
        if manifest["logical_sha256"][:16] not in str(found.get("description")):
            yield f"The description of {config} lacks the content's digest: old rows could come from a cache"
        found = _entry(metadata, "dataset_info", config)
        sizes = [{"name": split, **_size(part)} for split, part in parts.items()]
        if found.get("features") != yaml_features(config, labels):
            yield f"The features of {config} are not the columns and labels of the dataset"
        if _by_split(found.get("splits")) != _by_split(sizes):
            yield f"The sizes of {config} by split are not those of the manifest"


def _entry(metadata: Mapping[str, Any], key: str, config: str) -> Mapping[str, Any]:
    """What a list of the card says about one configuration; empty unless it does so once."""
    listed = metadata.get(key)
    entries = listed if isinstance(listed, list) else []
    mine = [entry for entry in entries if isinstance(entry, dict) and entry.get("config_name") == config]
    return mine[0] if len(mine) == 1 else {}


def _by_split(entries: object) -> list[str]:
    """Entries in an order of their own, so that the order of the splits is free."""
    if not isinstance(entries, list):
        return []
    return sorted(json.dumps(entry, sort_keys=True, default=str) for entry in entries)


def _size(files: Sequence[WrittenFile]) -> dict[str, int]:
    return {
        "num_bytes": sum(file.memory_bytes for file in files),
        "num_examples": sum(file.rows for file in files),
    }
