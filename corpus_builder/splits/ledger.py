"""The split ledger: which split an article was given, once and for all.

A text file of ``id TAB split`` lines sorted by id, reviewed like code; a name that ends in ``.parquet`` keeps the same two
columns as Parquet, for corpora of millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corpus_builder import storage
from corpus_builder.model import Origin, Problem
from corpus_builder.problems import problem


def read_ledger(path: Path, splits: tuple[str, ...]) -> tuple[dict[str, str], list[Problem]]:
    """The ledger as ``{id: split}`` and a problem for each line that cannot be used. A missing ledger is an empty one."""
    if not path.exists():
        return {}, []
    if path.suffix == ".parquet":
        return _read_parquet(path, splits)
    ledger: dict[str, str] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        article_id, _, split = line.partition("\t")
        if not line.strip() or line.startswith("#"):
            continue
        if split not in splits or article_id in ledger:
            detail = f"{split!r} is no split" if split not in splits else "The id stands twice"
            problems.append(problem("ledger-invalid", detail, Origin(str(path), number, 1), article_id))
        else:
            ledger[article_id] = split
    return ledger, problems


def write_ledger(path: Path, ledger: Mapping[str, str]) -> None:
    """Write the ledger, sorted by id."""
    rows = sorted(ledger.items())
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({"article_id": [row[0] for row in rows], "split": [row[1] for row in rows]})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        storage.replace_bytes(path, sink.getvalue().to_pybytes())
    else:
        storage.replace_bytes(
            path, "".join(f"{article_id}\t{split}\n" for article_id, split in rows).encode()
        )


def _read_parquet(path: Path, splits: tuple[str, ...]) -> tuple[dict[str, str], list[Problem]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = pq.read_table(path, columns=["article_id", "split"]).to_pydict()
    except (pa.ArrowInvalid, OSError, KeyError) as error:
        return {}, [problem("ledger-invalid", f"The ledger cannot be read: {error}", Origin(str(path)))]
    ledger = dict(zip(columns["article_id"], columns["split"], strict=True))
    bad = [
        problem("ledger-invalid", f"{split!r} is no split", Origin(str(path)), article_id)
        for article_id, split in ledger.items()
        if split not in splits
    ]
    return {article_id: split for article_id, split in ledger.items() if split in splits}, bad
