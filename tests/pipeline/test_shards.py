"""Shards and data files on a cluster, where work may still go on for a build that was stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus_builder import Config, build, storage
from corpus_builder.pipeline.shards import ShardJob, make_shard
from corpus_builder.readers import find_units


def config_in(folder: Path, *annotators: str) -> Config:
    record = {"id": "a", "title": "خبر", "text": "وصل الوفد في 14 آذار/مارس 2024."}
    (folder / "raw").mkdir(exist_ok=True)
    (folder / "raw" / "a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    return Config(annotate=annotators, root=folder)


def test_an_attempt_that_comes_late_leaves_what_a_build_was_given(tmp_path: Path) -> None:
    jobs = []
    for annotators in (("gold", "patterns"), ("gold",)):
        config = config_in(tmp_path, *annotators)
        units, _problems = find_units([tmp_path / "raw"], config)
        jobs.append(ShardJob("shard-000000", tuple(units), tmp_path, config, "code"))
    given = make_shard(jobs[0])
    content = given.path.read_bytes()
    late = make_shard(jobs[1])
    assert late.path != given.path
    assert given.path.read_bytes() == content


def test_data_files_appear_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, set[Path]] = {"open": set(), "rename": set()}

    def note(operation: str, path: Path) -> None:
        if path.suffix == ".parquet" and operation in seen:
            seen[operation].add(path)

    monkeypatch.setattr(storage, "on_operation", note)
    build([tmp_path / "raw"], tmp_path / "out", config_in(tmp_path, "gold"))
    assert len(seen["open"]) == len(seen["rename"]) == 3
    assert not seen["open"] & seen["rename"]
