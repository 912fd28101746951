"""Annotation records become `Gold`, after every check that a span over a raw article can fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import FIELDS, Article, Gold, GoldSpan, Origin, Problem
from corpus_builder.problems import problem
from corpus_builder.schemas import fast, violations

#: Gives the place in its file of what a path (keys, indices) leads to; the span that lies there, if any.
Place = Callable[[Sequence[str | int], Mapping[str, Any] | None], Origin]
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Placed:
    """A span and where it stands in its file."""

    span: GoldSpan
    layer: str
    index: int
    origin: Callable[[], Origin]


def gold_of(
    record: object,
    article: Article,
    labels: Sequence[str],
    origin: Origin,
    place: Place | None = None,
) -> Gold | list[Problem]:
    """The gold annotations that ``record`` holds for ``article``, or everything that is wrong with them.

    Offsets count code points of the raw field. ``place`` finds a span in the file; without it, problems
    carry ``origin``.
    """
    if not isinstance(record, dict) or not fast("annotation").is_valid(record):
        return [
            problem(found.code, found.message, place(found.path, None) if place else origin, article.id)
            for found in violations("annotation", record)
        ]
    texts = {"title": article.title, "text": article.text}
    problems = list(_field_problems(record, article, texts, origin))
    if problems:
        return problems
    layers = {
        layer: list(_placed(record, layer, key, origin, place))
        for layer, key in (("blocks", "kind"), ("sentences", ""), ("entities", "label"))
    }
    complete = record.get("complete", {})
    complete_layers = frozenset(complete.get("layers", ()))
    complete_labels = frozenset(labels if "entities" in complete_layers else complete.get("labels", ()))
    for found_layer in layers.values():
        for placed in found_layer:
            problems.extend(_span_problems(placed, texts[placed.span.field], article.id))
    problems.extend(_label_problems(layers["entities"], complete_labels, labels, article.id, origin))
    if not problems:
        problems.extend(_relations(layers, complete_layers, texts, article.id))
    if problems:
        return problems
    blocks, sentences, entities = (
        tuple(placed.span for placed in sorted(found_layer, key=_order)) for found_layer in layers.values()
    )
    annotator = record.get("annotator") or "gold"
    return Gold(blocks, sentences, entities, complete_layers, complete_labels, annotator, origin)


def _field_problems(
    record: Mapping[str, Any], article: Article, texts: Mapping[str, str], origin: Origin
) -> Iterator[Problem]:
    if record["article_id"] != article.id:
        detail = f"The annotation names the article {record['article_id']!r:.{_SHOWN}}"
        yield problem("annotation-invalid", detail, origin, article.id)
    for name, digest in record["fields"].items():
        if hashlib.sha256(texts[name].encode("utf-8")).hexdigest() != digest["sha256"]:
            yield problem("annotation-digest", f"The {name} is not the one annotated", origin, article.id)
    for layer in ("blocks", "sentences", "entities"):
        fields = {span["field"] for span in record.get(layer, ())} - record["fields"].keys()
        for name in sorted(fields):
            detail = f"Spans in {layer} refer to the {name}, and fields holds no digest of it"
            yield problem("annotation-invalid", detail, origin, article.id)


def _placed(
    record: Mapping[str, Any], layer: str, key: str, origin: Origin, place: Place | None
) -> Iterator[_Placed]:
    for index, span in enumerate(record.get(layer, ())):
        made = GoldSpan(
            int(span["start"]),
            int(span["end"]),
            span["field"],
            span[key] if key else "",
            span.get("text", ""),
        )

        def where(index: int = index, span: Mapping[str, Any] = span) -> Origin:
            return place([layer, index], span) if place else origin

        yield _Placed(made, layer, index, where)


def _order(placed: _Placed) -> tuple[int, int, int]:
    span = placed.span
    return FIELDS.index(span.field), span.start, -span.end


def _named(placed: _Placed) -> str:
    span = placed.span
    value = f" {span.value}" if span.value else ""
    return f"{placed.layer}[{placed.index}]{value} {span.field}[{span.start}:{span.end}]"


def _span_problems(placed: _Placed, text: str, article_id: str) -> Iterator[Problem]:
    span = placed.span
    start, end = span.start, span.end
    if not start < end <= len(text):
        detail = f"{_named(placed)} does not lie in the field's {len(text)} code points"
        yield problem("annotation-range", detail, placed.origin(), article_id)
        return
    quoted = text[start:end]
    if span.text and span.text != quoted:
        detail = f"{_named(placed)} quotes {span.text[:_SHOWN]!r}, and the field has {quoted[:_SHOWN]!r}"
        yield problem("annotation-text", detail, placed.origin(), article_id)
        return
    if quoted[0].isspace() or quoted[-1].isspace():
        detail = f"{_named(placed)} begins or ends in white space"
        yield problem("annotation-edge", detail, placed.origin(), article_id)
    elif inside_grapheme(text, start) or inside_grapheme(text, end):
        detail = f"{_named(placed)} cuts a character from its marks"
        yield problem("annotation-edge", detail, placed.origin(), article_id)


def _label_problems(
    entities: Sequence[_Placed],
    complete: frozenset[str],
    labels: Sequence[str],
    article_id: str,
    origin: Origin,
) -> Iterator[Problem]:
    for placed in entities:
        if placed.span.value not in labels:
            detail = f"{_named(placed)}: the labels are {', '.join(labels)}"
            yield problem("annotation-label", detail, placed.origin(), article_id)
    for label in sorted(complete.difference(labels)):
        detail = f"complete names {label}: the labels are {', '.join(labels)}"
        yield problem("annotation-label", detail, origin, article_id)


def _relations(
    layers: Mapping[str, Sequence[_Placed]],
    complete: frozenset[str],
    texts: Mapping[str, str],
    article_id: str,
) -> Iterator[Problem]:
    """What is wrong between spans that are right each by itself."""
    ordered = {layer: sorted(placed, key=_order) for layer, placed in layers.items()}
    for layer in ("blocks", "sentences"):
        for before, after in zip(ordered[layer], ordered[layer][1:], strict=False):
            if before.span.field == after.span.field and after.span.start < before.span.end:
                detail = f"{_named(after)} overlaps {_named(before)}"
                yield problem("annotation-cover", detail, after.origin(), article_id)
    yield from _crossings(ordered["entities"], article_id)
    if "sentences" in complete:
        for placed in _outside(ordered["entities"], ordered["sentences"]):
            detail = f"{_named(placed)} lies in no single sentence"
            yield problem("annotation-sentence", detail, placed.origin(), article_id)
        if ordered["blocks"] and "blocks" in complete:
            yield from _cover(ordered["blocks"], ordered["sentences"], texts, article_id)


def _crossings(entities: Sequence[_Placed], article_id: str) -> Iterator[Problem]:
    around: list[_Placed] = []
    for placed in entities:
        span = placed.span
        while around and (around[-1].span.field != span.field or around[-1].span.end <= span.start):
            around.pop()
        if around:
            outer = around[-1].span
            if (outer.start, outer.end) == (span.start, span.end):
                detail = f"{_named(placed)} repeats {_named(around[-1])}"
                yield problem("annotation-repeated", detail, placed.origin(), article_id)
                continue
            if span.end > outer.end:
                detail = f"{_named(placed)} crosses {_named(around[-1])}"
                yield problem("annotation-crossing", detail, placed.origin(), article_id)
                continue
        around.append(placed)


def _outside(inner: Sequence[_Placed], outer: Sequence[_Placed]) -> Iterator[_Placed]:
    """The inner spans that lie in none of the disjoint outer ones. Both are in order."""
    last = 0
    for placed in inner:
        field, start, _end = _order(placed)
        while last < len(outer) and (
            FIELDS.index(outer[last].span.field) < field
            or (outer[last].span.field == placed.span.field and outer[last].span.end <= start)
        ):
            last += 1
        around = outer[last].span if last < len(outer) else None
        if (
            around is None
            or around.field != placed.span.field
            or around.start > start
            or placed.span.end > around.end
        ):
            yield placed


def _cover(
    blocks: Sequence[_Placed], sentences: Sequence[_Placed], texts: Mapping[str, str], article_id: str
) -> Iterator[Problem]:
    for placed in _outside(sentences, blocks):
        detail = f"{_named(placed)} lies in no single block"
        yield problem("annotation-cover", detail, placed.origin(), article_id)
    for block in blocks:
        text = texts[block.span.field]
        position = block.span.start
        for sentence in sentences:
            span = sentence.span
            if span.field == block.span.field and block.span.start <= span.start < block.span.end:
                if _has_letters(text[position : span.start]):
                    break
                position = span.end
        if _has_letters(text[position : block.span.end]):
            detail = f"{_named(block)} holds text from {position} on that no sentence covers"
            yield problem("annotation-cover", detail, block.origin(), article_id)


def _has_letters(text: str) -> bool:
    """Whether anything in the text is printed: neither white space nor an invisible control."""
    return any(not char.isspace() and char.isprintable() for char in text)
