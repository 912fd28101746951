"""The annotator: sentences in batches through the model, particles cut off the names as the tagger cuts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from corpus_builder.annotators.onnx.aggregation import Found, names_of
from corpus_builder.annotators.onnx.files import component_name, model_files, require_libraries
from corpus_builder.annotators.onnx.model import classify, load_model
from corpus_builder.config import Config
from corpus_builder.model import Document
from corpus_builder.tokens import token_spans

if TYPE_CHECKING:
    from corpus_builder.annotators.tagger.features import Knowledge

__all__ = ["component_name", "onnx_annotator"]


def onnx_annotator(config: Config) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that runs the model of ``[onnx]``: a folder, or a Hub name with the hash of a commit as revision.

    The labels of the model become ours where they name the same (`our_label`); others are left out. Raises
    `CorpusError` where a library, a file or the revision is missing, or the model is no token classifier.
    """
    require_libraries()
    model = load_model(model_files(config))
    labels = config.labels

    def annotate(documents: Sequence[Document]) -> list[list[Found]]:
        places = [
            (number, start, end)
            for number, document in enumerate(documents)
            for start, end in zip(document.sentence_layer.starts, document.sentence_layer.ends, strict=True)
        ]
        texts = [documents[number].text[start:end] for number, start, end in places]
        found: list[list[Found]] = [[] for _document in documents]
        for (number, shift, _end), text, (pieces, shares) in zip(
            places, texts, classify(model, texts), strict=True
        ):
            for name in names_of(text, token_spans(text), pieces, shares, model.tags, labels):
                start, end, label, score = without_particles(text, name, documents[number].language)
                found[number].append((shift + start, shift + end, label, min(1.0, score)))
        return found

    return annotate


def without_particles(text: str, name: Found, language: str) -> Found:
    """An Arabic name without the particles و ف ب ل ك attached to its first word."""
    if language.replace("_", "-").partition("-")[0].lower() not in ("ar", "ara", "arb"):
        return name
    from corpus_builder.annotators.tagger.clitics import particle_length

    start, end, label, score = name
    first = token_spans(text, start, end)[0]
    return (start + particle_length(text[slice(*first)], label, *_cutting()), end, label, score)


@cache
def _cutting() -> tuple[Knowledge, Mapping[str, float]]:
    """What the shipped tagger knows of particles."""
    from corpus_builder.annotators.tagger.core import SHIPPED
    from corpus_builder.annotators.tagger.features import Knowledge
    from corpus_builder.annotators.tagger.weights import load

    model = load(SHIPPED)
    return Knowledge(model.lexicon.kinds, model.bands, model.lexicon.beginnings), model.cuts
