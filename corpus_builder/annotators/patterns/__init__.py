"""Dates, amounts of money and percentages, by pattern.

docs/patterns.md says what is found and what is not; docs/annotation-guidelines.md, section 7, says what is
right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from corpus_builder.annotators.patterns.finding import found_in
from corpus_builder.annotators.patterns.forms import PIECE
from corpus_builder.annotators.patterns.reading import read_around_triggers
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document

__all__ = ["pattern_spans", "spans_of_text"]

#: Precision of each label as measured on the held-out half of the corpus's own articles (docs/patterns.md).
SCORES = {"DATE": 0.989, "MONEY": 0.993, "PERCENT": 0.995}


def pattern_spans(documents: Sequence[Document]) -> list[list[tuple[int, int, str, float]]]:
    """The ``(start, end, label, score)`` of every DATE, MONEY and PERCENT in each document, in order, none
    over another.

    Offsets count code points of the document's text; the score is the measured precision of the label.
    """
    return [
        [(start, end, label, SCORES[label]) for start, end, label in spans]
        for spans in _spans_of([document.text for document in documents])
    ]


def spans_of_text(text: str) -> list[tuple[int, int, str]]:
    """The ``(start, end, label)`` of every DATE, MONEY and PERCENT in a text, in order, none over another."""
    return next(_spans_of([text]))


def _spans_of(texts: Sequence[str]) -> Iterator[list[tuple[int, int, str]]]:
    """The spans of each text in turn; texts are read together, a space between."""
    low = 0
    while low < len(texts):
        size, stop = len(texts[low]), low + 1
        while stop < len(texts) and size + 1 + len(texts[stop]) <= PIECE:
            size += 1 + len(texts[stop])
            stop += 1
        together = " ".join(texts[low:stop])
        reading = read_around_triggers(together)
        edges = [0, *accumulate(len(text) + 1 for text in texts[low:stop])]
        spans = iter(found_in(together, reading, reading.starts.searchsorted(edges).tolist()))
        span = next(spans, None)
        for text, base, edge in zip(texts[low:stop], edges, edges[1:], strict=False):
            found = []
            while span is not None and span[0] < edge:
                start, end, label = span[0] - base, span[1] - base, span[2]
                if not (inside_grapheme(text, start) or inside_grapheme(text, end)):
                    found.append((start, end, label))
                span = next(spans, None)
            yield found
        low = stop
