"""Rows of a shard: what is loaded before processes are forked."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from corpus_builder import Config
from corpus_builder.engines import processes
from corpus_builder.pipeline.rows import load_before_fork, loaded_tools

PLUG_IN = """
def watches(text):
    return []
"""


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"watching_{time.monotonic_ns()}"
    (tmp_path / f"{name}.py").write_text(PLUG_IN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def loaded_in_parent(config: Config) -> int:
    """How many configurations' tools this process has, with those of its parent; asking for them adds none where they are there."""
    loaded_tools(config)
    return loaded_tools.cache_info().misses


def test_forked_processes_share_the_tools_that_were_loaded_before(tmp_path: Path) -> None:
    config = Config(annotate=("gold", "patterns"), name=tmp_path.name)
    load_before_fork(config)
    misses = loaded_tools.cache_info().misses
    found = processes(2).run(loaded_in_parent, [config] * 4, lambda job, _deaths: job)
    assert dict(found) == dict.fromkeys(range(4), misses)


def test_what_may_start_threads_is_not_loaded_before_a_fork(plug_in: str) -> None:
    load_before_fork(Config(annotate=("gold", f"{plug_in}:watches")))
    assert plug_in not in sys.modules
