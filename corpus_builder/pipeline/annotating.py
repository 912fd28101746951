"""From articles to annotated documents that keep the contract, a batch at a time.

This is the straight line that `corpus_builder.annotate` and every build go through: clean, split into
sentences, annotate, combine, check. An article that fails anywhere becomes a `Rejected`; the rest of its batch goes on.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus_builder.annotators import OWN, Annotator, Columns, Found, annotators_for
from corpus_builder.annotators.combining import combined, gold_is_complete, nonsense
from corpus_builder.annotators.gold import gold_faults
from corpus_builder.cleaning import Rules, clean_many, load_rules
from corpus_builder.config import Config
from corpus_builder.contract import check_many
from corpus_builder.layer_columns import Layers, layers_of
from corpus_builder.model import Article, Document, Origin, Problem, Rejected, SpanLayer
from corpus_builder.problems import problem
from corpus_builder.splitters import sentence_layers

#: What one annotator gave for some documents.
Given = Columns | list[list[Found]]


class Tools(NamedTuple):
    """What a configuration asks for, loaded once per process."""

    rules: Rules
    annotators: tuple[tuple[str, Annotator], ...]
    labels: tuple[str, ...]
    min_score: float
    seconds: float

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _annotator in self.annotators)


class Annotated:
    """What became of a batch: finished documents, their ``layers`` as columns, articles left out, and notes about documents
    that were kept.
    """

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.layers: Layers = layers_of([])
        self.rejected: list[Rejected] = []
        self.notes: list[Problem] = []


def tools_for(config: Config) -> Tools:
    """Load the rules, lists and models that the configuration names. Raises `CorpusError` where one is missing."""
    return Tools(
        load_rules(tuple(config.rule_files())),
        tuple(annotators_for(config)),
        config.labels,
        config.min_score,
        config.limits.article_seconds,
    )


def annotate_articles(articles: Sequence[Article], tools: Tools) -> Annotated:
    """Take a batch of articles all the way to checked documents."""
    batch = Annotated()
    documents = [document for document in clean_many(articles, tools.rules) if _has_text(document, batch)]
    documents = with_sentences(documents)
    found: list[Given] = []
    for name, annotator in tools.annotators:
        documents, found = _annotated_by(name, annotator, documents, found, tools, batch)
    documents, layers, crossed = _put_together(documents, found, tools, batch)
    for document, count in zip(documents, crossed, strict=True):
        if count:
            detail = f"{count} machine spans crossed another span or a sentence boundary"
            batch.notes.append(_problem("annotator-dropped", detail, document))
    documents = [
        document.with_entities(layer, tools.labels, tools.names)
        for document, layer in zip(documents, layers.entities.layers(), strict=True)
    ]
    for document, faults in zip(documents, check_many(documents, layers), strict=True):
        if faults:
            batch.rejected.append(_rejected(document.article, faults))
        else:
            batch.documents.append(document)
    batch.layers = layers if len(batch.documents) == len(documents) else layers_of(batch.documents)
    return batch


def _has_text(document: Document, batch: Annotated) -> bool:
    faults = gold_faults(document)
    if not any(document.block_layer.kinds):
        empty = not document.article.text.strip()
        code = "text-empty" if empty else "text-nothing-left"
        faults.append(
            _problem(code, "No line of the text is left" if not empty else "The text is blank", document)
        )
    if faults:
        batch.rejected.append(_rejected(document.article, faults))
    return not faults


def with_sentences(documents: Sequence[Document]) -> list[Document]:
    """The documents with their sentences: gold ones where gold is complete, else the splitter's, kept whole around gold entities."""
    return [
        document.with_sentences(layer if document.article.gold is None else _by_gold(document, layer))
        for document, layer in zip(documents, sentence_layers(documents), strict=True)
    ]


def _by_gold(document: Document, layer: SpanLayer) -> SpanLayer:
    """The sentences of a document with gold, where ``layer`` holds those that the splitter gives."""
    gold = document.article.gold
    if gold is not None and "sentences" in gold.complete_layers:
        spans = [document.offsets.span_to_clean(s.field, s.start, s.end) for s in gold.sentences]
        sentences = sorted(span for span in spans if span is not None)
    else:
        sentences = _kept_whole(document, list(zip(layer.starts, layer.ends, strict=True)))
    starts, ends = [start for start, _end in sentences], [end for _start, end in sentences]
    blocks = document.block_layer
    kinds = [blocks.kinds[bisect_right(blocks.starts, start) - 1] for start in starts]
    return SpanLayer(tuple(starts), tuple(ends), tuple(kinds))


