"""The note of a careful attempt: whom it blames, whom it leaves in peace, and when it gives up."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus_builder.pipeline.quarantine import Watch
from corpus_builder.problems import CorpusError

GUILTY, INNOCENT = b"\x01" * 16, b"\x02" * 16


def test_who_dies_twice_is_set_aside(tmp_path: Path) -> None:
    note = tmp_path / "shard.inflight"
    for _death in range(2):
        watch = Watch(note, "build")
        assert watch.quarantined() == frozenset()
        watch.begin(INNOCENT)
        watch.begin(GUILTY)
    watch = Watch(note, "build")
    assert watch.quarantined() == {GUILTY}
    watch.end()
    assert not note.exists()


def test_a_build_that_was_stopped_blames_nobody(tmp_path: Path) -> None:
    note = tmp_path / "shard.inflight"
    for build in ("first", "second", "third"):
        watch = Watch(note, build)
        watch.begin(INNOCENT)
    assert Watch(note, "fourth").quarantined() == frozenset()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_torn_note_is_none(tmp_path: Path, content: bytes) -> None:
    note = tmp_path / "shard.inflight"
    note.write_bytes(content)
    assert Watch(note, "build").quarantined() == frozenset()


def test_deaths_outside_articles_end_the_build(tmp_path: Path) -> None:
    note = tmp_path / "shard-000003.inflight"
    for _death in range(3):
        Watch(note, "build")
    with pytest.raises(CorpusError, match=r"^shard-000003: its process is killed again and again"):
        Watch(note, "build")


def test_too_many_guilty_end_the_build(tmp_path: Path) -> None:
    note = tmp_path / "shard.inflight"
    for number in range(101):
        for _death in range(2):
            Watch(note, "build").begin(number.to_bytes(16, "big"))
    with pytest.raises(CorpusError, match="again and again"):
        Watch(note, "build")
