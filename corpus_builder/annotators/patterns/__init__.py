"""Dates, amounts of money and percentages, by pattern.

docs/patterns.md says what is found and what is not; docs/annotation-guidelines.md, section 7, says what is
right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from corpus_builder.annotators.patterns.finding import found_in
from corpus_builder.annotators.patterns.words import TRIGGERS, classes_of
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
    return [[(*span, SCORES[span[2]]) for span in spans_of_text(document.text)] for document in documents]


def spans_of_text(text: str) -> list[tuple[int, int, str]]:
    """The ``(start, end, label)`` of every DATE, MONEY and PERCENT in a text, in order, none over another."""
    chunks = text.replace("\n\n", "\n ").split(" ")
    letters = list(map(classes_of, chunks))
    classes = "".join(letters)
    if TRIGGERS.search(classes) is None:
        return []
    lengths = list(accumulate(map(len, chunks), initial=0))
    found = found_in(text, chunks, classes, lengths, list(accumulate(map(len, letters), initial=0)))
    return [span for span in found if not (inside_grapheme(text, span[0]) or inside_grapheme(text, span[1]))]
