"""How well does cleaning tell the news from the furniture? The gold blocks of raw/ against what the rules find.

    python benchmarks/blocks.py [train|validation|test]

Prints, in percent, F1 (precision / recall) of the visible characters of the text that are left out and of the blocks
with their exact edges and kind, and the share of the kept characters that lie in a block of the right kind. The rules
were written while looking at the articles of train.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from corpus_builder.cleaning import clean, load_rules
from corpus_builder.model import Article, Origin
from corpus_builder.readers.marked import parse_marked

ROOT = Path(__file__).parent.parent
Block = tuple[int, int, str]
"""Start and end in the raw text (code points), kind."""


def blocks(path: Path) -> tuple[str, set[Block], set[Block]]:
    """The raw text of an article, its gold blocks and those that the rules find."""
    record, gold, _problems = parse_marked(path.read_text(encoding="utf-8"), Origin(str(path)))
    text = str(record["text"])
    document = clean(Article(path.stem, str(record["title"]), text, "ar"), load_rules())
    wanted = {(b["start"], b["end"], b["kind"]) for b in gold["blocks"] if b["field"] == "text"}  # type: ignore[attr-defined]
    found = set()
    for block in document.blocks:
        place = document.offsets.span_to_raw(block.start, block.end)
        if place is not None and place[0] == "text":
            found.add((place[1], place[2], block.kind))
    return text, wanted, found


def kinds(found: Iterable[Block]) -> dict[int, str]:
    """The kind of the block that each character lies in."""
    return {i: kind for start, end, kind in found for i in range(start, end)}


def f1(right: int, spurious: int, missed: int) -> str:
    return (
        f"{200 * right / max(1, 2 * right + spurious + missed):.1f} "
        f"({100 * right / max(1, right + spurious):.1f} / {100 * right / max(1, right + missed):.1f})"
    )


def main(split: str = "train") -> None:
    rows = [line.split("\t") for line in (ROOT / "splits.tsv").read_text(encoding="utf-8").splitlines()]
    count: Counter[str] = Counter()
    for name in sorted(row[0] for row in rows if row[1] == split):
        text, wanted, found = blocks(ROOT / "raw" / f"{name}.marked.txt")
        count.update(right=len(wanted & found), spurious=len(found - wanted), missed=len(wanted - found))
        gold, ours = kinds(wanted), kinds(found)
        for i, char in enumerate(text):
            if not char.isspace():
                count[f"{'kept' if i in gold else 'drop'} {'kept' if i in ours else 'drop'}"] += 1
                count["kind"] += i in gold and gold[i] == ours.get(i)
    print(f"left out      {f1(count['drop drop'], count['kept drop'], count['drop kept'])}")
    print(f"exact blocks  {f1(count['right'], count['spurious'], count['missed'])}")
    print(f"right kind    {100 * count['kind'] / max(1, count['kept kept']):.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
