"""Sentences of Arabic text by rule.

One compiled pattern walks over the block and stops at every mark that could end a sentence. The plain
case, a full stop between a word of three letters or more and another Arabic word, is recognised by the
pattern itself; everything else is put before :func:`_is_end`. Offsets are Unicode code points throughout.
"""

from __future__ import annotations

import re
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
from corpus_builder.splitters.headings import joints
from corpus_builder.splitters.lexicon import bare

_BREAKS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_MARKS: Final = ".!?؟۔…‼⁇⁈⁉。！？｡"
_OPENERS: Final = "«“‘([{‹"
_CLOSERS: Final = "»”’)]}›"
_EITHER: Final = "\"'“”„"
# What an emoji is made of; those in _BULLETS lead what follows rather than trail what went before.
_EMOJI: Final = (
    "\u200d\u20e3\ufe0f\u2600-\u27bf\u2b50\u2b55"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\U000e0020-\U000e007f"
)
_BULLETS: Final = frozenset("🔴🔵⚫⚪🔸🔹🔶🔷✅✔❌✖➡👇👈📌📍🔺🔻⭐✦❖❇✳➖➤📢📣🚨⚡")

# The empty group marks the plain case. The leading class alone keeps the search a table scan.
_CANDIDATE: Final = re.compile(
    rf"[{re.escape(_MARKS)}{_BREAKS}](?:(?<=[\u0621-\u0652]{{3}}\.) (?=[\u0621-\u064a]{{2}})())?"
)
_BREAK: Final = re.compile(f"[{_BREAKS}]")
_RUN: Final = re.compile(rf"[{re.escape(_MARKS)}]++(?:[ \u00a0]*+[{re.escape(_MARKS)}]++)*+")
_SPACE: Final = re.compile(r"\s*+")
_NEXT_WORD: Final = re.compile(r"[^\W_]++(?:[\u064b-\u0652\u0670\u0640]++[^\W_]*+)*+")
_WORD: Final = re.compile(r"[^\W_]")
_EMOJI_RUN: Final = re.compile(rf"[ \u00a0]*+[{_EMOJI}]++(?=\s|$)")
_URL: Final = re.compile(r"(?i)(?:https?:|ftp:|www\.)|@")
_ENUMERATOR: Final = re.compile(r"[\s(\[•▪*·\-–—]*+[0-9٠-٩۰-۹]{1,3}\s*+")
_NUMBER_BEFORE: Final = re.compile(r"[0-9٠-٩۰-۹%٪)]\s*+$")
_LONGEST_TOKEN: Final = 64


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentence spans of the block ``text[start:end]``.

    Half-open spans in code points of ``text``: ordered, disjoint, trimmed of white space, covering every
    character of the block that is not white space, cut at grapheme boundaries only. Takes linear time.
    """
    spans = by_marks(text, start, end)
    if (
        len(spans) > 1
        and 5 * (end - start) > 4 * len(text)
        and not _BREAK.search(text, *_trim(text, start, end))
    ):
        return _at_headings(text, spans)
    return spans


def _at_headings(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut off the headings that run into ``spans``, the sentences of a document without line breaks."""
    cut: list[tuple[int, int]] = []
    for start, end in spans:
        sentence = start
        for stop, following in joints(text, start, end, first=not cut and not text[:start].strip()):
            if not extends(text[following]):
                cut.append((sentence, stop))
                sentence = following
        cut.append((sentence, end))
    return cut


