"""The plan over all shards, however few rows are looked at at a time."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus_builder import Config, build
from corpus_builder.config import Splits
from corpus_builder.pipeline import collecting
from corpus_builder.pipeline.collecting import plan
from corpus_builder.pipeline.neighbours import grouped_here

WORDS = [f"كلمة{number}" for number in range(400)]


def stories(count: int) -> list[dict[str, str]]:
    """Articles of which some are copies of others, some name a split of their own, and some bear the id of another."""
    rng = random.Random(4)
    made: list[dict[str, str]] = []
    for number in range(count):
        text = " ".join(rng.choices(WORDS, k=60))
        if number % 5 in (1, 2):
            text = f"{made[-1]['text']} وخاتمة {number}"
        article = {"id": f"story-{number}", "text": text, "published": f"2026-01-{number % 28 + 1:02d}"}
        if number % 11 == 0:
            article["split"] = rng.choice(("train", "test"))
        if number % 17 == 16:
            article["id"] = f"{'STORY' if number % 2 else 'story'}-{number - 9}"
        made.append(article)
    return made


@pytest.mark.parametrize("by", ["hash", "time"])
def test_a_few_rows_at_a_time_give_the_same_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    raw = tmp_path / "raw.jsonl"
    raw.write_text("".join(json.dumps(story) + "\n" for story in stories(200)), encoding="utf-8")
    (tmp_path / "splits.tsv").write_text(
        "story-1\ttrain\nstory-20\ttest\nstory-21\tvalidation\n", encoding="utf-8"
    )
    splits = Splits(by=by, test_from="2026-01-20") if by == "time" else Splits()
    config = Config(annotate=("gold",), splits=splits, root=tmp_path)
    report = build([raw], tmp_path / "at-once", config)
    assert report.rejected["id-duplicate"] > 2
    assert report.rejected["id-collision"] > 2
    assert report.rejected["split-conflict"] > 0
    monkeypatch.setattr(collecting, "_STRETCH", 3)
    assert replace(build([raw], tmp_path / "in-steps", config), out=report.out, seconds=0) == replace(
        report, seconds=0
    )
    for name in ("manifest.json", "README.md"):
        assert (tmp_path / "at-once" / name).read_bytes() == (tmp_path / "in-steps" / name).read_bytes()
    assert (tmp_path / "at-once.rejects.jsonl").read_bytes() == (
        tmp_path / "in-steps.rejects.jsonl"
    ).read_bytes()


def test_no_shard_is_an_empty_plan() -> None:
    planned = plan([], Config(), {}, grouped_here)
    assert planned.counts() == {}
    assert planned.rows.dtype == np.int64
