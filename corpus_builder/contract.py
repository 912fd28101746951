"""The promises that every document keeps, checked on each one before it is written.

``text[start:end]`` is not empty and neither begins nor ends in white space or inside a grapheme; blocks and sentences are ordered and
disjoint; sentences cover every character that is not white space; each entity lies inside one sentence and carries a registered
label and a score in [0, 1]; entities nest and never cross; and offsets lead to the raw article and back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import FIELDS, Document, Problem
from corpus_builder.problems import problem

if TYPE_CHECKING:
    from corpus_builder.layer_columns import Layers


def check(document: Document) -> list[Problem]:
    """Every promise that this document breaks; an empty list for a sound one."""
    return [
        problem("contract-broken", detail, document.article.origin, document.article.id)
        for detail in _faults(document)
    ]


def check_many(documents: Sequence[Document], layers: Layers | None = None) -> list[list[Problem]]:
    """`check` of each document of a batch. Nearly all are sound, which a few passes over whole columns show.

    ``layers`` are those of the documents, where they are at hand.
    """
    from corpus_builder.contract_columns import surely_sound

    return [
        [] if sound else check(document)
        for document, sound in zip(documents, surely_sound(documents, layers), strict=True)
    ]


def _faults(document: Document) -> Iterator[str]:
    text = document.text
    blocks, sentences, entities = document.block_layer, document.sentence_layer, document.entity_layer
    yield from _cover_faults(text, "block", blocks.starts, blocks.ends)
    yield from _cover_faults(text, "sentence", sentences.starts, sentences.ends)
    for start, end, kind in zip(sentences.starts, sentences.ends, sentences.kinds, strict=True):
        i = bisect_right(blocks.starts, start) - 1
        if i < 0 or end > blocks.ends[i] or kind != blocks.kinds[i]:
            yield f"The sentence [{start}, {end}) does not lie in a block of its kind"
    open_ends: list[int] = []
    before = (-1, 0)
    for start, end, label, annotator, score in zip(
        entities.starts, entities.ends, entities.labels, entities.annotators, entities.scores, strict=True
    ):
        name = f"The entity [{start}, {end})"
        yield from _edge_faults(text, "entity", start, end)
        if (start, -end) <= before:
            yield f"{name} stands out of order or twice"
        before = (start, -end)
        i = bisect_right(sentences.starts, start) - 1
        if i < 0 or end > sentences.ends[i]:
            yield f"{name} does not lie inside one sentence"
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        if open_ends and end > open_ends[-1]:
            yield f"{name} crosses another"
        open_ends.append(end)
        if not 0 <= label < len(document.label_names):
            yield f"{name} has no registered label"
        if not 0 <= annotator < len(document.annotator_names):
            yield f"{name} has no registered annotator"
        if not 0.0 <= score <= 1.0:
            yield f"{name} has the score {score}, which is no probability"
        mapped = document.offsets.span_to_raw(start, end)
        if mapped is None:
            yield f"{name} comes from no raw text"
        elif document.offsets.span_to_clean(*mapped) != (start, end):
            yield f"{name} does not come back from the raw article"
    yield from _map_faults(document)


def _cover_faults(text: str, name: str, starts: tuple[int, ...], ends: tuple[int, ...]) -> Iterator[str]:
    position = 0
    for start, end in zip(starts, ends, strict=True):
        yield from _edge_faults(text, name, start, end)
        if start < position:
            yield f"The {name} [{start}, {end}) overlaps the one before"
        elif start > position and not text[position:start].isspace():
            yield f"The text at [{position}, {start}) is in no {name}"
        position = end
    if position < len(text) and not text[position:].isspace():
        yield f"The text from {position} on is in no {name}"


def _edge_faults(text: str, name: str, start: int, end: int) -> Iterable[str]:
    if 0 <= start < end <= len(text):
        first, last = text[start], text[end - 1]
        if not (
            first.isspace() or last.isspace() or inside_grapheme(text, start) or inside_grapheme(text, end)
        ):
            return ()
    return _named_edge_faults(text, name, start, end)


def _named_edge_faults(text: str, kind: str, start: int, end: int) -> Iterator[str]:
    name = f"The {kind} [{start}, {end})"
    if not 0 <= start < end <= len(text):
        yield f"{name} is empty or reaches out of the text"
    elif text[start].isspace() or text[end - 1].isspace():
        yield f"{name} begins or ends in white space"
    elif inside_grapheme(text, start) or inside_grapheme(text, end):
        yield f"{name} cuts a grapheme"


def _map_faults(document: Document) -> Iterator[str]:
    offsets, article = document.offsets, document.article
    raw = (article.title, article.text)
    before = (0, 0, 0)
    for number, raw_start, raw_end, start, end in zip(
        offsets.fields,
        offsets.raw_starts,
        offsets.raw_ends,
        offsets.clean_starts,
        offsets.clean_ends,
        strict=True,
    ):
        if (number, raw_start) < before[:2] or start < before[2] or not (raw_start < raw_end and start < end):
            yield f"The offset map runs backwards at [{start}, {end})"
        if raw_end > len(raw[number]) or end > len(document.text):
            yield f"The offset map leaves the {FIELDS[number]} at [{raw_start}, {raw_end})"
        before = (number, raw_end, end)
