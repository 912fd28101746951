"""What a build tells the person who asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Called with the name of a stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: the figures of its summary.

    ``published`` is False where nothing was kept. ``unchanged`` says that the output already was what the build would give, and
    ``verified`` that it was verified then. ``manifest_sha256`` names the dataset that lies there now.
    Of the ``reused`` articles most stand in the ``found`` shards: those of all ``shards`` that an earlier build had finished.
    """

    out: Path
    read: int
    kept: int
    rejected: Mapping[str, int]
    splits: Mapping[str, int]
    labels: Mapping[str, int]
    sentences: int
    reused: int = 0
    shards: int = 0
    found: int = 0
    seconds: float = 0.0
    published: bool = False
    unchanged: bool = False
    verified: bool = False
    manifest_sha256: str = ""
    notes: Mapping[str, int] = field(default_factory=dict)


def report_of(manifest: Mapping[str, Any], sha256: str, out: Path, notes: Mapping[str, int]) -> BuildReport:
    """The report of a published dataset, from its manifest and that one's SHA-256."""
    configuration = manifest["configuration"]
    labels: Counter[str] = Counter()
    sentences = 0
    for figures in manifest["figures"].values():
        labels.update(figures["labels"])
        sentences += figures["totals"]["sentences"]
    splits = manifest["splits"]
    return BuildReport(
        out,
        manifest["counts"]["read"],
        manifest["counts"]["kept"],
        manifest["rejected"],
        {name: splits[name] for name, _share in configuration["splits"]["shares"] if name in splits},
        {label: labels[label] for label in configuration["labels"]},
        sentences,
        published=True,
        manifest_sha256=sha256,
        notes=notes,
    )
