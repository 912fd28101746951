"""Annotators that kill, hang or lie, in real worker processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hurting import Corpus, articles

PLUG_IN = """
import os, signal, time
def kills(text):
    if "قاتل" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    return []
def loops(text):
    while "قاتل" in text:
        time.sleep(0.01)
    return []
def lies(text):
    return [(5, 2, "PER")] if "قاتل" in text else []
def raises(text):
    if "قاتل" in text:
        raise ValueError("no luck")
    return []
def tells(text):
    open("begun", "w").close()
    time.sleep(0.2)
    return []
"""


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("kills", "worker-died"),
        ("loops", "annotator-timeout"),
        ("lies", "annotator-nonsense"),
        ("raises", "annotator-failed"),
    ],
)
def test_one_bad_article_is_named_and_the_rest_is_built(corpus: Corpus, function: str, code: str) -> None:
    corpus.edition(1)
    bad = json.dumps({"id": "bad", "title": "خبر", "text": "نص قاتل هنا."}, ensure_ascii=False)
    raw = corpus.folder / "raw"
    shutil.rmtree(raw)
    raw.mkdir()
    lines = articles(1).splitlines()
    for number in range(4):
        piece = lines[number * 10 : number * 10 + 10] + ([bad] if number == 2 else [])
        (raw / f"part-{number}.jsonl").write_text("\n".join(piece) + "\n", encoding="utf-8")
    (corpus.folder / "plug_in.py").write_text(PLUG_IN, encoding="utf-8")
    (corpus.folder / "corpus.toml").write_text(
        f'annotate = ["gold", "plug_in:{function}"]\n[limits]\narticle_seconds = 0.5\n', encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "corpus_builder", "build", "--workers", "2", "--no-verify"],
        cwd=corpus.folder,
        env={**os.environ, "PYTHONPATH": str(corpus.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rejects = [
        json.loads(line)
        for line in (corpus.folder / "dataset.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [record["problems"][0]["code"] for record in rejects] == [code]
    assert (rejects[0]["path"], rejects[0]["line"]) == ("raw/part-2.jsonl", 11)
    manifest = json.loads((corpus.folder / "dataset" / "manifest.json").read_bytes())
    assert manifest["counts"] == {"read": 41, "kept": 40, "rejected": 1}


def test_a_plug_in_beside_the_corpus_is_found_without_a_path(corpus: Corpus) -> None:
    """`annotate = ["module:function"]` means a module that Python can import, the current folder included."""
    corpus.edition(1)
    (corpus.folder / "own.py").write_text("def nothing(text):\n    return []\n", encoding="utf-8")
    (corpus.folder / "corpus.toml").write_text('annotate = ["own:nothing"]\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "corpus_builder", "build", "--no-verify"],
        cwd=corpus.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_workers_go_when_their_build_is_killed(corpus: Corpus) -> None:
    corpus.edition(1)
    (corpus.folder / "plug_in.py").write_text(PLUG_IN, encoding="utf-8")
    (corpus.folder / "corpus.toml").write_text('annotate = ["plug_in:tells"]\n', encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "corpus_builder", "build", "--workers", "2", "--no-verify"],
        cwd=corpus.folder,
        env={**os.environ, "PYTHONPATH": str(corpus.folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    within(60, (corpus.folder / "begun").exists)
    workers = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    assert len(workers) == 2
    running.kill()
    running.wait()
    within(10, lambda: not any(map(is_running, workers)))


def is_running(process: str) -> bool:
    """Whether a process is there, and not a dead one that nobody has asked after."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def within(seconds: float, happened: Callable[[], bool]) -> None:
    """Wait until something has happened, which it must in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
