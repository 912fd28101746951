"""Sentences of Arabic text by rule.

One compiled pattern walks over the block and stops at every mark that could end a sentence. The plain case,
a mark between a word of some letters and another Arabic word, is recognised by the pattern;
everything else is put before :func:`~corpus_builder.splitters.stops.is_end`. In a document that lost its line
breaks, list items and headings are then cut off too. Offsets are Unicode code points throughout.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from corpus_builder.splitters.abbreviations import LETTER_NAMES, MARKED_NAMES, TITLES
from corpus_builder.splitters.graphemes import extends
from corpus_builder.splitters.lists import item_starts
from corpus_builder.splitters.stops import is_end


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words))})"


BREAKS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
MARKS: Final = ".!?؟۔…‼⁇⁈⁉。！？｡"
_CLOSERS: Final = "»”’)]}›"
_EITHER: Final = "\"'“”„"
# What an emoji is made of; those in _BULLETS lead what follows rather than trail what went before.
_EMOJI: Final = (
    "\u200d\u20e3\ufe0f\u2600-\u27bf\u2b50\u2b55"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\U000e0020-\U000e007f"
)
_FIRST_EMOJI: Final = "\u200d"
_MARKS_AND_SPACES: Final = frozenset(MARKS + " \u00a0")
_BULLETS: Final = frozenset("🔴🔵⚫⚪🔸🔹🔶🔷✅✔❌✖➡👇👈📌📍🔺🔻⭐✦❖❇✳➖➤📢📣🚨⚡")

# Words of two and of three letters that a stop may follow inside a sentence, and a name with a mark of its own.
SHORT: Final = frozenset(word for word in LETTER_NAMES | TITLES if len(word) == 2)
SPELT: Final = frozenset(word for word in LETTER_NAMES if len(word) == 3)
MARKED: Final = tuple(word for word in MARKED_NAMES if not word.isascii())
_SHORT, _SPELT, _MARKED = _any_of(SHORT), _any_of(SPELT), _any_of(MARKED)
# A mark before a line break is left to the break, one at the block's end to the block, and a decimal point ends nothing.
# The empty group marks the plain case. The leading class alone keeps the search a table scan.
_LETTERS: Final = r"[\u0621-\u0652]{3}"
_CANDIDATE: Final = re.compile(
    rf"[{re.escape(MARKS)}{BREAKS}](?!\n|\Z|(?<=\d\.)\d)"
    rf"(?:(?:(?<={_LETTERS}[.؟?!])|(?<={_LETTERS} [.؟?!])|(?<=\w\w[\"»”)][.؟])|(?<=\d\d\d\d[.؟?!])"
    rf"|(?<=\s[\u0621-\u063a\u0641-\u064a]{{2}}[.؟?!])(?<!{_SHORT}\.))"
    rf"(?<!\W{_SPELT}\.)(?<!\W{_SPELT} \.)(?<!{_MARKED}!)(?<!{_MARKED} !) (?=[\"«“]?[\u0621-\u064a]{{2}}|(?<=[؟?!] )\d)())?"
)
_LOOKS_BEHIND: Final = (
    4  # code points before the mark: the pattern of the plain case sees them, in the block or not
)
_BREAK: Final = re.compile(f"[{BREAKS}]")
_RUN: Final = re.compile(rf"[{re.escape(MARKS)}]++(?:[ \u00a0]*+[{re.escape(MARKS)}]++)*+")
_SPACE: Final = re.compile(r"\s*+")
_WORD: Final = re.compile(r"[^\W_]")
_EMOJI_RUN: Final = re.compile(rf"[ \u00a0]*+[{_EMOJI}]++(?=\s|$)")
_SHORTEST_ARTICLE: Final = 150  # code points
_LONGEST_ARTICLE: Final = 20_000


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentence spans of the block ``text[start:end]``.

    Half-open spans in code points of ``text``: ordered, disjoint, trimmed of white space, covering every
    character of the block that is not white space, cut at grapheme boundaries only. Takes linear time.
    """
    spans = by_marks(text, start, end)
    # One block that is all but the whole text, of several sentences and no line break: the breaks were lost.
    size = end - start
    if len(spans) < 2 or not _SHORTEST_ARTICLE <= size <= _LONGEST_ARTICLE or 5 * size <= 4 * len(text):
        return spans
    if _BREAK.search(text, spans[0][0], spans[-1][1]):
        return spans
    from corpus_builder.splitters.headings import joints

    spans = at_items(text, spans)
    opening = spans[0][0] if not text[:start].strip() else -1
    return _cut(
        text, spans, [gap for left, right in spans for gap in joints(text, left, right, left == opening)]
    )


