"""Gold sentence boundaries that look wrong: without a mark, passed over, or inside a quotation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from corpus_builder.folding import matching_key
from corpus_builder.model import Article, GoldSpan
from corpus_builder.splitters.abbreviations import TITLES

_CLOSING = r"\"'”»’)\]"
_ENDED = regex.compile(rf"[.!?؟…][{_CLOSING}]*$")
#: A mark, perhaps closed, and what goes on after it.
_PASSED = regex.compile(
    rf"(?<word>[^\s.!?؟…]*)(?<![.!?؟])(?<mark>\.(?!\.)|[!?؟]++)[{_CLOSING}]*\s+(?=[\p{{L}}\p{{Nd}}«“\"(])"
)
_INITIAL = regex.compile(r"\p{L}\p{M}*")
_LIST_NUMBER = regex.compile(r"\p{Nd}{1,2}")
#: Verbs of saying as keys, with which a clause frames the quotation before it.
_FRAMES = frozenset(
    matching_key(word)
    for word in (
        *("قال", "قالت", "يقول", "تقول", "سأل", "سألت", "يسأل", "تسأل", "صاح", "صاحت", "هتف", "همس", "همست"),
        *("أجاب", "أجابت", "رد", "ردت", "كتب", "كتبت"),
    )
)
_SHOWN = 40


def sentence_suspicions(article: Article) -> Iterator[tuple[str, str]]:
    """``(surface, detail)`` for each boundary of the gold sentences that a person should look at."""
    gold = article.gold
    if gold is None:
        return
    for field, text in (("title", article.title), ("text", article.text)):
        sentences = sorted((s for s in gold.sentences if s.field == field), key=lambda s: s.start)
        block_ends = {block.end for block in gold.blocks if block.field == field}
        for sentence in sentences:
            yield from _passed_over(sentence)
        for sentence, following in pairwise(sentences):
            if sentence.end not in block_ends:
                yield from _end(sentence, following, text)


def _passed_over(sentence: GoldSpan) -> Iterator[tuple[str, str]]:
    """Marks inside a sentence that mostly end one."""
    for found in _PASSED.finditer(sentence.text):
        word = matching_key(found["word"].lstrip('«“"('))
        stop = found["mark"] == "."
        if stop and (_INITIAL.fullmatch(word) or word in TITLES or _LIST_NUMBER.fullmatch(word)):
            continue
        surface = sentence.text[max(0, found.start("mark") - _SHOWN // 2) : found.end() + _SHOWN // 4]
        yield (
            surface.strip(),
            f"{sentence.field} {sentence.start + found.start('mark')}, a sentence goes on in {surface!r}",
        )


def _end(sentence: GoldSpan, following: GoldSpan, text: str) -> Iterator[tuple[str, str]]:
    around = text[max(sentence.start, sentence.end - _SHOWN // 2) : following.start + _SHOWN // 4]
    where = f"{sentence.field} {sentence.end}"
    if _ENDED.search(sentence.text) is None:
        yield around, f"{where}, a sentence ends without a mark in {around!r}"
    elif following.text[:1] in tuple("”»)]"):
        yield around, f"{where}, a closing quote or bracket is left to the next sentence in {around!r}"
    elif sentence.text[-1] in '”»"' and matching_key(following.text.split()[0]) in _FRAMES:
        yield around, f"{where}, the clause that frames a quotation is cut off in {around!r}"
