"""A word of running text as the model of :mod:`corpus_builder.splitters.headings` sees it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from corpus_builder.splitters.lexicon import (
    FUNCTION_WORDS,
    LEAD_VERBS,
    LINKS,
    OPENERS,
    PLACE_HEADS,
    WAW_WORDS,
    bare,
)

_EDGES: Final = "«»“”\"'‘’()[]{}،,؛;:.!?؟…-–—%٪/\\•*|"
_NO_END: Final = frozenset("،,؛;-–—/:|(«“[.…؟!?")
_NO_START: Final = frozenset("،,؛;-–—/:|)».")
_OPENING: Final = "«“(["
_CLOSING: Final = "»”)]"
_CLITICS: Final = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س")
_ENDINGS: Final = ("ات", "ون", "ين", "ان", "ية", "ها", "هم", "ه", "ة", "ت", "ا", "ي")
_ALEFS: Final = str.maketrans("أإآى", "اااي")


class Token(NamedTuple):
    """What stands between two spaces: a word with the marks that touch it."""

    word: str  # without marks at its edges, vowel signs and tatweel
    stem: str
    shape: str
    form: str  # the shape and the names of the word lists, spaces between
    first: str  # the mark that the token begins with, if any
    last: str  # the mark that it ends in, if any
    comma: bool  # ends in one
    colon: bool
    dots: bool
    verb: bool
    link: bool  # the second word of a phrase that links a sentence to the one before
    content: bool
    ends_no_heading: bool
    opens_nothing: bool
    marked: bool  # not letters and digits alone
    depth: int  # brackets and quotation marks opened, less those closed
    quotes: int  # straight quotation marks


@lru_cache(maxsize=32768)
def token_of(raw: str) -> Token:
    """The token ``raw``, which holds no white space and is not empty."""
    word = bare(raw.strip(_EDGES))
    stem, shape = stem_of(word), shape_of(word)
    depth = quotes = 0
    if not raw.isalnum():
        depth = sum(map(raw.count, _OPENING)) - sum(map(raw.count, _CLOSING))
        quotes = raw.count('"')
    return Token(
        word,
        stem,
        shape,
        " ".join((shape, *classes_of(word))),
        "" if raw[0].isalnum() else raw[0],
        "" if raw[-1].isalnum() else raw[-1],
        raw[-1] in "،,",
        raw[-1] == ":",
        ".." in raw or "…" in raw,
        word in LEAD_VERBS or shape in ("y-", "t-"),
        word in LINKS,
        len(stem) >= 3 and word not in FUNCTION_WORDS,
        raw[-1] in _NO_END or word in PLACE_HEADS,
        raw[0] in _NO_START,
        not raw.isalnum(),
        depth,
        quotes,
    )


def stem_of(word: str) -> str:
    """A rough stem, enough to see that a word comes again with another clitic or ending."""
    for clitic in _CLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= 3:
            word = word[len(clitic) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word.translate(_ALEFS)[:5]


@lru_cache(maxsize=65536)
def shape_of(word: str) -> str:
    """The outer form of a word, which hints at its part of speech."""
    size = len(word)
    if not word:
        return ""
    if word[0].isdigit():
        return "0"
    if word[0].isascii():
        return "a"
    for prefix in ("وال", "ال", "لل"):
        if word.startswith(prefix):
            return prefix
    if word[0] in "وفبلك" and size > 3 and word not in WAW_WORDS:
        return word[0]
    if word[0] in "يت" and 3 <= size <= 7:
        return "y-" if word[0] == "ي" else "t-"
    if word[0] == "س" and size > 4 and word[1] in "يتن":
        return "s-"
    if word[-1] == "ت" and 3 <= size <= 6:
        return "-t"
    if word[0] == "أ" and size == 4:
        return "a-"
    if word[-1] == "ا" and size > 4:
        return "-a"
    return "-h" if word[-1] == "ة" else "-"


@lru_cache(maxsize=65536)
def classes_of(word: str) -> tuple[str, ...]:
    """The names of the word lists that hold the word."""
    names = []
    if word in LEAD_VERBS:
        names.append("lead")
    if word in OPENERS:
        names.append("open")
    if word in FUNCTION_WORDS:
        names.append("func")
    if word.startswith("و"):
        if word[1:] in LEAD_VERBS:
            names.append("wlead")
        if word[1:] in OPENERS:
            names.append("wopen")
    return tuple(names)
