"""Gold entities, carried from the raw fields to the cleaned text."""

from __future__ import annotations

from collections.abc import Sequence

from corpus_builder.model import Document, Problem
from corpus_builder.problems import problem


def gold_spans(documents: Sequence[Document]) -> list[list[tuple[int, int, str, float]]]:
    """The gold entities of each document; one in a dropped part is left out here and told by `gold_faults`."""
    batch = []
    for document in documents:
        gold = document.article.gold
        spans = []
        for entity in gold.entities if gold else ():
            clean = document.offsets.span_to_clean(entity.field, entity.start, entity.end)
            if clean is not None:
                spans.append((*clean, entity.value, 1.0))
        batch.append(spans)
    return batch


def gold_faults(document: Document) -> list[Problem]:
    """Gold entities and sentences that cleaning left no text for."""
    gold = document.article.gold
    if gold is None:
        return []
    return [
        problem(
            "annotation-dropped",
            f"Nothing is left of the span [{span.start}, {span.end}) of the {span.field}",
            gold.origin or document.article.origin,
            document.article.id,
        )
        for span in (*gold.entities, *gold.sentences)
        if document.offsets.span_to_clean(span.field, span.start, span.end) is None
    ]
