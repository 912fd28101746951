"""Damage that nobody meant: single bits of the output, and inputs that end too early."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from hurting import LONG, Corpus, config_of

from corpus_builder.model import Rejected
from corpus_builder.readers import find_units, read
from corpus_builder.records import articles_of
from corpus_builder.verification import check_files


def test_verify_finds_every_flipped_bit(corpus: Corpus) -> None:
    corpus.edition(1)
    assert corpus.build() == 0, corpus.said()
    assert check_files(corpus.out) == []
    files = [path for path in sorted(corpus.out.rglob("*")) if path.is_file()]
    sizes = [path.stat().st_size for path in files]
    rng = random.Random(3)
    missed = []
    for _ in range(10_000 if LONG else 600):
        (path,) = rng.choices(files, sizes)
        data = path.read_bytes()
        place, bit = rng.randrange(len(data)), rng.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :])
        if not check_files(corpus.out):
            missed.append((path.name, place, bit))
        path.write_bytes(data)
    assert missed == []


def parquet(records: list[dict[str, str]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(records), sink)
    return bytes(sink.getvalue())


def test_truncation_of_every_input_kind_at_every_byte_is_told(corpus: Corpus, tmp_path: Path) -> None:
    """A whole record is read, a cut one is rejected; only a cut at a record's edge in a plain file cannot be known."""
    records = [{"id": f"a{n}", "text": f"نص رقم {n}."} for n in range(3)]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    array = json.dumps(records, ensure_ascii=False).encode()
    kinds = {
        "plain.jsonl": lines,
        "packed.jsonl.gz": gzip.compress(lines, mtime=0),
        "packed.jsonl.zst": zstandard.ZstdCompressor(write_checksum=True).compress(lines),
        "array.json": array,
        "object.json": json.dumps(records[0], ensure_ascii=False).encode(),
        "table.parquet": parquet(records),
    }
    edges = {i + 1 for i, byte in enumerate(lines) if byte == 10} | {
        i for i, byte in enumerate(lines) if byte == 10
    }
    for name, whole in kinds.items():
        path = tmp_path / "cut" / name
        path.parent.mkdir(exist_ok=True)
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            units, problems = find_units([path], config_of(corpus))
            found = articles_of(
                [raw for unit in units for raw in read(unit, config_of(corpus))], config_of(corpus)
            )
            told = [*problems, *(raw for raw in found if isinstance(raw, Rejected))]
            kept = sum(not isinstance(raw, Rejected) for raw in found)
            assert kept <= 3
            assert told or (
                name == "plain.jsonl" and length in edges and kept == lines[:length].count(b"}")
            ), (name, length)
