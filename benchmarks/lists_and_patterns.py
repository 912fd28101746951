"""How right the patterns and the gazetteer are, by label and kind, on the corpus's own gold articles, and
how fast.

    python benchmarks/lists_and_patterns.py [raw] [--half tuned|held-out|all]

Articles are dealt to two halves by a hash of their file names, wire copies with their originals. The rules
and the reviewed
verdicts of ``gazetteer_verdicts.tsv`` were made while looking at the tuned half.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from corpus_builder.annotators.gazetteer import matcher
from corpus_builder.annotators.gazetteer.lists import name_lists
from corpus_builder.annotators.patterns import spans_of_text
from corpus_builder.model import Origin
from corpus_builder.readers.marked import parse_marked

PATTERNS, NAMES = ("DATE", "MONEY", "PERCENT"), ("PER", "LOC", "ORG", "MISC")
Spans = set[tuple[int, int, str]]


def half(path: Path) -> str:
    name = path.name.replace("-copy", "")
    return "held-out" if hashlib.sha256(name.encode()).digest()[-1] % 2 else "tuned"


def fields(path: Path) -> list[tuple[str, Spans, list[tuple[int, int]]]]:
    """Text, gold entities and blocks of the two raw fields."""
    article, gold, _problems = parse_marked(path.read_text(encoding="utf-8"), Origin(str(path)))
    found = []
    for field in ("title", "text"):
        entities = {(e["start"], e["end"], e["label"]) for e in gold["entities"] if e["field"] == field}  # type: ignore[attr-defined]
        blocks = [(b["start"], b["end"]) for b in gold["blocks"] if b["field"] == field]  # type: ignore[attr-defined]
        found.append((str(article[field]), entities, blocks))
    return found


def measure(paths: list[Path], annotate: Callable[[str], Spans], labels: tuple[str, ...]) -> None:
    counts = {label: Counter[str]() for label in labels}
    seconds, characters = 0.0, 0
    for path in paths:
        for text, gold, blocks in fields(path):
            start = time.process_time()
            spans = annotate(text)
            seconds += time.process_time() - start
            characters += len(text)
            kept = {
                span for span in spans if any(first <= span[0] and span[1] <= end for first, end in blocks)
            }
            for label in labels:
                ours, theirs = ({span for span in spans if span[2] == label} for spans in (kept, gold))
                counts[label].update(
                    right=len(ours & theirs), spurious=len(ours - theirs), missed=len(theirs - ours)
                )
    for label, count in counts.items():
        right, found, wanted = (
            count["right"],
            count["right"] + count["spurious"],
            count["right"] + count["missed"],
        )
        precision, recall = right / max(1, found), right / max(1, wanted)
        print(f"{label:8} P {precision:.3f} ({right}/{found})  R {recall:.3f} ({right}/{wanted})")
    rate = 1e6 * 1500 * seconds / max(1, characters)
    print(f"         {rate:.0f} µs for 1,500 characters, words met for the first time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", nargs="?", type=Path, default=Path("raw"))
    parser.add_argument("--half", choices=("tuned", "held-out", "all"), default="held-out")
    options = parser.parse_args()
    paths = sorted(options.raw.glob("*.marked.txt"))
    paths = [path for path in paths if options.half in ("all", half(path))]
    names = matcher(name_lists())
    print(f"{len(paths)} articles, {options.half}")
    measure(paths, lambda text: set(spans_of_text(text)), PATTERNS)
    measure(paths, lambda text: {span[:3] for span in names([text]).lists(1)[0]}, NAMES)


if __name__ == "__main__":
    main()
