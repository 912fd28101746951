from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus_builder.levels import FORMATS
from corpus_builder.model import Origin
from corpus_builder.problems import (
    LEVELS,
    as_line,
    at_least,
    in_order,
    printed,
    problem,
    problem_kinds,
)

REGISTRY = Path(__file__).parent.parent / "corpus_builder" / "data" / "problems.tsv"
FOUND = [
    problem("id-duplicate", "Once more", Origin("raw/b.jsonl", 3, 7), "b"),
    problem("encoding-bom", "A mark", Origin("raw/a:1,%.txt", 1, 1)),
    problem("file-unknown", "Odd\n\u202e\ud800", Origin("raw/c.x")),
    problem("parquet-invalid", "Row", Origin("raw/d.parquet", None, None, 4)),
]


def test_the_registry_is_sorted_and_whole() -> None:
    rows = [line.split("\t") for line in REGISTRY.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["code", "level", "meaning", "advice"]
    codes = [row[0] for row in rows[1:]]
    assert codes == sorted(set(codes))
    for code, level, meaning, advice in rows[1:]:
        assert level in LEVELS
        assert meaning.endswith(".")
        assert advice.endswith(".")
        assert code == code.lower()
    assert list(problem_kinds()) == codes


def test_a_problem_says_what_was_seen_and_what_to_do() -> None:
    assert FOUND[0].level == "error"
    assert FOUND[0].message == f"Once more. {problem_kinds()['id-duplicate'].advice}"
    with pytest.raises(KeyError):
        problem("no-such-code", "x", Origin("x"))


def test_lines_name_file_line_and_column() -> None:
    assert as_line(FOUND[0]).startswith("raw/b.jsonl:3:7: error: id-duplicate: Once more.")
    assert as_line(FOUND[0]).endswith("[b]")
    assert as_line(FOUND[2]).startswith("raw/c.x: warning: file-unknown: Odd\\n\\u202e\\ud800.")
    assert as_line(FOUND[3]).startswith("raw/d.parquet:record 4: error:")


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_holds_every_problem_and_can_be_written_as_utf_8(form: str) -> None:
    text = printed(FOUND, form)
    text.encode("utf-8")
    assert all(found.code in text for found in FOUND)
    assert not text.endswith("\n")


def test_json_and_sarif_are_json() -> None:
    records = json.loads(printed(FOUND, "json"))
    assert [record["code"] for record in records] == [found.code for found in FOUND]
    assert records[0]["line"] == 3
    run = json.loads(printed(FOUND, "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [found.code for found in FOUND]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 7,
    }


def test_github_commands_stay_in_one_line_each_and_escape_their_marks() -> None:
    lines = printed(FOUND, "github").split("\n")
    assert len(lines) == len(FOUND)
    assert lines[0].startswith("::error file=raw/b.jsonl,line=3,col=7,title=id-duplicate::Once more.")
    assert lines[1].startswith("::notice file=raw/a%3A1%2C%25.txt,line=1,col=1,title=encoding-bom::")


def test_levels_and_order() -> None:
    assert [found.code for found in at_least(FOUND, "warning")] == [
        "id-duplicate",
        "file-unknown",
        "parquet-invalid",
    ]
    assert at_least(FOUND, "note") == FOUND
    assert [found.origin.path for found in in_order(FOUND)] == sorted(found.origin.path for found in FOUND)
