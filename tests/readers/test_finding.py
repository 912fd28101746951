from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from corpus_builder.config import Config, parse_config
from corpus_builder.readers import companions, find_units, finding, read
from corpus_builder.readers.finding import sniffed
from corpus_builder.readers.units import RawRecord, file_kind


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", ("article", "text", "none", "a")),
        ("a.b.TXT", ("article", "text", "none", "a.b")),
        ("a.marked.txt", ("article", "marked", "none", "a")),
        ("a.json", ("article", "json", "none", "a")),
        ("a.jsonl.gz", ("article", "jsonl", "gz", "a")),
        ("a.ndjson.zst", ("article", "jsonl", "zst", "a")),
        ("a.parquet", ("article", "parquet", "none", "a")),
        ("a.parquet.gz", ("unknown", "", "none", "a")),
        ("a.meta.json", ("sidecar", "json", "none", "a")),
        ("a.meta.toml", ("sidecar", "toml", "none", "a")),
        ("a.ann.json", ("annotation", "json", "none", "a")),
        ("a.ann.jsonl.gz", ("annotation", "jsonl", "gz", "a")),
        ("README.md", ("paper", "", "none", "")),
        ("LICENSE", ("paper", "", "none", "")),
        ("licenses.txt", ("article", "text", "none", "licenses")),
        ("a.csv", ("unknown", "", "none", "a")),
        ("a", ("unknown", "", "none", "a")),
    ],
)
def test_names_say_what_a_file_is(name: str, expected: tuple[str, str, str, str]) -> None:
    kind = file_kind(name)
    stem = kind.stem if kind.role != "unknown" else expected[3]
    assert (kind.role, kind.format, kind.compression if kind.role != "unknown" else "none", stem) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", ("text", "none")),
        ("خبر".encode(), ("text", "none")),
        (b"+++\nid = 1", ("marked", "none")),
        (b'\xef\xbb\xbf [{"id"', ("json", "none")),
        (b'{"id": 1}\n{"id": 2}\n', ("jsonl", "none")),
        (b'{"id": "long', ("jsonl", "none")),
        (b'{\n "id": 1\n}\n', ("json", "none")),
        (b"PAR1....", ("parquet", "none")),
        (gzip.compress(b'{"id": 1}\n', mtime=0), ("jsonl", "gz")),
        (b"\x28\xb5\x2f\xfdnot really", ("text", "zst")),
    ],
)
def test_first_bytes_tell_the_format(head: bytes, expected: tuple[str, str]) -> None:
    assert sniffed(head) == expected


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    for name in (
        "b/two.txt",
        "a.txt",
        "B.txt",
        ".hidden/x.txt",
        ".x.txt",
        "a.meta.json",
        "a.ann.json",
        "README.md",
        "b/خبر.txt",
        "lone.ann.json",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("نص", encoding="utf-8")
    return folder


def test_units_are_ordered_by_name_and_hidden_files_are_left_out(raw: Path) -> None:
    config = parse_config("", raw.parent / "corpus.toml")
    units, problems = find_units([raw], config)
    assert [unit.name for unit in units] == ["raw/B.txt", "raw/a.txt", "raw/b/two.txt", "raw/b/خبر.txt"]
    assert problems == []
    again, _problems = find_units([raw / "b", raw / "a.txt", raw, raw / "B.txt"], config)
    assert again == units


def test_what_lies_beside_an_article_goes_with_it(raw: Path) -> None:
    config = parse_config("", raw.parent / "corpus.toml")
    for named in ("a.txt", "a.meta.json", "a.ann.json"):
        (unit,), problems = find_units([raw / named], config)
        assert unit.name == "raw/a.txt"
        assert problems == []
        assert [path.name for path in companions(unit)] == ["a.meta.json", "a.ann.json"]


def test_a_named_file_of_unknown_kind_is_judged_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "articles"
    path.write_text('{"id": "a", "text": "x"}\n{"id": "b", "text": "x"}\n', encoding="utf-8")
    (unit,), _problems = find_units([path], Config())
    assert unit.format == "jsonl"
    assert find_units([tmp_path], Config())[1][0].code == "file-unknown"


def test_the_configured_format_overrides_names(tmp_path: Path) -> None:
    path = tmp_path / "articles.txt"
    path.write_text('{"id": "a", "text": "x"}\n', encoding="utf-8")
    config = parse_config('[read]\nformat = "jsonl"\n', tmp_path / "corpus.toml")
    assert find_units([tmp_path], config)[0][0].format == "jsonl"


@pytest.mark.parametrize("size", [1, 7, 50, 64, 200])
def test_ranges_of_a_large_file_hold_every_line_once(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RANGE_BYTES", size)
    path = tmp_path / "articles.jsonl"
    lines = [f'{{"id": "a{n}", "text": "{"ن" * (n % 17)}"}}' for n in range(40)]
    lines[20] = "" if size != 7 else lines[20]
    path.write_text("\n".join(lines), encoding="utf-8")
    units, _problems = find_units([path], Config())
    assert len(units) > 1
    assert [units[0].byte_start, *(unit.byte_end for unit in units)] == [
        *(unit.byte_start for unit in units),
        path.stat().st_size,
    ]
    records = [record for unit in units for record in read(unit, Config())]
    assert all(isinstance(record, RawRecord) for record in records)
    found = {
        record.origin.line: record.payload.decode() for record in records if isinstance(record, RawRecord)
    }
    assert found == {number: line for number, line in enumerate(lines, 1) if line}


def test_names_that_are_not_utf_8_can_be_printed(tmp_path: Path) -> None:
    name = b"\xff.txt".decode("utf-8", "surrogateescape")
    (tmp_path / name).write_text("نص", encoding="utf-8")
    (unit,), _problems = find_units([tmp_path], parse_config("", tmp_path / "corpus.toml"))
    assert unit.name == "\\xff.txt"
    assert len(list(read(unit, Config()))) == 1
