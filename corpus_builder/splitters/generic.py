"""Sentences of any language but Arabic, by the ``sentencex`` library and its per-language abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import sentencex

from corpus_builder.splitters.graphemes import extends

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def splitter(language: str) -> Callable[[str, int, int], list[tuple[int, int]]]:
    """Return a splitter for the primary language subtag ``language``; the library falls back to English rules."""

    def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
        # The library takes UTF-8, which has no lone surrogates; one code point stands in for another.
        block = _SURROGATE.sub("\ufffd", text[start:end])
        spans: list[tuple[int, int]] = []
        for boundary in sentencex.get_sentence_boundaries(language, block):
            piece = block[boundary["start_index"] : boundary["end_index"]]
            first = boundary["start_index"] + len(piece) - len(piece.lstrip())
            last = boundary["start_index"] + len(piece.rstrip())
            if first >= last:
                continue
            if spans and _joined(block, spans[-1][1] - start, first):
                spans[-1] = (spans[-1][0], start + last)
            else:
                spans.append((start + first, start + last))
        return spans

    return split


def _joined(block: str, before: int, first: int) -> bool:
    """Whether cutting ``block`` between ``before`` and ``first`` would cut a grapheme, or a sentence from its marks."""
    return extends(block[first]) or (before == first and block[before - 1] == "\u200d")
