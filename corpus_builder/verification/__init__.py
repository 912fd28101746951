"""Open what was written, as its readers will, and compare it with every promise that was made about it.

Three stages, each of which needs the one before: the files are the bytes that the manifest lists
(milliseconds), the tables keep their promises (one pass over all rows, a row group in memory at a time), and
``datasets`` gives back the same rows.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from corpus_builder.model import Problem
from corpus_builder.places import download, is_remote, place, store_faults
from corpus_builder.problems import CorpusError
from corpus_builder.verification.files import check_files, read_manifest

__all__ = ["check_files", "verify"]


@store_faults()
def verify(folder: str | Path) -> list[Problem]:
    """Every promise that the dataset in ``folder`` breaks; an empty list for a sound one.

    A remote dataset is downloaded first.

    A stage that finds errors is the last: what comes after would only repeat them. Raises `CorpusError` if
    there is no such folder.
    """
    if is_remote(folder):
        with TemporaryDirectory() as name:
            download(place(folder), Path(name) / "dataset")
            return verify(Path(name) / "dataset")
    folder = Path(folder)
    if not folder.is_dir():
        raise CorpusError(f"{folder}: there is no such folder")
    if problems := check_files(folder):
        return problems
    manifest = read_manifest(folder)
    from corpus_builder.verification.card import check_card
    from corpus_builder.verification.tables import check_tables

    if problems := [*check_card(folder, manifest), *check_tables(folder, manifest)]:
        return problems
    from corpus_builder.verification.loading import check_loading

    return check_loading(folder, manifest)