def _kept_whole(document: Document, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences joined where a boundary falls inside a gold entity."""
    gold = document.article.gold
    if gold is None or not gold.entities:
        return sentences
    spans = [document.offsets.span_to_clean(e.field, e.start, e.end) for e in gold.entities]
    joined: list[tuple[int, int]] = []
    for start, end in sentences:
        if joined and any(span and span[0] < joined[-1][1] and start < span[1] for span in spans):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _annotated_by(
    name: str,
    annotator: Annotator,
    documents: list[Document],
    found: list[Given],
    tools: Tools,
    batch: Annotated,
) -> tuple[list[Document], list[Given]]:
    """Run one annotator over the batch; when it fails, over each article alone, so that only the guilty one is left out.

    ``found`` holds what the annotators before it gave for the documents; what is given back is one longer, and without the documents
    left out.
    """
    asked = [
        number
        for number, document in enumerate(documents)
        if name == "gold" or not gold_is_complete(document.article.gold)
    ]
    given = _guarded(name, annotator, [documents[number] for number in asked], tools.seconds)
    if isinstance(given, Columns):
        return documents, [*found, given.moved(asked)]
    answers = dict(
        zip(asked, _answers(name, annotator, [documents[n] for n in asked], tools, given), strict=True)
    )
    spans: list[list[Found]] = []
    kept: list[int] = []
    for number, document in enumerate(documents):
        answer = answers.get(number, [])
        if isinstance(answer, Problem):
            batch.rejected.append(_rejected(document.article, [answer]))
        else:
            spans.append(answer)
            kept.append(number)
    if len(kept) < len(documents):
        documents, found = [documents[number] for number in kept], _only(found, kept)
    return documents, [*found, spans]


def _only(found: list[Given], kept: Sequence[int]) -> list[Given]:
    """What the annotators gave for some of the documents."""
    return [
        given.only(kept) if isinstance(given, Columns) else [given[number] for number in kept]
        for given in found
    ]


def _answers(
    name: str, annotator: Annotator, documents: Sequence[Document], tools: Tools, spans: Given | Problem
) -> Iterator[list[Found] | Problem]:
    """What the annotator gave for each document: ``spans`` for all, or where it failed what it gives for each alone."""
    if isinstance(spans, Problem):
        if len(documents) == 1:
            yield spans
        else:
            for document in documents:
                alone = _guarded(name, annotator, [document], tools.seconds)
                yield from _answers(name, annotator, [document], tools, alone)
        return
    if isinstance(spans, Columns):
        spans = spans.lists(len(documents))
    labels = frozenset(tools.labels)
    for document, given in zip(documents, spans, strict=True):
        fault = None if name in OWN else nonsense(document, given, labels)
        yield (
            given
            if fault is None
            else _problem("annotator-nonsense", f"The annotator {name} gave a wrong span: {fault}", document)
        )


def _put_together(
    documents: list[Document], found: list[Given], tools: Tools, batch: Annotated
) -> tuple[list[Document], Layers, list[int]]:
    """The documents with their layers, and how many spans each lost; without those whose spans lie over each other in such heaps
    that it takes longer than the limit to tell which stay.
    """
    with contextlib.suppress(_TimeLimit), _time_limit(tools.seconds):
        return (documents, *_combined(documents, found, tools))
    kept = []
    for number, document in enumerate(documents):
        alone = _only(found, [number])
        try:
            with _time_limit(tools.seconds):
                _combined([document], alone, tools)
            kept.append(number)
        except _TimeLimit:
            counts = [len(given.starts if isinstance(given, Columns) else given[0]) for given in alone]
            most = tools.names[counts.index(max(counts))]
            detail = (
                f"Its {sum(counts)} spans, most of them of the annotator {most}, took longer than {tools.seconds:g} seconds"
                " to put together"
            )
            batch.rejected.append(
                _rejected(document.article, [_problem("annotator-timeout", detail, document)])
            )
    documents = [documents[number] for number in kept]
    return (documents, *_combined(documents, _only(found, kept), tools))


def _combined(
    documents: Sequence[Document], found: Sequence[Given], tools: Tools
) -> tuple[Layers, list[int]]:
    layers = layers_of(documents)
    entities, crossed = combined(
        documents, layers.sentences, found, tools.labels, tools.names, tools.min_score
    )
    return layers._replace(entities=entities), crossed


def _guarded(
    name: str, annotator: Annotator, documents: Sequence[Document], seconds: float
) -> Given | Problem:
    if not documents:
        return []
    try:
        with _time_limit(seconds):
            spans = annotator(documents)
    except _TimeLimit:
        return _problem(
            "annotator-timeout", f"The annotator {name} took longer than {seconds:g} seconds", documents[0]
        )
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises is a fact about it, not about us
        return _problem(
            "annotator-failed", f"The annotator {name} raised {type(error).__name__}: {error}", documents[0]
        )
    if not isinstance(spans, Columns) and (not isinstance(spans, list) or len(spans) != len(documents)):
        return _problem(
            "annotator-nonsense", f"The annotator {name} answered for a wrong number of texts", documents[0]
        )
    return spans


class _TimeLimit(BaseException):
    """Raised by the timer; a `BaseException`, so that no annotator's own handler swallows it."""


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_TimeLimit` in the block after this long. Only a main thread can be interrupted; elsewhere there is no limit."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise _TimeLimit

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _problem(code: str, detail: str, document: Document) -> Problem:
    return problem(code, detail, document.article.origin, document.article.id)


def _rejected(article: Article, problems: Sequence[Problem]) -> Rejected:
    record = {"id": article.id, "title": article.title, "text": article.text}
    return Rejected(tuple(problems), article.origin or Origin("<memory>"), article.id, record)
