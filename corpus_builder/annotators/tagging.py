"""The built-in tagger as an annotator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_builder.model import Document

if TYPE_CHECKING:
    from corpus_builder.annotators.tagger.core import Tagger

Found = tuple[int, int, str, float]


def tagger(model: Path | None) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that runs the tagger model at this path, by default the one in the package."""
    loaded = _loaded(model)

    def tag(documents: Sequence[Document]) -> list[list[Found]]:
        layers = [document.sentence_layer for document in documents]
        sentences = [list(zip(layer.starts, layer.ends, strict=True)) for layer in layers]
        texts = [document.text for document in documents]
        return [
            [span for span in spans if not _is_adverb(text, span)]
            for text, spans in zip(texts, loaded.spans(texts, sentences), strict=True)
        ]

    return tag


def _is_adverb(text: str, span: Found) -> bool:
    """Whether a place carries the ending that makes an adverb of it: in المدعومة تركياً no country is named."""
    return span[2] == "LOC" and text[span[0] : span[1]].endswith(("\u0627\u064b", "\u064b\u0627"))


@cache
def _loaded(model: Path | None) -> Tagger:
    from corpus_builder.annotators.tagger.core import Tagger

    return Tagger.load(model)
