"""The command as a person types it: a process, its output, its status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ARTICLE = "وصول القطار\n\nوصل سيرغي لافروف إلى القاهرة يوم 14 آذار/مارس 2024.\n\nاظهر المزيد\n"


def run(
    *arguments: str, cwd: Path, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corpus_builder", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus.toml").write_text('annotate = ["gold", "patterns", "gazetteer"]\n', encoding="utf-8")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "train.txt").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


def test_annotate_prints_one_json_object_per_article(folder: Path) -> None:
    done = run("annotate", "raw/train.txt", cwd=folder)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert list(record) == [
        "article_id",
        "title",
        "text",
        "language",
        "blocks",
        "sentences",
        "entities",
        "dropped",
    ]
    assert record["title"] == "وصول القطار"
    assert [(e["label"], e["text"]) for e in record["entities"]] == [
        ("PER", "سيرغي لافروف"),
        ("LOC", "القاهرة"),
        ("DATE", "14 آذار/مارس 2024"),
    ]
    assert [d["rule"] for d in record["dropped"]] == ["show-more"]
    for entity in record["entities"]:
        assert record["text"][entity["start"] : entity["end"]] == entity["text"]


def test_annotate_reads_standard_input(folder: Path) -> None:
    done = run("annotate", "-", cwd=folder, stdin=ARTICLE)
    assert json.loads(done.stdout)["title"] == "وصول القطار"
    records = "".join(json.dumps({"id": f"a{n}", "text": "نص."}) + "\n" for n in range(3))
    done = run("annotate", "-", cwd=folder, stdin=records)
    assert [json.loads(line)["article_id"] for line in done.stdout.splitlines()] == ["a0", "a1", "a2"]


def test_annotate_tells_what_it_could_not_read(folder: Path) -> None:
    (folder / "raw" / "bad.json").write_text("{", encoding="utf-8")
    done = run("annotate", "raw/bad.json", "raw/train.txt", cwd=folder)
    assert done.returncode == 1
    assert "json-invalid" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_build_verify_stats_splits_and_diff_in_a_row(folder: Path) -> None:
    done = run("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stderr
    assert done.stdout == ""
    assert run("verify", "dataset", cwd=folder).returncode == 0
    stats = run("stats", "dataset", "--format", "json", cwd=folder)
    assert stats.returncode == 0, stats.stderr
    assert json.loads(stats.stdout)
    assert run("splits", cwd=folder).returncode == 0
    assert (folder / "splits.tsv").read_text(encoding="utf-8").startswith("train\t")
    (folder / "raw" / "second.txt").write_text(ARTICLE.replace("القطار", "السفينة"), encoding="utf-8")
    assert run("build", "--out", "new", "--no-verify", cwd=folder).returncode == 0
    diff = run("diff", "dataset", "new", "--format", "json", cwd=folder)
    assert diff.returncode == 0, diff.stderr
    assert "second" in diff.stdout


def test_verify_finds_a_changed_byte(folder: Path) -> None:
    run("build", "--no-verify", cwd=folder)
    (victim,) = (folder / "dataset" / "articles").iterdir()
    data = bytearray(victim.read_bytes())
    data[100] ^= 1
    victim.write_bytes(data)
    done = run("verify", "dataset", cwd=folder)
    assert done.returncode == 1
    assert victim.name in done.stdout


def test_strict_and_nothing_kept_exit_with_1(folder: Path) -> None:
    (folder / "raw" / "blank.json").write_text('{"id": "blank", "text": " "}', encoding="utf-8")
    assert run("build", "--no-verify", cwd=folder).returncode == 0
    assert run("build", "--strict", cwd=folder).returncode == 1
    (folder / "raw" / "train.txt").unlink()
    assert run("build", cwd=folder).returncode == 1


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_validate_in_every_format(folder: Path, form: str) -> None:
    (folder / "raw" / "bad.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    done = run("validate", "--format", form, cwd=folder)
    assert done.returncode == 1
    assert "schema-violation" in done.stdout
    if form in ("json", "sarif"):
        assert json.loads(done.stdout)


def test_validate_of_a_sound_corpus_is_silent(folder: Path) -> None:
    done = run("validate", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")


def test_init_lays_out_a_corpus_that_builds(tmp_path: Path) -> None:
    assert run("init", "new", cwd=tmp_path).returncode == 0
    assert run("validate", cwd=tmp_path / "new").returncode == 0
    done = run("build", cwd=tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert run("init", "new", cwd=tmp_path).returncode == 2


def test_boilerplate_proposes_what_recurs(folder: Path) -> None:
    records = [
        {"id": f"a{n}", "text": f"نص الخبر رقم {n} وفيه كلام يكفي.\nتابعونا دائما هنا", "source": "portal"}
        for n in range(6)
    ]
    (folder / "raw" / "many.jsonl").write_text(
        "".join(json.dumps(r) + "\n" for r in records), encoding="utf-8"
    )
    done = run("boilerplate", cwd=folder)
    assert "تابعونا دائما هنا" in done.stdout
    assert run("boilerplate", "--out", "boilerplate.tsv", cwd=folder).returncode == 0
    after = json.loads(run("annotate", "raw/many.jsonl", cwd=folder).stdout.splitlines()[0])
    assert [d["rule"] for d in after["dropped"]] == ["recurring"]
    assert run("boilerplate", cwd=folder).stdout.strip() == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "nowhere"],
        ["build", "--workers", "0"],
        ["build", "--config", "nowhere.toml"],
        ["verify", "nowhere"],
        ["stats", "nowhere"],
        ["diff", "nowhere", "nothing"],
        ["splits", "nowhere"],
        ["annotate", "nowhere.txt"],
        ["annotate", "raw/train.txt", "--min-score", "2"],
        ["no-such-verb"],
    ],
)
def test_wrong_use_gets_a_clear_line_and_no_traceback(folder: Path, arguments: list[str]) -> None:
    done = run(*arguments, cwd=folder)
    assert done.returncode in (1, 2), done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_unknown_keys_of_the_configuration_are_refused(folder: Path) -> None:
    (folder / "corpus.toml").write_text('anotate = ["gold"]\n', encoding="utf-8")
    done = run("build", cwd=folder)
    assert done.returncode == 2
    assert "anotate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    records = "".join(json.dumps({"id": f"a{n}", "text": "نص." * 500}) + "\n" for n in range(2000))
    (folder / "raw" / "many.jsonl").write_text(records, encoding="utf-8")
    command = f"{sys.executable} -m corpus_builder annotate raw/many.jsonl | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
