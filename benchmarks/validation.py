"""How much faster validating is than with ``jsonschema``: articles with parsing, annotation records without.

Both sides judge the same records in one process, in turns, and the best of several turns counts. Theirs is
one `Draft202012Validator`, made once, over ``json.loads``. Ours on articles is all that validating does:
reading the file, strict parsing, the schema, dates, odd characters, ids.

    python benchmarks/validation.py [ARTICLES]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus_builder.config import Config
from corpus_builder.model import Origin
from corpus_builder.readers.marked import parse_marked
from corpus_builder.schemas import fast, slow
from corpus_builder.validation import validate

from articles import write  # isort: skip  (a script's own folder is on the path)

RAW = Path(__file__).parent.parent / "raw"
TURNS = 7


def best(*runs: Callable[[], object]) -> list[float]:
    """Seconds of processor time that each run takes at its best, in turns."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(TURNS):
        for taken, run in zip(times, runs, strict=True):
            begun = time.process_time()
            run()
            taken.append(time.process_time() - begun)
    return [min(taken) for taken in times]


def annotations() -> list[dict[str, Any]]:
    """The annotation records of the corpus."""
    return [
        parse_marked(path.read_text(encoding="utf-8"), Origin(str(path)))[1]
        for path in sorted(RAW.glob("*.marked.txt"))
    ]


def main(count: int) -> None:
    explain = slow("article")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        write(path, count)
        size = path.stat().st_size

        def ours() -> None:
            found = list(validate([path], Config(root=path.parent)))
            if found:
                raise SystemExit(f"the articles should have no problems, and have {found[0]}")

        def theirs() -> None:
            with path.open(encoding="utf-8") as lines:
                if not all(explain.is_valid(json.loads(line)) for line in lines):
                    raise SystemExit("the articles should be valid")

        our, their = best(ours, theirs)
    print(f"articles, {count} of {size // count} bytes, parsing included")
    print(f"  validate    {our / count * 1e6:8.1f} µs each, {size / our / 1e6:7.1f} MB/s")
    print(f"  jsonschema  {their / count * 1e6:8.1f} µs each, {size / their / 1e6:7.1f} MB/s")
    print(f"  ratio       {their / our:8.1f}")
    records = annotations()
    judge, explain = fast("annotation"), slow("annotation")

    def ours_parsed() -> None:
        if not all(judge.is_valid(record) for record in records):
            raise SystemExit("the annotations should be valid")

    def theirs_parsed() -> None:
        if not all(explain.is_valid(record) for record in records):
            raise SystemExit("the annotations should be valid")

    our, their = best(ours_parsed, theirs_parsed)
    print(f"annotation records, {len(records)}, parsing excluded")
    print(f"  jsonschema-rs {our / len(records) * 1e6:8.1f} µs each")
    print(f"  jsonschema    {their / len(records) * 1e6:8.1f} µs each")
    print(f"  ratio         {their / our:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
