"""Sentences of any language but Arabic, by the ``sentencex`` library and its per-language abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import sentencex

from corpus_builder.splitters.graphemes import extends

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The library's time grows with the square of a text full of quotation marks, so it sees one window at a
# time; a window holds many sentences of any real text.
_WINDOW: Final = 4096


def splitter(language: str) -> Callable[[str, int, int], list[tuple[int, int]]]:
    """Return a splitter for the primary language subtag ``language``; an unknown one gets English rules."""

    def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
        # The library takes UTF-8, which has no lone surrogates; one code point stands in for another.
        block = _SURROGATE.sub("\ufffd", text[start:end])
        spans: list[tuple[int, int]] = []
        first = 0
        for cut in _cuts(block, language):
            while first < cut and block[first].isspace():
                first += 1
            last = cut
            while last > first and block[last - 1].isspace():
                last -= 1
            if first == last or (cut < len(block) and _cuts_grapheme(block, cut)):
                continue
            spans.append((start + first, start + last))
            first = cut
        return spans

    return split


def _cuts(block: str, language: str) -> Iterator[int]:
    """Yield the ends of the library's sentences, the block's own end last, reading one window at a time."""
    position = 0
    while len(block) - position > _WINDOW:
        window = block[position : position + _WINDOW]
        ends = [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, window)]
        # The last sentence of a window may go on: it is read again with what follows, unless it fills most of
        # the window, which would make the windows crawl.
        known = [position + stop for stop in ends[:-1]]
        yield from known
        if known and known[-1] - position > _WINDOW // 4:
            position = known[-1]
        else:
            space = window.rfind(" ", _WINDOW // 2)
            position += space + 1 if space > 0 else _WINDOW
    for boundary in sentencex.get_sentence_boundaries(language, block[position:]):
        yield position + boundary["end_index"]
    yield len(block)


def _cuts_grapheme(block: str, cut: int) -> bool:
    following = cut
    while following < len(block) and block[following].isspace():
        following += 1
    return following == len(block) or extends(block[following]) or block[cut - 1] == "\u200d"
