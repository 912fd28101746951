"""Kill a build anywhere: what is published is the old dataset or the new one, whole, and the next build finishes the work."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hurting import FILES, LONG, PROGRAM, Corpus, digest, shards_of

WAITING = """
import time
from pathlib import Path
def waits(text):
    Path("begun").touch()
    while not Path("free").exists():
        time.sleep(0.01)
    return []
"""


@dataclass
class Tally:
    """What was found after kills. Each must leave nothing torn, and every shard that was finished to the next build."""

    kills: int = 0
    in_place: int = 0
    found: int = 0
    made: int = 0

    def add(self, said: str, finished: set[tuple[str, str]]) -> None:
        self.kills += 1
        shards = shards_of(said)
        if shards is None:
            self.in_place += 1
            return
        assert shards == (len(finished), FILES - len(finished)), said
        self.found += shards[0]
        self.made += shards[1]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, 0 torn; new dataset in place already: {self.in_place};"
            f" shards taken over: {self.found}, made again: {self.made}"
        )


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
    tally = Tally()
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
        finished = corpus.finished() & corpus.wanted
        assert corpus.build() == 0, corpus.said()
        assert digest(corpus.out) == new, f"wrong after operation {number}"
        tally.add(corpus.said(), finished)
    print(f"SIGKILL at operations 1 to {total}: {tally}")


def test_killed_at_random_moments(two_editions: tuple[Corpus, str, str]) -> None:
    corpus, old, new = two_editions
    backup(corpus)
    command = [*PROGRAM, "build", "--workers", "2", "--no-verify"]
    begun = time.perf_counter()
    subprocess.run(command, cwd=corpus.folder, check=True, capture_output=True)
    whole = time.perf_counter() - begun
    rng = random.Random(11)
    tally = Tally()
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
        assert digest(corpus.out) in (old, new), f"torn in kill {number}"
        finished = corpus.finished() & corpus.wanted
        if LONG or number % 4 == 0:
            again = subprocess.run(command, cwd=corpus.folder, check=True, capture_output=True, text=True)
            assert digest(corpus.out) == new
            tally.add(again.stderr, finished)
    print(f"SIGKILL at random moments, two workers: {tally}")


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


def test_what_a_killed_build_leaves_running_does_not_hold_its_lock(corpus: Corpus) -> None:
    """The system's memory guard, or a person, kills one process: not those that it started."""
    corpus.edition(1)
    (corpus.folder / "waiting.py").write_text(WAITING, encoding="utf-8")
    (corpus.folder / "corpus.toml").write_text('annotate = ["waiting:waits"]\n', encoding="utf-8")
    command = [*PROGRAM, "build", "--workers", "2", "--no-verify"]
    running = subprocess.Popen(command, cwd=corpus.folder, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while not (corpus.folder / "begun").exists():
            time.sleep(0.01)
        running.kill()
        running.wait()
        (corpus.folder / "free").touch()
        again = subprocess.run(command, cwd=corpus.folder, capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
        published = digest(corpus.out)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    subprocess.run([*command, "--out", "undisturbed"], cwd=corpus.folder, check=True, capture_output=True)
    assert digest(corpus.folder / "undisturbed") == published


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