def at_items(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut ``spans``, the sentences of a text without line breaks, where list items start."""
    return _cut(text, spans, [(item, item) for item in item_starts(text, spans[0][0], spans[-1][1])])


def _cut(text: str, spans: list[tuple[int, int]], cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut ``spans`` at ``cuts``, ordered pairs of where a sentence ends at the latest and the next starts."""
    pending = iter([*cuts, (len(text), len(text))])
    stop, following = next(pending)
    found: list[tuple[int, int]] = []
    for start, end in spans:
        sentence = start
        while following < end:
            stop = _rtrim(text, sentence, stop)
            if sentence < stop and not extends(text[following]):
                found.append((sentence, stop))
                sentence = following
            stop, following = next(pending)
        found.append((sentence, end))
    return found


def by_marks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of ``text[start:end]`` as its marks and line breaks give them."""
    if start < end and (text[start].isspace() or text[end - 1].isspace()):
        start, end = _trim(text, start, end)
    spans: list[tuple[int, int]] = []
    if start >= end:
        return spans
    sentence = start  # where the sentence being read starts
    resume = start  # marks before this offset belong to a run already judged
    worded = start  # no word character lies in text[sentence:worded]
    quotes, counted = 0, start  # straight quotation marks in text[start:counted]
    for match in _CANDIDATE.finditer(text, start, end):
        mark = match.start()
        if match.lastindex and mark - start > _LOOKS_BEHIND:
            if mark < resume:
                continue
            spans.append((sentence, mark + 1))
            sentence = resume = worded = mark + 2
            continue
        if mark < resume:
            continue
        after = text[mark + 1]
        if text[mark] == "\n" and "\u0621" <= after <= "\u064a" and text[max(sentence, mark - 2)].isalnum():
            spans.append((sentence, _rtrim(text, sentence, mark)))
            sentence = resume = worded = mark + 1
            continue
        if text[mark] in BREAKS:
            stop, ended = mark, True
            following = _after_space(text, stop, end)
        else:
            run_end = mark + 1
            ended = False
            if after == " " and mark + 2 < end and text[mark + 2].isalpha():
                stop, following = run_end, mark + 2  # neither marks nor closers nor emoji behind it
            else:
                if after in _MARKS_AND_SPACES:
                    run = _RUN.match(text, mark, end)
                    run_end = mark + 1 if run is None else run.end()
                if counted < mark:
                    quotes += text.count('"', counted, mark)
                    counted = mark
                stop = _tail(text, run_end, end, quotes % 2 == 1)
                following = _after_space(text, stop, end)
        resume = max(stop, mark + 1)
        if following >= end:
            break
        if not ended:
            ended = is_end(text, sentence, mark, run_end, stop, following, end)
        if not ended or extends(text[following]):
            continue
        visible = max(sentence, worded)
        if (
            not text[visible].isalnum() and _WORD.search(text, visible, stop) is None
        ):  # marks alone are no sentence: they stay with what follows
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
    if start < end and not text[start].isspace():
        return start
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
        if char in MARKS:
            position += 1
        elif char in _EITHER and char != "”":
            after = text[position + 1] if position + 1 < end else " "
            if after.isalnum() and not (quoted and char == '"'):
                break
            quoted = False
            position += 1
        elif char in _CLOSERS:
            position += 1
        elif char.isspace() and char not in BREAKS:
            ahead = _after_space(text, position, end)
            if ahead >= end or ahead - position > 2:
                break
            char = text[ahead]
            after = text[ahead + 1] if ahead + 1 < end else " "
            spaced = after.isspace() or after in MARKS
            if (
                char in "»)]}›"
                or (char in MARKS and spaced)
                or (char in "”“" and spaced)
                or (char == '"' and spaced and quoted)
            ):
                quoted = quoted and char != '"'
                position = ahead + 1
            else:
                break
        else:
            break
    ahead = _after_space(text, position, end)
    if ahead >= end or text[ahead] < _FIRST_EMOJI:
        return position
    emoji = _EMOJI_RUN.match(text, position, end)
    if emoji is not None and text[ahead] not in _BULLETS:
        return emoji.end()
    return position
