"""The verb ``init``."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import as_file, files
from pathlib import Path

from corpus_builder import storage
from corpus_builder.problems import CorpusError
from corpus_builder.schemas import NAMES, schema_text


def init(arguments: argparse.Namespace) -> int:
    """Lay out a corpus that builds as it is."""
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CorpusError(f"{folder}: something is there already; name a new folder")
    with as_file(files("corpus_builder").joinpath("data/init")) as template:
        for source in sorted(template.rglob("*")):
            if source.is_file():
                _write(folder / source.relative_to(template), source.read_bytes())
    for name in NAMES:
        _write(folder / "schema" / f"{name}.schema.json", schema_text(name))
    _write(folder / ".gitignore", b"/dataset/\n/.dataset.work/\n/dataset.rejects.jsonl\n")
    print(
        f"{folder}: a corpus of one example article; next: cd {folder} && corpus-builder build",
        file=sys.stderr,
    )
    return 0


def _write(path: Path, content: bytes) -> None:
    storage.make_folder(path.parent)
    storage.write_bytes(path, content)
