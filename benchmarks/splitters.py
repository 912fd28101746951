"""Sentence splitters side by side: speed, and boundary F1 where gold is given.

    python benchmarks/splitters.py [GOLD…] [--folds 5]

GOLD is what ``corpus_builder.splitters.training`` reads. Without it only speed is measured, on made-up news.
With ``--folds`` our splitter's heading model is trained anew for each fold on the other folds' documents of
all gold files, wire copies of an article in one fold, so that no document is scored by weights that saw it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from corpus_builder.splitters import headings, split_blocks
from corpus_builder.splitters.training import GoldDocument, boundary_counts, glue, read_gold, train

Ends = Callable[[str], list[int]]
"""A text in, the end offsets of its sentences out, in code points."""

SENTENCE = "وقال المدير إن العمل مستمر منذ عام 2020، وإن كلفته بلغت 3.5 ملايين دينار حتى نهاية الشهر الماضي. "
NEWS = ("مشروع جديد في المدينة\n" + ((SENTENCE * 3).strip() + "\n") * 8) * 40
LAYOUTS = (("line breaks kept", "\n"), ("line breaks lost", " "))
REPEATS = 5


def our_ends(text: str) -> list[int]:
    """Our splitter as a document goes through it: a block a line."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    return [end for _, end in split_blocks(text, lines)]


def naive_ends(text: str) -> list[int]:
    """A mark, its closers, white space; or a line break."""
    return [match.end() for match in re.finditer(r"[.!؟?]+[\"”»)]*(?=\s)|\S(?=\s*\n)", text)]


def pysbd_ends() -> Ends:
    """pysbd with its Arabic rules."""
    import pysbd  # type: ignore[import-untyped]

    segmenter = pysbd.Segmenter(language="ar", clean=False, char_span=True)
    return lambda text: [span.end for span in segmenter.segment(text)]


def sentencex_ends() -> Ends:
    """sentencex with its Arabic rules."""
    import sentencex

    return lambda text: [found["end_index"] for found in sentencex.get_sentence_boundaries("ar", text)]


def spacy_ends() -> Ends:
    """spaCy's sentencizer over its blank Arabic pipeline; a line break ends a sentence."""
    import spacy

    pipeline = spacy.blank("ar")
    pipeline.add_pipe("sentencizer", config={"punct_chars": [".", "!", "؟", "?", "\n"]})
    pipeline.max_length = 10**9
    return lambda text: [sentence.end_char for sentence in pipeline(text).sents]


def splitters() -> Iterator[tuple[str, Ends]]:
    """Yield the name of each splitter at hand with what it does."""
    yield "corpus-builder", our_ends
    yield "regular expression", naive_ends
    for package, make in (("sentencex", sentencex_ends), ("pysbd", pysbd_ends), ("spacy", spacy_ends)):
        if find_spec(package) is None:
            print(f"{package} is not here: install with pip install {package}", file=sys.stderr)
        else:
            yield package, make()


def megabytes_a_second(ends: Ends, documents: Sequence[str]) -> float:
    """The best of a few runs over all documents, UTF-8 bytes per second of processor time."""
    best = min(_seconds(ends, documents) for _ in range(REPEATS))
    return sum(len(text.encode()) for text in documents) / best / 1e6


def _seconds(ends: Ends, documents: Sequence[str]) -> float:
    started = time.process_time()
    for text in documents:
        ends(text)
    return time.process_time() - started


def f1(ends: Ends, documents: Sequence[GoldDocument], between_blocks: str) -> tuple[int, int, int]:
    """Right, spurious and missed boundaries over ``documents``."""
    counts = [0, 0, 0]
    for document in documents:
        text, gold = glue(document, between_blocks)
        for index, count in enumerate(boundary_counts(text, gold, ends(text))):
            counts[index] += count
    return counts[0], counts[1], counts[2]


def percent(right: int, spurious: int, missed: int) -> str:
    """F1 with precision and recall, in percent."""
    return (
        f"{200 * right / max(1, 2 * right + spurious + missed):5.1f} "
        f"({100 * right / max(1, right + spurious):.1f} / {100 * right / max(1, right + missed):.1f})"
    )


def cross_validated(gold: dict[str, list[GoldDocument]], folds: int) -> dict[tuple[str, str], str]:
    """Our splitter's scores, each document scored by a heading model that did not see it."""
    counts: dict[tuple[str, str], list[int]] = {}
    shipped = headings.shipped
    for fold in range(folds):
        rest = [
            document
            for documents in gold.values()
            for document in documents
            if _fold(document, folds) != fold
        ]
        made = headings.scorer(train(rest))
        headings.shipped = lambda made=made: made  # type: ignore[assignment]
        for name, documents in gold.items():
            held_out = [document for document in documents if _fold(document, folds) == fold]
            for layout, between in LAYOUTS:
                total = counts.setdefault((name, layout), [0, 0, 0])
                for index, count in enumerate(f1(our_ends, held_out, between)):
                    total[index] += count
    headings.shipped = shipped
    return {key: percent(*total) for key, total in counts.items()}


def _fold(document: GoldDocument, folds: int) -> int:
    story = re.sub(r"(-copy|-live)?\.marked\.txt$", "", document.name)
    return int(hashlib.sha256(story.encode()).hexdigest(), 16) % folds


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args(arguments)
    gold = {str(path): read_gold(path) for path in options.gold}
    texts = [glue(document, "\n")[0] for documents in gold.values() for document in documents] * 3 or [NEWS]
    for name, ends in splitters():
        print(f"{name:20} {megabytes_a_second(ends, texts):7.1f} MB/s")
        for path, documents in gold.items():
            for layout, between in LAYOUTS:
                print(f"    {path:50} {layout}: F1 {percent(*f1(ends, documents, between))}")
    flat = [text.replace("\n", " ") for text in texts]
    print(f"{'corpus-builder, line breaks lost':20} {megabytes_a_second(our_ends, flat):7.1f} MB/s")
    if options.folds:
        print(f"corpus-builder, heading model cross-validated in {options.folds} folds")
        for (path, layout), figures in cross_validated(gold, options.folds).items():
            print(f"    {path:50} {layout}: F1 {figures}")


if __name__ == "__main__":
    main()
