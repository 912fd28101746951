"""Every kind of damaged input has a folder of its own, named after the problem it must give."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_builder.config import Config, load_config, parse_config
from corpus_builder.model import Rejected
from corpus_builder.problems import problem_kinds
from corpus_builder.readers import find_annotations, find_units, read
from corpus_builder.records import articles_of
from corpus_builder.validation import validate

CASES = Path(__file__).parent / "cases" / "validation"
FOLDERS = sorted(path.name for path in CASES.iterdir())
#: What only a file system, and no file of a repository, can show; and what stages after reading find.
MADE_HERE = {"file-unreadable", "symlink-outside"}
ELSEWHERE = {
    "annotation-dropped",
    "schema-disagreement",
    "split-conflict",
    "text-nothing-left",
}
PREFIXES = (
    "annotation-",
    "archive-",
    "article-",
    "date-",
    "encoding-",
    "field-",
    "file-",
    "id-",
    "json-",
    "marked-",
    "metadata-",
    "parquet-",
    "schema-",
    "split-",
    "symlink-",
    "text-",
)


def config_of(folder: Path) -> Config:
    path = folder / "corpus.toml"
    return load_config(path) if path.exists() else parse_config("", path)


@pytest.mark.parametrize("name", FOLDERS)
def test_each_folder_gives_its_problems(name: str) -> None:
    folder = CASES / name
    with (folder / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        expected = list(csv.DictReader(lines, delimiter="\t"))
    found = list(validate([folder / "raw"], config_of(folder)))
    seen = [
        {
            "code": p.code,
            "path": p.origin.path,
            "line": "" if p.origin.line is None else str(p.origin.line),
            "column": "" if p.origin.column is None else str(p.origin.column),
            "record": "" if p.origin.record is None else str(p.origin.record),
            "article": p.article_id or "",
        }
        for p in found
    ]
    assert seen == expected
    assert name in {p.code for p in found}
    assert all(p.message.endswith(problem_kinds()[p.code].advice) for p in found)
    assert all("\n" not in p.message for p in found)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_other_articles_survive(name: str) -> None:
    folder = CASES / name
    config = config_of(folder)
    units, _problems = find_units([folder / "raw"], config)
    annotations, _problems = find_annotations([folder / "raw"], config)
    made = [made for unit in units for made in articles_of(read(unit, config), config, annotations)]
    kept = [found[0].id for found in made if not isinstance(found, Rejected)]
    assert kept == (folder / "survivors.txt").read_text(encoding="utf-8").split()
    assert all(found.problems for found in made if isinstance(found, Rejected))


def test_lines_are_judged_as_their_records_are(tmp_path: Path) -> None:
    """Whether a line is seen through at a glance, alone or among others, or made an article first."""
    path = tmp_path / "a.jsonl"
    config = Config(root=tmp_path)
    lines = (CASES.parent / "records" / "lines.jsonl").read_bytes().splitlines(keepends=True)
    annotation = tmp_path / "b.ann.json"
    for chosen in (lines, *([line] for line in lines), lines[:3]):
        path.write_bytes(b"".join(chosen))
        (unit,), _problems = find_units([path], config)
        made = articles_of(read(unit, config), config)
        expected = [
            p for found in made for p in (found.problems if isinstance(found, Rejected) else found[1])
        ]
        assert list(validate([path], config)) == expected
    assert expected == []
    annotation.write_text('{"article_id": "plain-2", "entities": 1}', encoding="utf-8")
    assert {p.code for p in validate([path, annotation], config)} == {"annotation-invalid"}


def test_ids_are_compared_over_all_lines_and_files(tmp_path: Path) -> None:
    for name, ids in (("a", "x y"), ("b", "z Y"), ("c", "v x w"), ("d", "u u")):
        lines = [f'{{"id": "{article_id}", "text": "text"}}\n' for article_id in ids.split()]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "e.jsonl").write_text('{"id": "t", "text": "\\u0007"}\n{"id": "T", "text": "text"}\n')
    found = list(validate([tmp_path], Config(root=tmp_path)))
    assert [(p.code, p.origin.path, p.origin.line, p.message.partition(".")[0]) for p in found] == [
        ("id-collision", "b.jsonl", 2, "The article at a"),
        ("id-duplicate", "c.jsonl", 2, "The article at a"),
        ("id-duplicate", "d.jsonl", 2, "The article at d"),
        ("text-control", "e.jsonl", 1, "The text holds U+0007 at 0"),
        ("id-collision", "e.jsonl", 2, "The article at e"),
    ]
    assert "a.jsonl:2:1 has the id y" in found[0].message
    assert "a.jsonl:1:1 has the same id" in found[1].message


def test_every_code_of_reading_has_a_sample() -> None:
    codes = {code for code in problem_kinds() if code.startswith(PREFIXES)}
    assert set(FOLDERS) == codes - MADE_HERE - ELSEWHERE


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("سر", encoding="utf-8")
    (tmp_path / "corpus" / "raw" / "inner").mkdir(parents=True)
    raw = tmp_path / "corpus" / "raw"
    (raw / "article.txt").symlink_to(secret)
    (raw / "folder").symlink_to(tmp_path)
    (raw / "gone.txt").symlink_to(raw / "nothing.txt")
    (raw / "inner" / "good.txt").write_text("خبر", encoding="utf-8")
    (raw / "inner" / "good.meta.json").symlink_to(secret)
    (raw / "again.txt").symlink_to(raw / "inner" / "good.txt")
    found = list(validate([raw], parse_config("", tmp_path / "corpus" / "corpus.toml")))
    assert [(p.code, p.origin.path) for p in found] == [
        ("symlink-outside", "raw/article.txt"),
        ("symlink-outside", "raw/folder"),
        ("file-unreadable", "raw/gone.txt"),
        ("symlink-outside", "raw/inner/good.meta.json"),
    ]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    found = list(validate([tmp_path / "nowhere"], Config()))
    assert [p.code for p in found] == ["file-unreadable"]


def test_validating_json_loads_neither_numpy_nor_pyarrow() -> None:
    code = (
        "import sys; from corpus_builder.config import parse_config; from pathlib import Path;"
        "from corpus_builder.validation import validate;"
        f"list(validate([{str(CASES / 'id-duplicate' / 'raw')!r}], parse_config('', Path('corpus.toml'))));"
        "print(sorted({'numpy', 'pyarrow', 'datasets', 'jsonschema'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
