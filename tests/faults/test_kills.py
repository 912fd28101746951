"""Kill a build anywhere: what is published is the old dataset or the new one, whole, and the next build finishes the work."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from hurting import LONG, Corpus, digest


def operations(corpus: Corpus) -> int:
    """How many operations on the disk a build of the second edition makes."""
    counter = corpus.folder / "count"

    def count(_operation: str, _path: Path) -> None:
        with counter.open("ab") as file:
            file.write(b".")

    backup(corpus)
    assert corpus.build(count) == 0, corpus.said()
    restore(corpus)
    return counter.stat().st_size


def backup(corpus: Corpus) -> None:
    for name in ("dataset", ".dataset.work"):
        shutil.copytree(corpus.folder / name, corpus.folder / f"backup{name}")


def restore(corpus: Corpus) -> None:
    for name in ("dataset", ".dataset.work"):
        shutil.rmtree(corpus.folder / name, ignore_errors=True)
        shutil.copytree(corpus.folder / f"backup{name}", corpus.folder / name)


def test_killed_at_every_operation(two_editions: tuple[Corpus, str, str]) -> None:
    corpus, old, new = two_editions
    total = operations(corpus)
    assert total > 40
    published_new = 0
    for number in (
        range(1, total + 1) if LONG else sorted({*range(1, total + 1, 7), *range(total - 12, total + 1)})
    ):
        restore(corpus)
        left = number

        def kill(_operation: str, _path: Path) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        assert corpus.build(kill) == -signal.SIGKILL
        assert digest(corpus.out) in (old, new), f"torn at operation {number}"
        published_new += digest(corpus.out) == new
        assert corpus.build() == 0, corpus.said()
        assert digest(corpus.out) == new, f"wrong after operation {number}"
    print(f"kills at operations: of {total}; already new when killed: {published_new}; torn: 0")


def test_killed_at_random_moments(two_editions: tuple[Corpus, str, str]) -> None:
    corpus, old, new = two_editions
    backup(corpus)
    command = [sys.executable, "-m", "corpus_builder", "build", "--workers", "2", "--no-verify"]
    begun = time.perf_counter()
    subprocess.run(command, cwd=corpus.folder, check=True, capture_output=True)
    whole = time.perf_counter() - begun
    rng = random.Random(11)
    torn = 0
    for number in range(200 if LONG else 8):
        restore(corpus)
        share = rng.uniform(0.75, 1.0) if number % 2 else rng.random()
        running = subprocess.Popen(
            command,
            cwd=corpus.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(whole * share)
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        torn += digest(corpus.out) not in (old, new)
        if LONG or number % 4 == 0:
            subprocess.run(command, cwd=corpus.folder, check=True, capture_output=True)
            assert digest(corpus.out) == new
    assert torn == 0


def test_finished_shards_are_used_again_after_a_kill(corpus: Corpus) -> None:
    corpus.edition(1)

    def kill_at_the_dataset(operation: str, path: Path) -> None:
        if operation == "mkdir" and path.name == "articles":
            os.kill(os.getpid(), signal.SIGKILL)

    assert corpus.build(kill_at_the_dataset) == -signal.SIGKILL
    assert not corpus.out.exists()
    assert corpus.build() == 0
    assert "40 from earlier shards" in corpus.said()


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(corpus: Corpus) -> None:
    corpus.edition(1)

    def interrupt(operation: str, path: Path) -> None:
        if operation == "mkdir" and path.name == "articles":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    assert corpus.build(interrupt) == 130
    assert "the same command goes on" in corpus.said()
    assert "Traceback" not in corpus.said()
    assert corpus.build() == 0
    assert "40 from earlier shards" in corpus.said()


def test_two_builds_into_one_output(corpus: Corpus) -> None:
    corpus.edition(1)
    assert corpus.build() == 0
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom corpus_builder import storage\n"
        "with storage.locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    lock = corpus.folder / ".dataset.work" / "lock"
    holder = subprocess.Popen([sys.executable, "-c", script, str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert corpus.build() == 2
        assert f"process {holder.pid} on " in corpus.said()
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert corpus.build() == 0
