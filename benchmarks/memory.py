"""Does a build's memory grow with the corpus? Peaks of its processes for a tenth of the articles and for all of them.

    python benchmarks/memory.py [ARTICLES [WORKERS [ANNOTATORS]]]
    python benchmarks/memory.py FILE.jsonl [WORKERS [ANNOTATORS]]

ANNOTATORS are named as in corpus.toml, with commas between: gold,patterns,gazetteer by default. A million articles are 3.7 GB,
and take an hour to make up; a file that has them saves that.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from articles import write

#: Seconds between two looks at the processes; their peaks are the kernel's, so that none is missed but of one that has gone.
_INTERVAL = 0.2


def peaks(command: list[str]) -> tuple[float, float, float]:
    """Megabytes that the largest process and the first one held at most while a command ran, and its seconds."""
    begun = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    held: dict[int, float] = {}
    while running.poll() is None:
        for process in _family(running.pid):
            held[process] = max(held.get(process, 0.0), _peak(process))
        time.sleep(_INTERVAL)
    if running.returncode:
        raise SystemExit(running.stderr.read() if running.stderr else "the build failed")
    return max(held.values()), held[running.pid], time.perf_counter() - begun


def _family(process: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [process, *(one for child in children for one in _family(int(child)))]


def _peak(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = (line.split() for line in status.splitlines() if line.startswith("VmHWM"))
    return next((int(line[1]) / 1024 for line in lines), 0.0)


def main(articles: str = "100000", workers: str = "2", annotators: str = "gold,patterns,gazetteer") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if articles.isdecimal():
            every = folder / "all.jsonl"
            write(every, int(articles))
        else:
            every = Path(articles)
        with every.open("rb") as lines:
            count = sum(1 for _line in lines)
        tenth = folder / "tenth.jsonl"
        with every.open("rb") as lines, tenth.open("wb") as file:
            file.writelines(islice(lines, count // 10))
        config = folder / "corpus.toml"
        config.write_text(f"annotate = {json.dumps(annotators.split(','))}\n", encoding="utf-8")
        found = {}
        for raw, out in ((tenth, folder / "tenth"), (every, folder / "all")):
            command = [sys.executable, "-m", "corpus_builder", "build", str(raw), "--out", str(out)]
            options = ["--config", str(config), "--workers", workers, "--no-verify"]
            found[raw] = largest, first, seconds = peaks([*command, *options])
            size = raw.stat().st_size / 1e6
            print(
                f"{size:8.0f} MB of articles: largest process {largest:6.0f} MB, parent {first:6.0f} MB, {seconds:7.1f} s",
                flush=True,
            )
        print(f"ten times the articles: {found[every][0] / found[tenth][0]:.2f} x in the largest process")


if __name__ == "__main__":
    main(*sys.argv[1:])
