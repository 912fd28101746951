"""The promises that every document keeps, checked on each one before it is written.

``text[start:end]`` is not empty and neither begins nor ends in white space or inside a grapheme; blocks and sentences are ordered and
disjoint; sentences cover every character that is not white space; each entity lies inside one sentence and carries a registered
label and a score in [0, 1]; entities nest and never cross; and offsets lead to the raw article and back.

Nearly every document is sound, so a few passes over whole columns say so first; only what they doubt is gone through span by span.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import lt

from corpus_builder.graphemes import inside_grapheme, may_join
from corpus_builder.model import FIELDS, Document, EntityLayer, OffsetMap, Problem, SpanLayer
from corpus_builder.problems import problem


def check(document: Document) -> list[Problem]:
    """Every promise that this document breaks; an empty list for a sound one."""
    if _is_surely_sound(document):
        return []
    return [
        problem("contract-broken", detail, document.article.origin, document.article.id)
        for detail in _faults(document)
    ]


def _is_surely_sound(document: Document) -> bool:
    """Whether whole columns show that every promise is kept. False says nothing: a mark at an edge is enough for it."""
    text = document.text
    blocks, sentences, entities = document.block_layer, document.sentence_layer, document.entity_layer
    return (
        _covers(text, blocks.starts, blocks.ends)
        and _covers(text, sentences.starts, sentences.ends)
        and _is_in_blocks(sentences, blocks)
        and _is_nested(entities, sentences)
        and _has_clear_edges(
            text,
            {*blocks.starts, *sentences.starts, *entities.starts},
            {*blocks.ends, *sentences.ends, *entities.ends},
        )
        and min(entities.labels, default=0) >= 0
        and max(entities.labels, default=-1) < len(document.label_names)
        and min(entities.annotators, default=0) >= 0
        and max(entities.annotators, default=-1) < len(document.annotator_names)
        and all(0.0 <= score <= 1.0 for score in set(entities.scores))
        and _is_map(document.offsets, document)
        and _is_mapped(document.offsets, entities)
    )


def _is_ordered(starts: Sequence[int], ends: Sequence[int], length: int) -> bool:
    """Whether spans are not empty, disjoint, in order and inside ``[0, length]``."""
    edges = list(chain.from_iterable(zip(starts, ends, strict=True)))
    return not edges or (
        edges[0] >= 0 and edges[-1] <= length and all(map(lt, starts, ends)) and edges == sorted(edges)
    )


def _covers(text: str, starts: Sequence[int], ends: Sequence[int]) -> bool:
    if not starts or not _is_ordered(starts, ends, len(text)):
        return False
    gaps = "".join(map(text.__getitem__, map(slice, (0, *ends), (*starts, len(text)))))
    return not gaps or gaps.isspace()


def _has_clear_edges(text: str, starts: set[int], ends: set[int]) -> bool:
    """Whether spans inside the text have no white space at their ends and no mark on either side of them."""
    inner = "".join(map(text.__getitem__, chain(starts, [end - 1 for end in ends])))
    outer = "".join(map(text.__getitem__, chain([s - 1 for s in starts if s], ends - {len(text)})))
    return inner.split() == [inner] and not may_join(inner + outer)


def _is_in_blocks(sentences: SpanLayer, blocks: SpanLayer) -> bool:
    """Whether each of these sentences, which are in order, lies in a block of its kind."""
    i = 0
    last = len(blocks.starts) - 1
    for start, end, kind in zip(sentences.starts, sentences.ends, sentences.kinds, strict=True):
        while i < last and blocks.starts[i + 1] <= start:
            i += 1
        if end > blocks.ends[i] or kind != blocks.kinds[i] or start < blocks.starts[i]:
            return False
    return True


def _is_nested(entities: EntityLayer, sentences: SpanLayer) -> bool:
    """Whether entities are in order, each in one sentence, none across another."""
    starts, ends = sentences.starts, sentences.ends
    i = 0
    last = len(starts) - 1
    before, before_end = -1, 0
    around: list[int] = []
    for start, end in zip(entities.starts, entities.ends, strict=True):
        if start >= end or start < before or (start == before and end >= before_end):
            return False
        while i < last and starts[i + 1] <= start:
            i += 1
        if end > ends[i] or start < starts[i]:
            return False
        if start < before_end or around:
            around.append(before_end)
            while around and around[-1] <= start:
                around.pop()
            if around and end > around[-1]:
                return False
        before, before_end = start, end
    return True


def _is_map(offsets: OffsetMap, document: Document) -> bool:
    fields = offsets.fields
    if not fields or not _is_ordered(offsets.clean_starts, offsets.clean_ends, len(document.text)):
        return False
    body = bisect_right(fields, 0)
    return (
        list(fields) == [0] * body + [1] * (len(fields) - body)
        and _is_ordered(offsets.raw_starts[:body], offsets.raw_ends[:body], len(document.article.title))
        and _is_ordered(offsets.raw_starts[body:], offsets.raw_ends[body:], len(document.article.text))
    )


def _is_mapped(offsets: OffsetMap, entities: EntityLayer) -> bool:
    """Whether each entity lies in a stretch of a sound map where raw and clean offsets run side by side."""
    clean_starts, clean_ends = offsets.clean_starts, offsets.clean_ends
    i = 0
    last = len(clean_starts) - 1
    inside = -1
    for start, end in zip(entities.starts, entities.ends, strict=True):
        while i < last and clean_ends[i] <= start:
            i += 1
        if start < clean_starts[i] or end > clean_ends[i]:
            return False
        if i != inside:
            if clean_ends[i] - clean_starts[i] != offsets.raw_ends[i] - offsets.raw_starts[i]:
                return False
            inside = i
    return True


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
