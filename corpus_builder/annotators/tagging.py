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
        return loaded.spans([document.text for document in documents], sentences)

    return tag


@cache
def _loaded(model: Path | None) -> Tagger:
    from corpus_builder.annotators.tagger.core import Tagger

    return Tagger.load(model)
