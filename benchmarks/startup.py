"""How long until the first answer? Wall seconds of whole processes, the median and the least of several.

python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARTICLE = (
    "وصول وفد إلى القاهرة\n\nوصل سيرغي لافروف إلى القاهرة يوم 14 آذار/مارس 2024. ثم غادرها إلى طرابلس!\n"
)


def main(runs: int = 9) -> None:
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text(ARTICLE, encoding="utf-8")
        command = [sys.executable, "-m", "corpus_builder"]
        for title, arguments in (
            ("--help", ["--help"]),
            ("annotate, one article", ["annotate", str(article)]),
        ):
            times = []
            for _run in range(runs + 1):
                begun = time.perf_counter()
                subprocess.run([*command, *arguments], check=True, capture_output=True, cwd=folder)
                times.append(time.perf_counter() - begun)
            # The first run may have had to compile what it imports.
            print(f"{title:24} median {statistics.median(times[1:]):.2f} s, least {min(times[1:]):.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
