"""What the annotators say of a gold text, over the gold's own offsets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import regex

from corpus_builder.annotators import annotators_for, combine
from corpus_builder.config import Config
from corpus_builder.evaluation.cases import Case, GoldText, Labelled, Range
from corpus_builder.evaluation.reading import BETWEEN, seen
from corpus_builder.model import BLOCK_KINDS, Article, Document, OffsetMap, Rejected, SpanLayer
from corpus_builder.pipeline.texts import annotate_many

_BATCH = 256
_PARAGRAPH = BLOCK_KINDS.index("paragraph")
_MARKS = r"[\p{M}\u0640]*"
_PARTICLES = regex.compile(rf"(?:[وف]{_MARKS})?(?:[بلك]{_MARKS})?")
_EDGE_MARKS = regex.compile(r"[\p{P}\p{S}\s]*")


def predicted(golds: Sequence[tuple[GoldText, Article | None]], config: Config) -> Iterator[Case | Rejected]:
    """The gold texts with the sentences and entities that the configured annotators give, in order.

    An article goes through the whole pipeline as if it had no gold. Texts whose sentences are given go to the
    annotators alone. What cannot be annotated comes out as a `Rejected`.
    """
    pending = iter(golds)
    while batch := list(islice(pending, _BATCH)):
        given = iter(_given([gold for gold, _article in batch if gold.given], config))
        found = _from_pipeline([pair for pair in batch if not pair[0].given], config)
        for gold, _article in batch:
            yield next(given) if gold.given else next(found)


def _from_pipeline(
    batch: Sequence[tuple[GoldText, Article | None]], config: Config
) -> Iterator[Case | Rejected]:
    articles = [
        article._replace(gold=None) if article else Article(gold.name, "", gold.text, gold.language)
        for gold, article in batch
    ]
    asked = [gold.entities is not None for gold, _article in batch]
    names, none = (
        annotate_many([a for a, wanted in zip(articles, asked, strict=True) if wanted is which], config=used)
        for which, used in ((True, config), (False, config._replace(annotate=())))
    )
    for (gold, _article), wanted in zip(batch, asked, strict=True):
        made = next(names if wanted else none)
        yield made if isinstance(made, Rejected) else _case(gold, made)


def _case(gold: GoldText, document: Document) -> Case:
    article = document.article
    shift = {"title": 0, "text": len(article.title) + len(BETWEEN) if article.title else 0}

    def raw(start: int, end: int) -> Range | None:
        place = document.offsets.span_to_raw(start, end)
        return place and seen(gold.text, place[1] + shift[place[0]], place[2] + shift[place[0]])

    sentences = [raw(s.start, s.end) for s in document.sentences]
    entities = [(raw(e.start, e.end), e) for e in document.entities]
    return Case(
        gold,
        tuple(place for place in sentences if place),
        tuple(Labelled(*place, e.label, e.score) for place, e in entities if place),
    )


def _given(golds: Sequence[GoldText], config: Config) -> list[Case]:
    if not golds:
        return []
    documents = [_document(gold) for gold in golds]
    annotators = annotators_for(config)
    names = tuple(name for name, _annotator in annotators)
    found = [annotator(documents) for _name, annotator in annotators]
    cases = []
    for gold, (combined, _crossed) in zip(
        golds, combine(documents, found, config.labels, names, config.min_score), strict=True
    ):
        told = [Labelled(e.start, e.end, e.label, e.score) for e in combined.entities]
        cases.append(Case(_trimmed(gold), gold.sentences or (), tuple(_on_tokens(gold, told))))
    return cases


def _document(gold: GoldText) -> Document:
    starts, ends = (tuple(side) for side in zip(*(gold.sentences or ()), strict=True))
    layer = SpanLayer(starts, ends, (_PARAGRAPH,) * len(starts))
    size = (len(gold.text),)
    offsets = OffsetMap((1,), (0,), size, (0,), size)
    return Document(Article(gold.name, "", gold.text, gold.language), gold.text, offsets, layer, (), layer)


def _trimmed(gold: GoldText) -> GoldText:
    """Token gold without the marks glued to a name's first and last token, which no span of ours holds."""
    entities = []
    for span in gold.entities or ():
        start, end = marks_off(gold.text, span.start, span.end)
        entities.append(replace(span, start=start, end=end))
    return replace(gold, entities=tuple(entities))


def marks_off(text: str, start: int, end: int) -> Range:
    """The range without punctuation and symbols at its ends; as it is where it holds nothing else."""
    before = _EDGE_MARKS.match(text, start, end)
    first = before.end() if before else start
    last = end
    while last > first and _EDGE_MARKS.fullmatch(text, last - 1, last):
        last -= 1
    return (first, last) if first < last else (start, end)


def _on_tokens(gold: GoldText, spans: Sequence[Labelled]) -> Iterator[Labelled]:
    """The spans, each widened by the particles and marks that its first token has before it and its last token after it.

    Token gold leaves و ف ب ل ك inside a name, as it leaves marks; both sides lose the marks, so that what is left to
    differ is the name.
    """
    starts = {place: start for start, end in gold.tokens or () for place in range(start, end)}
    ends = {place: end for start, end in gold.tokens or () for place in range(start, end)}
    for span in spans:
        token_start = starts.get(span.start, span.start)
        first, _last = marks_off(gold.text, token_start, ends.get(span.start, span.end))
        start, end = marks_off(gold.text, span.start, span.end)
        if first < start and _PARTICLES.fullmatch(gold.text, first, start):
            start = first
        yield replace(span, start=start, end=end)
