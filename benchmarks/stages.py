"""What does each stage of a build cost? Processor microseconds per article, one process.

python benchmarks/stages.py [ARTICLES]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from articles import articles

from corpus_builder.annotators import annotators_for
from corpus_builder.cleaning import clean_many, load_rules
from corpus_builder.config import LABELS, Config
from corpus_builder.contract import check_many
from corpus_builder.model import Origin
from corpus_builder.pipeline.annotating import annotate_articles, tools_for, with_sentences
from corpus_builder.readers.units import RawRecord
from corpus_builder.records import articles_of
from corpus_builder.splits.groups import group_leaders
from corpus_builder.splits.similarity import signatures
from corpus_builder.writers.columns import keep_pandas_out
from corpus_builder.writers.parquet import ParquetFile
from corpus_builder.writers.tables import articles_table, derived_tables

BATCH = 256


def written(folder: Path, config: str, table: pa.Table) -> None:
    """Write a table as a build does: digests of rows and bytes, a file on the disk."""
    (folder / config).mkdir()
    file = ParquetFile(folder, config, "train", "train-00000-of-00001.parquet", LABELS)
    file.write(table)
    file.close()


def main(count: int = 4000) -> None:
    keep_pandas_out()  # as a build from the command line does
    lines = [json.dumps(a, ensure_ascii=False).encode() for a in articles(count)]
    print(
        f"{count} articles of {sum(map(len, lines)) / count:.0f} bytes; microseconds of processor time per article"
    )

    def stage(title: str, work: Callable[[], Any]) -> Any:
        begun = time.process_time()
        result = work()
        print(f"{title:44} {(time.process_time() - begun) / count * 1e6:8.1f}", flush=True)
        return result

    config = Config()
    raw = [RawRecord(Origin("bench", number + 1), "json", line) for number, line in enumerate(lines)]
    made = stage("parse and validate", lambda: [m for m in articles_of(raw, config) if isinstance(m, tuple)])
    plain = [article for article, _problems in made]
    rules = load_rules()
    documents = stage("clean", lambda: clean_many(plain, rules))
    documents = stage(
        "split sentences",
        lambda: [d for i in range(0, count, BATCH) for d in with_sentences(documents[i : i + BATCH])],
    )
    for name, annotator in annotators_for(config):
        for state in ("cold", "warm"):
            stage(
                f"{name}, {state} vocabulary",
                lambda run=annotator: [run(documents[i : i + BATCH]) for i in range(0, count, BATCH)],
            )
    tools = tools_for(config)
    finished = [
        d for i in range(0, count, BATCH) for d in annotate_articles(plain[i : i + BATCH], tools).documents
    ]
    stage(
        "check the contract",
        lambda: [check_many(finished[i : i + BATCH]) for i in range(0, len(finished), BATCH)],
    )
    signed = stage("near-duplicate signatures", lambda: signatures([document.text for document in finished]))
    stage("near-duplicate groups", lambda: group_leaders(signed, config.splits.similarity))
    table = stage("articles table", lambda: articles_table(finished, LABELS, tools.names))
    sentences, tokens = stage("sentences and tokens tables", lambda: derived_tables(table, LABELS))
    with tempfile.TemporaryDirectory() as folder:
        for name, part in (("articles", table), ("sentences", sentences), ("tokens", tokens)):
            stage(f"{name} as Parquet, with digests", partial(written, Path(folder), name, part))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
