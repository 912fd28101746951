"""Whether a mark that could end an Arabic sentence does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from corpus_builder.splitters.abbreviations import (
    AFTER_NUMBER,
    CLOSING_INITIALS,
    LATIN,
    LETTER_NAMES,
    MARKED_NAMES,
    TITLES,
)
from corpus_builder.splitters.continuations import continues_after_quotation, opens_after_pause
from corpus_builder.splitters.graphemes import extends
from corpus_builder.splitters.lexicon import bare

_CLOSERS: Final = frozenset("»”\"“)'")
_QUESTIONS: Final = frozenset("!?؟！？")
_OPENERS: Final = "«“‘([{‹"
_NEXT_WORD: Final = re.compile(r"[^\W_]++(?:[\u064b-\u0652\u0670\u0640]++[^\W_]*+)*+")
_URL: Final = re.compile(r"(?i)(?:https?:|ftp:|www\.)|@")
_ENUMERATOR: Final = re.compile(r"[\s(\[•▪*·\-–—]*+[0-9٠-٩۰-۹]{1,3}\s*+")
_NUMBER_BEFORE: Final = re.compile(r"[0-9٠-٩۰-۹%٪)]\s*+$")
_AFTER_COLON: Final = re.compile(r":\s*+\w++\s*+$")
_LONGEST_TOKEN: Final = 40


def is_end(text: str, sentence: int, mark: int, run_end: int, stop: int, following: int, end: int) -> bool:
    """Whether the marks ``text[mark:run_end]``, with the closers up to ``stop``, end the sentence.

    ``sentence`` is where that sentence starts and ``following`` where the next visible character is.
    """
    after = text[following]
    if after in "،,؛;:)]}»%٪/\\":
        return False
    if mark + 1 == stop < following:  # one mark and a space: what nearly every sentence ends in
        if text[mark] in "؟?":
            return not (after.isascii() and after.islower())
        if text[mark] == ".":
            token = _token_before(text, mark)
            if _ends_whatever_follows(token):
                return True
            if token[-1].isdigit():
                return _is_end_at_stop(text, sentence, mark, following, "")
    if mark > sentence and text[mark - 1] in _OPENERS and stop > run_end:
        return False  # (؟) and (!) comment on a word
    marks = text[mark:run_end]
    closed = stop > run_end and not _CLOSERS.isdisjoint(text[run_end:stop])
    match = _NEXT_WORD.match(text, following, end)
    word = "" if match is None else match.group()
    if closed and continues_after_quotation(word, text[mark:stop]):
        return False
    if not _QUESTIONS.isdisjoint(marks):
        return _is_end_of_question(text, mark, stop, following, word)
    if "۔" in marks or "。" in marks:
        return True
    if len(marks) > 1 or "…" in marks:
        return _is_end_of_pause(text, sentence, mark, following, word)
    if following == stop:
        return _is_end_when_fused(text, sentence, mark, stop, following, word)
    return _is_end_at_stop(text, sentence, mark, following, word)


def _is_end_of_question(text: str, mark: int, stop: int, following: int, word: str) -> bool:
    after = text[following]
    if following == stop and after.isascii() and not (after.isdigit() or after in '([-"'):
        return False  # a query string, or marks inside Latin text
    if text[mark] == "!" and _token_before(text, mark).lower() in MARKED_NAMES:
        return False
    return not (after.isascii() and after.islower())


def _is_end_of_pause(text: str, sentence: int, mark: int, following: int, word: str) -> bool:
    """Two dots or an ellipsis: a comma to most headline writers, a full stop to many columnists."""
    length = 1 + text.count(" ", max(sentence, mark - 200), mark)
    after = text[following]
    if after in '"«“':
        return length >= 8
    return opens_after_pause(word, length)


def _is_end_when_fused(text: str, sentence: int, mark: int, stop: int, following: int, word: str) -> bool:
    """A full stop with no space after it: كلمة.وكلمة, 3.5, بي.بي.سي, example.com."""
    before, after = text[mark - 1] if mark > sentence else " ", text[following]
    if after in _OPENERS or after in '"•':
        return not before.isspace() and _is_end_at_stop(text, sentence, mark, following, word)
    if not after.isalnum() or extends(after):
        return False
    arabic_after = "\u0600" <= after <= "\u06ff"
    if after.isdigit():
        return before.isalpha() and len(_token_before(text, mark)) > 3 and not before.isascii()
    if not arabic_after:
        return after.isupper() and not before.isascii() and not before.isspace()
    if stop > mark + 1:
        return True
    token = _token_before(text, mark)
    last = bare(token.rsplit(".", 1)[-1])
    if len(last) == 1 and len(word) == 1:
        return False  # ق.م, أ.ف.ب
    if (last in LETTER_NAMES and word in LETTER_NAMES) or _URL.search(token):
        return False
    return _is_end_at_stop(text, sentence, mark, following, word)


def _is_end_at_stop(text: str, sentence: int, mark: int, following: int, word: str) -> bool:
    """A single full stop: an end, unless an abbreviation, an initial or a list number stands before it."""
    after = text[following]
    token = _token_before(text, mark)
    if not token:
        return True
    if token[-1].isdigit():
        if after.isdigit():
            return len(token) > 2
        if len(token) < 3 and _AFTER_COLON.search(text[max(sentence, mark - 6) : mark]):
            return False
        return mark - sentence > 8 or _ENUMERATOR.fullmatch(text, sentence, mark) is None
    if token.isascii():
        if token.lower() in LATIN:
            return word.startswith("و") and len(word) > 3
        return not (after.isascii() and (after.islower() or (len(token) == 1 and token.isupper())))
    plain = bare(token)
    if plain in CLOSING_INITIALS:
        return word.startswith("و") and len(word) > 3
    last = plain.rsplit(".", 1)[-1]
    if not last.isalpha():
        return True  # a closing quotation mark, a bracket, a percent sign
    if len(last) <= 2 and (len(last) == 1 or last in TITLES):
        if last in AFTER_NUMBER and _NUMBER_BEFORE.search(text[max(sentence, mark - 12) : mark - len(token)]):
            return not after.isdigit() and word != "الموافق"
        return False
    if last in LETTER_NAMES:
        return _ends_after_letter_name(text, sentence, mark, token, word)
    return last not in TITLES


@lru_cache(maxsize=32768)
def _ends_whatever_follows(token: str) -> bool:
    """Whether a full stop after ``token`` ends the sentence for `_is_end_at_stop` with any word behind it."""
    if not token:
        return True
    if token[-1].isdigit() or token.isascii():
        return False
    plain = bare(token)
    last = plain.rsplit(".", 1)[-1]
    if plain in CLOSING_INITIALS or last in LETTER_NAMES or last in TITLES:
        return False
    return len(last) > 1 or not last.isalpha()


def _ends_after_letter_name(text: str, sentence: int, mark: int, token: str, word: str) -> bool:
    """``سي إن إن.`` ends a sentence, ``جون إف. كينيدي`` does not."""
    if "." in token or word in LETTER_NAMES:
        return word.startswith("و") and len(word) > 3 and word not in LETTER_NAMES
    earlier = text[max(sentence, mark - len(token) - 24) : mark - len(token)].split()
    return bool(earlier) and earlier[-1].lstrip('(«"') in LETTER_NAMES


def _token_before(text: str, mark: int) -> str:
    """The word that ends at ``mark``, spaces before the mark skipped and opening punctuation left out."""
    token = text[max(0, mark - _LONGEST_TOKEN) : mark].rsplit(None, 1)
    return token[-1].lstrip("([{«“\"'‘-–—،؛:") if token else ""
