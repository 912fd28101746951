"""Whole builds on a real cluster: the bytes of a local build, and articles that kill."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from corpora import ARTICLES, article, build, digest, lay_out

from corpus_builder import storage


def on(scheduler: str, *more: str) -> Sequence[str]:
    return ("--engine", "dask", "--scheduler", scheduler, *more)


def test_a_cluster_gives_the_bytes_of_one_process(scheduler: str, tmp_path: Path) -> None:
    extra = article(7) + "{no json\n"
    lay_out(tmp_path, extra=extra)
    here = build(tmp_path, "--workers", "1", "--out", "here")
    there = build(tmp_path, *on(scheduler, "--out", "there"))
    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    assert digest(tmp_path / "here") == digest(tmp_path / "there")
    rejects = [(tmp_path / f"{name}.rejects.jsonl").read_bytes() for name in ("here", "there")]
    assert rejects[0] == rejects[1]
    assert rejects[0].count(b"\n") == 2
    manifest = json.loads((tmp_path / "there" / "manifest.json").read_bytes())
    assert manifest["counts"] == {"read": ARTICLES + 2, "kept": ARTICLES, "rejected": 2}


@pytest.mark.parametrize(
    ("function", "code"),
    [("kills", "worker-died"), ("kills_the_worker", "worker-died"), ("loops", "annotator-timeout")],
)
def test_a_bad_article_is_named_and_the_rest_is_built(
    scheduler: str, tmp_path: Path, function: str, code: str
) -> None:
    deaths = tmp_path / "deaths"
    text = f"نص قاتل هنا. {deaths}"
    bad = json.dumps({"id": "bad", "title": "خبر", "text": text}, ensure_ascii=False) + "\n"
    lay_out(tmp_path, f'"gold", "plug_in:{function}"', bad)
    done = build(tmp_path, *on(scheduler))
    assert done.returncode == 0, done.stderr
    rejects = [
        json.loads(line)
        for line in (tmp_path / "dataset.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [(r["path"], r["line"], r["problems"][0]["code"]) for r in rejects] == [
        ("raw/part-2.jsonl", ARTICLES // 4 + 1, code)
    ]
    manifest = json.loads((tmp_path / "dataset" / "manifest.json").read_bytes())
    assert manifest["counts"] == {"read": ARTICLES + 1, "kept": ARTICLES, "rejected": 1}
    # Dask itself runs a job again whose worker died: here once.
    killed = {"kills": 3, "kills_the_worker": 4, "loops": 0}[function]
    assert (deaths.read_text(encoding="ascii") if deaths.exists() else "") == "killed\n" * killed


def test_an_engine_without_its_scheduler_is_wrong_use(tmp_path: Path) -> None:
    lay_out(tmp_path)
    done = build(tmp_path, "--engine", "dask")
    assert (done.returncode, done.stderr) == (
        2,
        "corpus-builder: --engine dask and --scheduler ADDRESS go together\n",
    )


def test_dask_that_is_not_installed_is_one_clear_line(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "distributed.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    done = build(tmp_path, *on("tcp://127.0.0.1:9"), env={"PYTHONPATH": str(tmp_path / "without")})
    assert (done.returncode, done.stderr) == (
        2,
        "corpus-builder: the engine dask needs another package: pip install 'corpus-builder[dask]'\n",
    )


def test_a_cluster_is_not_asked_for_before_there_is_something_to_do(tmp_path: Path) -> None:
    nobody = on("tcp://127.0.0.1:9")
    lay_out(tmp_path)
    assert build(tmp_path, "--workers", "1").returncode == 0
    done = build(tmp_path, *nobody)
    assert done.returncode == 0, done.stderr
    assert "nothing changed" in done.stderr
    with storage.locked(tmp_path / ".dataset.work" / "lock"):
        done = build(tmp_path, *nobody)
    assert done.returncode == 2
    assert f"the output is being built by process {os.getpid()}" in done.stderr
