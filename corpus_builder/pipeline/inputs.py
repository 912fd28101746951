"""What a build reads: its units, every file they come from with its SHA-256, and the pieces that become shards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.config import Config
from corpus_builder.model import Problem
from corpus_builder.places import is_remote
from corpus_builder.problems import CorpusError, as_line
from corpus_builder.readers import Unit, companions, find_units
from corpus_builder.readers.finding import annotation_files, next_share, printed_name
from corpus_builder.readers.units import STDIN

#: A shard is made of this much input, and of more where there is much; small files are put together.
SHARD_BYTES = 4 << 20
LARGE_SHARD_BYTES = 8 << 20
LARGE_BYTES = 1 << 30
SHARD_FILES = 512


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read, under its printed name. ``changed_ns`` is when it was last written, 0 for one that lies elsewhere."""

    path: Path
    name: str
    bytes: int
    changed_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a build reads of articles and annotations: units in order, their files by name, and what is wrong with the rest."""

    units: tuple[Unit, ...]
    files: tuple[InputFile, ...]
    problems: tuple[Problem, ...]

    def listed(self) -> list[dict[str, str | int]]:
        """The files as a manifest lists them."""
        return [{"path": file.name, "bytes": file.bytes, "sha256": file.sha256} for file in self.files]


def find_inputs(paths: Sequence[Path | str], config: Config) -> Inputs:
    """The inputs at ``paths``. Raises `CorpusError` if one of them is not there or cannot be read."""
    units, problems = find_units(paths, config)
    if fatal := [found for found in problems if found.code == "file-unreadable"]:
        raise CorpusError(as_line(fatal[0]))
    units_of = {unit.path: unit for unit in units if unit.path != STDIN}
    files = {unit.name: path for path, unit in units_of.items()}
    beside = [path for unit in units_of.values() for path in companions(unit)]
    files.update((printed_name(path, config), path) for path in (*beside, *annotation_files(paths, config)))
    return Inputs(
        tuple(units), tuple(_file(path, name) for name, path in sorted(files.items())), tuple(problems)
    )


def refuse_changed(inputs: Inputs) -> None:
    """Raise `CorpusError` if a file was changed after its digest was taken: the rows may be of neither content."""
    for file in inputs.files:
        try:
            if not file.changed_ns or _stamp(file.path) == (file.bytes, file.changed_ns):
                continue
            if _sha256(file.path) == file.sha256:
                continue
        except FileNotFoundError:
            pass
        raise CorpusError(f"{file.name}: the file was changed while it was read; build again")


def pieces(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Units put together to shards of some megabytes, in their order; the last ones are smaller."""
    lengths = [unit.byte_end - unit.byte_start or _stamp(unit.path)[0] for unit in units]
    left = sum(lengths)
    most = SHARD_BYTES if left < LARGE_BYTES else LARGE_SHARD_BYTES
    made: list[list[Unit]] = []
    room = 0
    for unit, length in zip(units, lengths, strict=True):
        if not made or length > room or len(made[-1]) >= SHARD_FILES:
            made.append([])
            room = next_share(most, left)
        made[-1].append(unit)
        room -= length
        left -= length
    return [tuple(piece) for piece in made]


def _file(path: Path, name: str) -> InputFile:
    size, changed = _stamp(path)
    return InputFile(path, name, size, changed, _sha256(path))


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of the last change; an address has no time, what is no file has neither."""
    if path == STDIN:
        return 0, 0
    found = path.stat()
    return found.st_size, 0 if is_remote(path) else found.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
