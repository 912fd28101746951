"""Dates, amounts of money and percentages, by pattern.

docs/patterns.md says what is found and what is not; docs/annotation-guidelines.md, section 7, says what is
right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from corpus_builder.annotators.found import Columns, Found, joined
from corpus_builder.annotators.patterns.finding import LABELS, found_in
from corpus_builder.annotators.patterns.forms import PIECE
from corpus_builder.annotators.patterns.reading import read_around_triggers
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document

__all__ = ["pattern_columns", "pattern_spans", "spans_of_text"]

#: Precision of each label as measured on the held-out half of the corpus's own articles (docs/patterns.md).
SCORES = {"DATE": 0.989, "MONEY": 0.993, "PERCENT": 0.995}
_SCORES_OF_LABELS = np.array([SCORES[label] for label in LABELS])


def pattern_columns(documents: Sequence[Document]) -> Columns:
    """Every DATE, MONEY and PERCENT in each document, in order, none over another; the score is the measured precision of the
    label."""
    return _columns_of([document.text for document in documents])


def pattern_spans(documents: Sequence[Document]) -> list[list[Found]]:
    """The same as ``(start, end, label, score)``, a list for each document."""
    return pattern_columns(documents).lists(len(documents))


def spans_of_text(text: str) -> list[tuple[int, int, str]]:
    """The ``(start, end, label)`` of every DATE, MONEY and PERCENT in a text, in order, none over another."""
    [spans] = _columns_of([text]).lists(1)
    return [span[:3] for span in spans]


def _columns_of(texts: Sequence[str]) -> Columns:
    """The spans of texts; they are read together, a space between."""
    parts = []
    low = 0
    while low < len(texts):
        size, stop = len(texts[low]), low + 1
        while stop < len(texts) and size + 1 + len(texts[stop]) <= PIECE:
            size += 1 + len(texts[stop])
            stop += 1
        parts.append((low, _columns_of_piece(texts[low:stop])))
        low = stop
    return joined(parts, LABELS)


def _columns_of_piece(texts: Sequence[str]) -> Columns:
    together = " ".join(texts)
    reading = read_around_triggers(together)
    edges = np.array([0, *accumulate(len(text) + 1 for text in texts)])
    found = found_in(together, reading, reading.starts.searchsorted(edges).tolist())
    owners = edges.searchsorted(found.starts, "right") - 1
    base = edges.take(owners)
    starts, ends = found.starts - base, found.ends - base
    whole = np.ones(len(starts), np.bool_)
    for place in np.flatnonzero(found.doubtful).tolist():
        text, start, end = texts[owners[place]], int(starts[place]), int(ends[place])
        whole[place] = not (inside_grapheme(text, start) or inside_grapheme(text, end))
    labels = found.labels[whole].astype(np.int64)
    return Columns(owners[whole], starts[whole], ends[whole], labels, LABELS, _SCORES_OF_LABELS.take(labels))
