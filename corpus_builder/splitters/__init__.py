"""Sentence splitters by language.

A splitter takes a text and one block of it and returns the sentences of that block. Arabic has rules of
its own (:mod:`corpus_builder.splitters.arabic`); every other language goes to a general library
(:mod:`corpus_builder.splitters.generic`), imported when first used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import compress

from corpus_builder.model import Document, SpanLayer
from corpus_builder.splitters import arabic

__all__ = ["Splitter", "sentence_layers", "split_blocks", "splitter_for", "splitter_name"]

Splitter = Callable[[str, int, int], list[tuple[int, int]]]
"""``(text, start, end)`` of one block → its sentence spans, half-open, in code points of ``text``."""

# Arabic and its varieties. Persian, Urdu and the other languages in Arabic script abbreviate differently
# and are left to the library.
_ARABIC = frozenset(
    ("ar", "ara", "arb", "arz", "apc", "acm", "ajp", "ary", "aeb", "afb", "ars", "arq", "ayl")
)


@cache
def splitter_for(language: str) -> Splitter:
    """Return the splitter for a BCP 47 tag, such as ``ar``, ``ar-EG`` or ``fr``."""
    primary = _primary(language)
    if primary in _ARABIC:
        return arabic.split
    from corpus_builder.splitters import generic

    return generic.splitter(primary)


def splitter_name(language: str) -> str:
    """Return the name of :func:`splitter_for`'s answer, as a manifest records it."""
    primary = _primary(language)
    return "arabic-rules" if primary in _ARABIC else f"sentencex:{primary}"


def sentence_layers(documents: Sequence[Document]) -> list[SpanLayer]:
    """Return the sentences of documents, each with the kind of its block."""
    from corpus_builder.splitters import together

    is_arabic = [_primary(document.language) in _ARABIC for document in documents]
    given = iter(together.sentence_layers(list(compress(documents, is_arabic))))
    return [
        next(given) if by_rules else _layer(document)
        for document, by_rules in zip(documents, is_arabic, strict=True)
    ]


def _layer(document: Document) -> SpanLayer:
    split = splitter_for(document.language)
    layer = document.block_layer
    found = [
        (*span, kind)
        for start, end, kind in zip(layer.starts, layer.ends, layer.kinds, strict=True)
        for span in split(document.text, start, end)
    ]
    return SpanLayer(*zip(*found, strict=True))


def split_blocks(text: str, blocks: Sequence[tuple[int, int]], language: str = "ar") -> list[tuple[int, int]]:
    """Return the sentence spans of all ``blocks`` of one document, in the order of the blocks."""
    split = splitter_for(language)
    spans: list[tuple[int, int]] = []
    for start, end in blocks:
        spans += split(text, start, end)
    return spans


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-", 1)[0].lower()
