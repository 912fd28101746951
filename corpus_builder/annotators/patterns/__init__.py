"""Dates, amounts of money and percentages, by pattern.

docs/patterns.md says what is found and what is not; docs/annotation-guidelines.md, section 7, says what is
right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from corpus_builder.annotators.patterns.finding import LABELS, found_in
from corpus_builder.annotators.patterns.forms import PIECE
from corpus_builder.annotators.patterns.reading import read_around_triggers
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document

__all__ = ["pattern_spans", "spans_of_text"]

#: Precision of each label as measured on the held-out half of the corpus's own articles (docs/patterns.md).
SCORES = {"DATE": 0.989, "MONEY": 0.993, "PERCENT": 0.995}
_SCORES_OF_LABELS = [SCORES[label] for label in LABELS]


def pattern_spans(documents: Sequence[Document]) -> list[list[tuple[int, int, str, float]]]:
    """The ``(start, end, label, score)`` of every DATE, MONEY and PERCENT in each document, in order, none
    over another.

    Offsets count code points of the document's text; the score is the measured precision of the label.
    """
    return list(_spans_of([document.text for document in documents]))


def spans_of_text(text: str) -> list[tuple[int, int, str]]:
    """The ``(start, end, label)`` of every DATE, MONEY and PERCENT in a text, in order, none over another."""
    return [span[:3] for span in next(_spans_of([text]))]


def _spans_of(texts: Sequence[str]) -> Iterator[list[tuple[int, int, str, float]]]:
    """The spans of each text in turn; texts are read together, a space between."""
    low = 0
    while low < len(texts):
        size, stop = len(texts[low]), low + 1
        while stop < len(texts) and size + 1 + len(texts[stop]) <= PIECE:
            size += 1 + len(texts[stop])
            stop += 1
        yield from _spans_of_piece(texts[low:stop])
        low = stop


def _spans_of_piece(texts: Sequence[str]) -> Iterator[list[tuple[int, int, str, float]]]:
    together = " ".join(texts)
    reading = read_around_triggers(together)
    edges = np.array([0, *accumulate(len(text) + 1 for text in texts)])
    found = found_in(together, reading, reading.starts.searchsorted(edges).tolist())
    of_text = edges.searchsorted(found.starts, "right") - 1
    starts, ends = found.starts - edges[of_text], found.ends - edges[of_text]
    whole = np.ones(len(starts), np.bool_)
    for place in np.flatnonzero(found.doubtful).tolist():
        text, start, end = texts[of_text[place]], int(starts[place]), int(ends[place])
        whole[place] = not (inside_grapheme(text, start) or inside_grapheme(text, end))
    labels = found.labels[whole].tolist()
    spans = list(
        zip(
            starts[whole].tolist(),
            ends[whole].tolist(),
            map(LABELS.__getitem__, labels),
            map(_SCORES_OF_LABELS.__getitem__, labels),
            strict=True,
        )
    )
    cuts = of_text[whole].searchsorted(np.arange(len(texts) + 1)).tolist()
    for first, last in pairwise(cuts):
        yield spans[first:last]
