from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_builder import CorpusError, storage


def test_a_sink_hashes_and_counts_what_it_writes(tmp_path: Path) -> None:
    assert storage.write_bytes(tmp_path / "a", b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert (tmp_path / "a").read_bytes() == b"abc"


def test_a_full_disk_is_told_with_the_file() -> None:
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        storage.write_bytes(Path("/dev/full"), b"abc")


def test_exchange_swaps_two_folders(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    storage.exchange(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "which").read_text() == "new"
    assert (tmp_path / "new" / "which").read_text() == "old"


def test_exchange_in_two_steps_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "which").write_text("old")
    (tmp_path / "old").replace(tmp_path / ".old.old")
    storage.recover(tmp_path / "old")
    assert (tmp_path / "old" / "which").read_text() == "old"
    storage.recover(tmp_path / "old")
    assert (tmp_path / "old" / "which").read_text() == "old"


def test_every_change_goes_through_the_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(storage, "on_operation", lambda operation, path: seen.append((operation, path.name)))
    storage.make_folder(tmp_path / "folder")
    storage.replace_bytes(tmp_path / "folder" / "a", b"x")
    storage.remove(tmp_path / "folder")
    assert [operation for operation, _name in seen] == [
        "mkdir",
        "open",
        "write",
        "fsync",
        "rename",
        "fsync",
        "remove",
    ]


def test_a_lock_names_its_holder(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom corpus_builder import storage\n"
        "with storage.locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(CorpusError, match=f"process {holder.pid} on "), storage.locked(tmp_path / "lock"):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with storage.locked(tmp_path / "lock") as file:
        file.seek(0)
        assert f"process {os.getpid()} " in file.read()