def by_marks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of ``text[start:end]`` as its marks and line breaks give them."""
    start, end = _trim(text, start, end)
    spans: list[tuple[int, int]] = []
    if start == end:
        return spans
    sentence = start  # where the sentence being read starts
    resume = start  # marks before this offset belong to a run already judged
    worded = start  # no word character lies in text[sentence:worded]
    quotes, counted = 0, start  # straight quotation marks in text[start:counted]
    for match in _CANDIDATE.finditer(text, start, end):
        mark = match.start()
        if match.lastindex:
            if mark < resume:
                continue
            spans.append((sentence, mark + 1))
            sentence = resume = worded = mark + 2
            continue
        if mark < resume:
            continue
        if text[mark] in _BREAKS:
            stop, is_end = mark, True
        else:
            run = _RUN.match(text, mark, end)
            run_end = mark + 1 if run is None else run.end()
            if counted < mark:
                quotes += text.count('"', counted, mark)
                counted = mark
            stop = _tail(text, run_end, end, quotes % 2 == 1)
            is_end = False
        following = _after_space(text, stop, end)
        resume = max(stop, mark + 1)
        if following >= end:
            break
        if not is_end:
            is_end = _is_end(text, sentence, mark, run_end, stop, following, end)
        if not is_end or extends(text[following]):
            continue
        word = _WORD.search(text, max(sentence, worded), stop)
        if word is None:  # marks alone are no sentence: they stay with what follows
            worded = stop
            continue
        spans.append((sentence, _rtrim(text, sentence, stop)))
        sentence = resume = worded = following
    spans.append((sentence, end))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    start = _after_space(text, start, end)
    return start, _rtrim(text, start, end)


def _after_space(text: str, start: int, end: int) -> int:
    match = _SPACE.match(text, start, end)
    return start if match is None else match.end()


def _rtrim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _tail(text: str, position: int, end: int, quoted: bool) -> int:
    """Return the end of the closing quotation marks, brackets, marks and emoji that follow a run of marks."""
    while position < end:
        char = text[position]
        if char in _MARKS:
            position += 1
        elif char in _EITHER and char != "”":
            after = text[position + 1] if position + 1 < end else " "
            if after.isalnum() and not (quoted and char == '"'):
                break
            quoted = False
            position += 1
        elif char in _CLOSERS:
            position += 1
        elif char.isspace() and char not in _BREAKS:
            ahead = _after_space(text, position, end)
            if ahead >= end or ahead - position > 2:
                break
            char = text[ahead]
            after = text[ahead + 1] if ahead + 1 < end else " "
            spaced = after.isspace() or after in _MARKS
            if (
                char in "»)]}›"
                or (char in _MARKS and spaced)
                or (char in "”“" and spaced)
                or (char == '"' and spaced and quoted)
            ):
                quoted = quoted and char != '"'
                position = ahead + 1
            else:
                break
        else:
            break
    emoji = _EMOJI_RUN.match(text, position, end)
    if emoji is not None and text[_after_space(text, position, end)] not in _BULLETS:
        return emoji.end()
    return position


def _is_end(text: str, sentence: int, mark: int, run_end: int, stop: int, following: int, end: int) -> bool:
    """Whether the marks ``text[mark:run_end]``, with the closers up to ``stop``, end the sentence.

    ``sentence`` is where that sentence starts and ``following`` where the next visible character is.
    """
    after = text[following]
    if after in "،,؛;:)]}»%٪/\\":
        return False
    if mark > sentence and text[mark - 1] in _OPENERS and stop > run_end:
        return False  # (؟) and (!) comment on a word
    marks = text[mark:run_end]
    closed = stop > run_end and any(char in "»”\"“)'" for char in text[run_end:stop])
    match = _NEXT_WORD.match(text, following, end)
    word = "" if match is None else match.group()
    if closed and continues_after_quotation(word, marks):
        return False
    if any(char in "!?؟！？" for char in marks):
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
    if _URL.search(token):
        return False
    last = bare(token.rsplit(".", 1)[-1])
    if last in LETTER_NAMES and word in LETTER_NAMES:
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
        return _ENUMERATOR.fullmatch(text, max(sentence, mark - 8), mark) is None or mark - sentence > 8
    if token.isascii():
        if after.isascii():
            return not (after.islower() or token.lower() in LATIN or (len(token) == 1 and token.isupper()))
        return True
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


def _ends_after_letter_name(text: str, sentence: int, mark: int, token: str, word: str) -> bool:
    """``سي إن إن.`` ends a sentence, ``جون إف. كينيدي`` does not."""
    if "." in token or word in LETTER_NAMES:
        return word.startswith("و") and len(word) > 3 and word not in LETTER_NAMES
    earlier = text[max(sentence, mark - len(token) - 24) : mark - len(token)].split()
    return bool(earlier) and earlier[-1].lstrip('(«"') in LETTER_NAMES


def _token_before(text: str, mark: int) -> str:
    """The word that ends at ``mark``, spaces before the mark skipped and opening punctuation left out."""
    stop = _rtrim(text, max(0, mark - 4), mark)
    token = text[max(0, stop - _LONGEST_TOKEN) : stop].rsplit(None, 1)
    return token[-1].lstrip("([{«“\"'‘-–—،؛:") if token else ""
