"""Raw news articles in, annotated Parquet out: exact spans, splits that never leak, byte-identical builds.

>>> from corpus_builder import annotate
>>> document = annotate("وصل خليفة حفتر إلى القاهرة.")
>>> [(entity.text, entity.label) for entity in document.entities]  # doctest: +SKIP
[('خليفة حفتر', 'PER'), ('القاهرة', 'LOC')]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corpus_builder.version import __version__

if TYPE_CHECKING:
    from corpus_builder.config import Config, load_config
    from corpus_builder.model import (
        Article,
        Block,
        Document,
        Dropped,
        Entity,
        Gold,
        GoldSpan,
        OffsetMap,
        Origin,
        Problem,
        Rejected,
        Sentence,
        Span,
    )
    from corpus_builder.pipeline.building import BuildReport, build
    from corpus_builder.pipeline.texts import annotate, annotate_many
    from corpus_builder.problems import CorpusError
    from corpus_builder.validation import validate
    from corpus_builder.verification import verify

#: Loaded when first asked for, so that ``import corpus_builder`` stays light.
_LATER = {
    "Article": "corpus_builder.model",
    "Block": "corpus_builder.model",
    "BuildReport": "corpus_builder.pipeline.building",
    "Config": "corpus_builder.config",
    "CorpusError": "corpus_builder.problems",
    "Document": "corpus_builder.model",
    "Dropped": "corpus_builder.model",
    "Entity": "corpus_builder.model",
    "Gold": "corpus_builder.model",
    "GoldSpan": "corpus_builder.model",
    "OffsetMap": "corpus_builder.model",
    "Origin": "corpus_builder.model",
    "Problem": "corpus_builder.model",
    "Rejected": "corpus_builder.model",
    "Sentence": "corpus_builder.model",
    "Span": "corpus_builder.model",
    "annotate": "corpus_builder.pipeline.texts",
    "annotate_many": "corpus_builder.pipeline.texts",
    "build": "corpus_builder.pipeline.building",
    "load_config": "corpus_builder.config",
    "validate": "corpus_builder.validation",
    "verify": "corpus_builder.verification",
}

__all__ = [
    "Article",
    "Block",
    "BuildReport",
    "Config",
    "CorpusError",
    "Document",
    "Dropped",
    "Entity",
    "Gold",
    "GoldSpan",
    "OffsetMap",
    "Origin",
    "Problem",
    "Rejected",
    "Sentence",
    "Span",
    "__version__",
    "annotate",
    "annotate_many",
    "build",
    "load_config",
    "validate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
