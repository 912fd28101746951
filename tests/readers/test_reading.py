from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpus_builder.config import Config, Limits
from corpus_builder.model import Origin, Rejected
from corpus_builder.readers import RawRecord, find_annotations, find_units, read
from corpus_builder.records import articles_of

ARTICLES = [{"id": f"a-{n}", "text": "نص " * n} for n in range(1, 4)]


def records(path: Path, config: Config | None = None) -> list[RawRecord | Rejected]:
    config = config or Config(root=path.parent)
    units, _problems = find_units([path], config)
    return [record for unit in units for record in read(unit, config)]


def places(found: list[RawRecord | Rejected]) -> list[Origin]:
    return [record.origin for record in found]


def test_lines_are_records_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id":1}\r\n\r\n  {"id":2}\n\n{"id":3}')
    found = records(path)
    assert places(found) == [Origin("a.jsonl", line, 1) for line in (1, 3, 5)]
    assert [record.payload for record in found if isinstance(record, RawRecord)] == [
        b'{"id":1}',
        b'{"id":2}',
        b'{"id":3}',
    ]
    assert [note.code for note in found[0].notes] == ["encoding-bom"]  # type: ignore[union-attr]


def test_elements_of_an_array_know_their_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"ش": 1}, {"b": 2},\n  {"c": [1, 2]}\n, 3]', encoding="utf-8")
    assert places(records(path)) == [
        Origin("a.json", 1, 2, 0),
        Origin("a.json", 1, 12, 1),
        Origin("a.json", 2, 3, 2),
        Origin("a.json", 3, 3, 3),
    ]


def test_a_line_longer_than_any_memory_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    line = b'{"id": "long", "text": "' + b"x" * 40_000_000 + b'"}\n{"id": "b", "text": "y"}\n'
    path.write_bytes(zstandard.compress(line))
    first, second = records(path, Config(root=tmp_path, limits=Limits(article_bytes=1000)))
    assert isinstance(first, Rejected)
    assert first.problems[0].code == "article-too-large"
    assert len(str(first.record)) < 5000
    assert isinstance(second, RawRecord)
    assert second.origin.line == 2


def test_blanks_before_a_record_are_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record = b'{"id": "a", "text": "' + b"x" * 200_000 + b'"}'
    path.write_bytes(b"\n" + b" " * 900_000 + record + b" " * 900_000 + b"\n" + record)
    found = records(path, Config(root=tmp_path, limits=Limits(article_bytes=len(record))))
    assert [raw.payload for raw in found if isinstance(raw, RawRecord)] == [record, record]
    assert places(found) == [Origin("a.jsonl", 2, 1), Origin("a.jsonl", 3, 1)]


@pytest.mark.parametrize("before", [b"", b"\n", b" \n" * 200_000, b"x" * 200_000 + b"\n"])
def test_the_first_record_tells_of_a_byte_order_mark(before: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + before + b'{"id":1}\n' * 20_000)
    found = records(path, Config(root=tmp_path, limits=Limits(article_bytes=1000)))
    noted = [raw.origin.line for raw in found if isinstance(raw, RawRecord) and raw.notes]
    assert noted == [before.count(b"\n") + 1]


def test_records_before_damage_are_given(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    lines = b'{"id": "a", "text": "x"}\n' * 200_000
    path.write_bytes(gzip.compress(lines)[:-20])
    *kept, last = records(path)
    assert len(kept) > 190_000
    assert isinstance(last, Rejected)


def test_no_truncation_loses_records_in_silence(tmp_path: Path) -> None:
    """Of a cut array, whole elements survive and the rest is one rejection; of cut lines, the last one is."""
    array = json.dumps(ARTICLES, ensure_ascii=False).encode()
    lines = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in ARTICLES).encode()
    for cut in range(1, len(array)):
        (tmp_path / "a.json").write_bytes(array[:cut])
        made = articles_of(records(tmp_path / "a.json"), Config())
        assert isinstance(made[-1], Rejected), cut
        kept = [m[0].id for m in made if not isinstance(m, Rejected)]
        assert kept == ["a-1", "a-2", "a-3"][: len(made) - 1]
    for cut in range(1, len(lines)):
        (tmp_path / "b.jsonl").write_bytes(lines[:cut])
        made = articles_of(records(tmp_path / "b.jsonl"), Config())
        assert isinstance(made[-1], Rejected) is not lines[:cut].endswith((b"}", b"\n")), cut
        assert len(made) == lines[:cut].rstrip(b"\n").count(b"\n") + 1


def test_parquet_rows_become_records(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": ["a", "b"], "text": ["نص", None], "n": [float("nan"), 1.5]})
    pq.write_table(table, path)
    found = records(path)
    assert places(found) == [Origin("a.parquet", None, None, 0), Origin("a.parquet", None, None, 1)]
    assert [json.loads(record.payload) for record in found if isinstance(record, RawRecord)] == [
        {"id": "a", "text": "نص", "n": None},
        {"id": "b", "text": None, "n": 1.5},
    ]


def test_parquet_strings_that_are_no_utf_8_cost_their_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    bad = pa.array([b"ok", b"\xff", b"fine"]).cast(pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": bad, "raw": pa.array(["x", "y", "z"])}), path)
    found = records(path)
    assert [isinstance(record, Rejected) for record in found] == [False, True, False]
    assert found[1].problems[0].code == "parquet-invalid"  # type: ignore[union-attr]


def test_parquet_columns_without_a_json_form_cost_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a"], "blob": pa.array([b"\x00"])}), path)
    (found,) = records(path)
    assert isinstance(found, Rejected)


def test_parquet_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a"], "text": ["نص"]}), path)
    data = path.read_bytes()
    for cut in range(0, len(data), 7):
        path.write_bytes(data[:cut])
        (found,) = records(path)
        assert isinstance(found, Rejected), cut


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "forms"),
    [
        ("عنوان\n\nنص\n".encode(), ["text"]),
        (b'{"id": "a"}\n{"id": "b"}\n', ["json", "json"]),
        (b'[{"id": "a"}]', ["json"]),
        (b'+++\nid = "a"\n+++\nx\n', ["marked"]),
        (zstandard.compress(b'{"id": "a"}\n'), ["json"]),
    ],
)
def test_standard_input_is_judged_by_its_content(
    data: bytes, forms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    found = records(Path("-"))
    assert [record.form for record in found if isinstance(record, RawRecord)] == forms
    assert found[0].origin.path == "<stdin>"


def test_annotations_that_stand_alone_are_gathered_by_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    (tmp_path / "a.ann.json").write_text('{"article_id": "a"}', encoding="utf-8")
    (tmp_path / "all.json").write_text('[{"id": "b", "text": "x"}]', encoding="utf-8")
    (tmp_path / "all.ann.json").write_text('[{"article_id": "b"},\n {"article_id": "c"}]', encoding="utf-8")
    (tmp_path / "z.ann.jsonl").write_text(
        '{"article_id": "d"}\n{"article_id": "b"}\nx\n{}\n', encoding="utf-8"
    )
    found, problems = find_annotations([tmp_path], Config(root=tmp_path))
    assert {name: raw.origin for name, raw in found.items()} == {
        "b": Origin("all.ann.json", 1, 2, 0),
        "c": Origin("all.ann.json", 2, 2, 1),
        "d": Origin("z.ann.jsonl", 1, 1),
    }
    assert [(p.code, p.origin.line) for p in problems] == [
        ("annotation-duplicate", 2),
        ("json-invalid", 3),
        ("annotation-invalid", 4),
    ]
