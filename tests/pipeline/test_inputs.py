"""Pieces of the input: all of it, in order, in sizes that any number of workers can share."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus_builder import Config
from corpus_builder.pipeline import inputs
from corpus_builder.pipeline.inputs import find_inputs, pieces
from corpus_builder.readers import Unit


@pytest.mark.parametrize(("large", "most"), [(1000, 10), (100, 30)])
def test_pieces_hold_every_unit_once(monkeypatch: pytest.MonkeyPatch, large: int, most: int) -> None:
    monkeypatch.setattr(inputs, "SHARD_BYTES", 10)
    monkeypatch.setattr(inputs, "LARGE_SHARD_BYTES", 30)
    monkeypatch.setattr(inputs, "LARGE_BYTES", large)
    monkeypatch.setattr(inputs, "SHARD_FILES", 4)
    sizes = [3, 3, 3, 3, 40, 1, 1, 1, 1, 1, 9, 10, 20, 4]
    units = [Unit(Path(f"{n}"), f"{n}", "jsonl", byte_end=size) for n, size in enumerate(sizes)]
    made = pieces(units)
    assert [unit for piece in made for unit in piece] == units
    assert all(len(piece) == 1 or sum(unit.byte_end for unit in piece) <= most for piece in made)
    assert max(map(len, made)) == 4
    assert len(made) == (7 if most == 30 else 8)


def test_every_file_is_listed_once_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "ا"}\n' * 3, encoding="utf-8")
    (tmp_path / "b.txt").write_text("ب", encoding="utf-8")
    (tmp_path / "b.meta.toml").write_text("", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("b.txt")
    found = find_inputs([tmp_path], Config(root=tmp_path))
    assert [(file.name, file.bytes, file.sha256) for file in found.files] == [
        (path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (tmp_path / "a.jsonl", tmp_path / "b.meta.toml", tmp_path / "b.txt")
    ]


@pytest.mark.parametrize(
    ("total", "expected"), [(1600, [100] * 13 + [75, 56, 42, 31, 25, 25, 25, 21]), (30, [25, 5])]
)
def test_pieces_grow_smaller_towards_the_end(
    monkeypatch: pytest.MonkeyPatch, total: int, expected: list[int]
) -> None:
    monkeypatch.setattr(inputs, "SHARD_BYTES", 100)
    units = [Unit(Path(f"{n}"), f"{n}", "jsonl", byte_end=1) for n in range(total)]
    assert [len(piece) for piece in pieces(units)] == expected
