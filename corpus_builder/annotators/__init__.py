"""Annotators find entities in cleaned documents, a batch at a time; here they are chosen, ordered and put together.

An annotator is a function from a batch of documents (sentences already set) to one list of
``(start, end, label, score)`` for each: offsets in code points of the document's text, score a probability; those that find
many spans give them all as `Columns`. What a
configuration names is one of the built-in annotators or the dotted name ``module:function`` of a Python callable that gives
spans for a text: ``f(text: str) -> iterable of (start, end, label)`` or ``(start, end, label, score)``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence

from corpus_builder.annotators.combining import combine
from corpus_builder.annotators.found import Columns, Found
from corpus_builder.annotators.gold import gold_spans
from corpus_builder.config import Config
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document
from corpus_builder.problems import CorpusError

__all__ = ["BUILT_IN", "OWN", "Annotator", "Columns", "Found", "annotators_for", "combine"]

Annotator = Callable[[Sequence[Document]], Columns | list[list[Found]]]
BUILT_IN = ("gold", "patterns", "gazetteer", "tagger", "onnx")
#: Those that give spans in order, with sound edges, by construction; what others give is looked at first.
OWN = frozenset({"patterns", "gazetteer", "tagger"})


def annotators_for(config: Config) -> list[tuple[str, Annotator]]:
    """The annotators that the configuration names, in its order, each ready to run. Raises `CorpusError` for an unknown name."""
    return [(name, _annotator(name, config)) for name in config.annotate]


def _annotator(name: str, config: Config) -> Annotator:
    if name == "gold":
        return gold_spans
    if name == "patterns":
        from corpus_builder.annotators.patterns import pattern_columns

        return pattern_columns
    if name == "gazetteer":
        from corpus_builder.annotators.gazetteer import gazetteer
        from corpus_builder.annotators.gazetteer.lists import labels_of

        for path in config.list_files():
            for label in labels_of(path):
                if label not in config.labels:
                    raise CorpusError(
                        f"{path}: the label {label} is not registered; add it to labels in corpus.toml"
                    )
        return gazetteer(config.list_files())
    if name == "tagger":
        from corpus_builder.annotators.tagging import tagger

        return _on_graphemes(tagger(config.resolve(config.tagger.model) if config.tagger.model else None))
    if name == "onnx":
        from corpus_builder.annotators.onnx import onnx_annotator

        return _on_graphemes(onnx_annotator(config))
    if ":" in name:
        return _plug_in(name)
    raise CorpusError(f"annotate names {name!r}; it knows {', '.join(BUILT_IN)} and module:function")


def _on_graphemes(annotator: Callable[[Sequence[Document]], list[list[Found]]]) -> Annotator:
    """The annotator without the spans that would cut a character cluster: no name ends inside what a reader takes for one letter."""

    def annotate(documents: Sequence[Document]) -> list[list[Found]]:
        return [
            [
                span
                for span in spans
                if not inside_grapheme(document.text, span[0]) and not inside_grapheme(document.text, span[1])
            ]
            for document, spans in zip(documents, annotator(documents), strict=True)
        ]

    return annotate


def _plug_in(name: str) -> Annotator:
    module_name, _, function_name = name.partition(":")
    try:
        function = getattr(importlib.import_module(module_name), function_name)
    except (ImportError, AttributeError) as error:
        raise CorpusError(f"annotate names {name!r}, which cannot be imported: {error}") from error

    def annotate_texts(documents: Sequence[Document]) -> list[list[Found]]:
        return [[_scored(span) for span in function(document.text)] for document in documents]

    return annotate_texts


def _scored(span: Iterable[object]) -> Found:
    start, end, label, *score = span
    return (start, end, label, score[0] if score else 1.0)  # type: ignore[return-value]  # checked by `combine`
