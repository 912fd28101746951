"""How many times faster than the usual stack is a full build? Ratios of whole processes, run in turn.

    python benchmarks/build.py [ARTICLES [ROUNDS]]

Ours validates, cleans, splits sentences, annotates, groups near-duplicates, assigns splits and writes three tables; the peer
(`peer.py`) validates, splits sentences, annotates and writes one. Then ours again with the tagger, with two workers, with one
percent of the articles changed, and with nothing changed.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from articles import articles

HERE = Path(__file__).parent
LISTS_ONLY = 'annotate = ["gold", "patterns", "gazetteer"]\n'
WITH_TAGGER = 'annotate = ["gold", "patterns", "tagger", "gazetteer"]\n'


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(raw: Path, config: Path, out: Path, workers: int = 1, *, fresh: bool = True) -> tuple[float, float]:
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(out.with_name(f".{out.name}.work"), ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "corpus_builder",
        "build",
        str(raw),
        "--out",
        str(out),
        "--config",
        str(config),
    ]
    return timed([*command, "--workers", str(workers), "--no-verify"])


def peer(raw: Path, out: Path) -> tuple[float, float]:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return timed([sys.executable, str(HERE / "peer.py"), str(raw), str(out)])


def main(count: int = 20_000, rounds: int = 3) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, changed = folder / "raw.jsonl", folder / "changed.jsonl"
        made = list(articles(count))
        raw.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in made), encoding="utf-8")
        for article in made[::100]:
            article["text"] += " انتهى الخبر هنا."
        changed.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in made), encoding="utf-8")
        lists, tagger = folder / "lists.toml", folder / "tagger.toml"
        lists.write_text(LISTS_ONLY, encoding="utf-8")
        tagger.write_text(WITH_TAGGER, encoding="utf-8")
        results: dict[str, list[tuple[float, float]]] = {}

        def note(title: str, figures: tuple[float, float]) -> None:
            results.setdefault(title, []).append(figures)
            print(f"{title:34} {figures[0]:8.2f} s wall {figures[1]:8.2f} s cpu", flush=True)

        for _round in range(rounds):
            note("peer", peer(raw, folder / "peer"))
            note("lists, one worker", ours(raw, lists, folder / "one"))
            note("lists, two workers", ours(raw, lists, folder / "two", 2))
            note("tagger, one worker", ours(raw, tagger, folder / "tagged"))
            live = folder / "live.jsonl"
            shutil.copy(raw, live)
            ours(live, tagger, folder / "live")
            shutil.copy(changed, live)
            note("tagger, 1% changed", ours(live, tagger, folder / "live", fresh=False))
            note("nothing changed", ours(live, tagger, folder / "live", fresh=False))

        def ratio(above: str, below: str, kind: int) -> float:
            return statistics.median(
                a[kind] / b[kind] for a, b in zip(results[above], results[below], strict=True)
            )

        size = raw.stat().st_size / count
        print(f"\n{count} articles of {size:.0f} bytes; medians of {rounds} rounds, wall (cpu)")
        for title, above, below in (
            ("lists over peer", "peer", "lists, one worker"),
            ("tagger over peer", "peer", "tagger, one worker"),
            ("two workers over one", "lists, one worker", "lists, two workers"),
        ):
            print(f"{title:34} {ratio(above, below, 0):6.2f} x ({ratio(above, below, 1):.2f})")
        print(
            f"{'1% changed, share of a full build':34} {ratio('tagger, 1% changed', 'tagger, one worker', 0):6.1%}"
        )
        print(f"{'nothing changed':34} {statistics.median(r[0] for r in results['nothing changed']):6.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
