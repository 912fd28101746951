"""Dates, amounts and percentages in texts whose class letters are known.

No match holds ``_`` or ``!``, and none goes without a letter of `TRIGGERS`: so the grammar is tried only on the windows
between those that hold a trigger, and what it matches in a window is remembered, since the same few windows come again
and again. Which of the matches stand is asked of the words each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus_builder.annotators.patterns.dates import Asked, Window, dates_in, key_of
from corpus_builder.annotators.patterns.grammar import (
    DATE,
    DATE_BEGINS,
    HAS_CURRENCY,
    HAS_DATE,
    HAS_PERCENT,
    MONEY,
    NUMBER_BEGINS,
    PERCENT,
)
from corpus_builder.annotators.patterns.reading import Reading
from corpus_builder.annotators.patterns.strays import without_strays
from corpus_builder.annotators.patterns.windows import windows

#: Windows that are remembered; it starts over with more, so that memory has a bound.
_KEPT = 1 << 14
_LONGEST_KEPT = 48
Found = tuple[int, int, str]
_ONE = ("واحد", "واحدا", "واحده")


@dataclass(frozen=True, slots=True)
class _Matches:
    """What the grammar matches in a window: percentages (whether the sign comes first), amounts (whether a number
    word follows the currency), none over another of its kind, and all dates."""

    percentages: tuple[tuple[int, int, bool], ...]
    amounts: tuple[tuple[int, int, bool], ...]
    dates: Iterable[re.Match[str]]


@dataclass(slots=True)
class _Known:
    """What is remembered of the letters of a window: their matches, all that was asked to decide which of these stand, and the
    spans, where nothing has to be asked."""

    matches: _Matches
    asked: tuple[Asked, ...] = ()
    spans: list[Found] | None = None


def found_in(text: str, reading: Reading, texts: Sequence[int]) -> list[Found]:
    """The spans in a text whose class letters are known, in order. ``texts`` are the letters with which the texts begin that
    it was put together from, and the end of the last."""
    starts, ends = reading.starts.data, reading.ends.data
    classes = without_strays(reading.classes)
    found = []
    for low, high in windows(classes, texts):
        letters = classes[low:high]
        known = _known(letters)
        spans = known.spans
        if spans is None:
            spans = _by_words(Window(text, letters, starts, ends, low, {}), known)
        for first, stop, label in spans:
            start = starts[low + first]
            if label == "PERCENT" and _is_signed(text, start):
                start -= 1
            found.append((start, ends[low + stop - 1], label))
    return found


def _by_words(window: Window, known: _Known) -> list[Found]:
    """The spans of a window, by the answers to what was asked of others with its letters."""
    answers = tuple([window.ask(question, *places) for question, places in known.asked])
    spans = _decided.get((window.classes, answers))
    if spans is None:
        spans = _of_window(window, known.matches)
        if not window.asked:
            known.spans = spans
        elif len(window.classes) <= _LONGEST_KEPT:
            if len(_decided) >= _KEPT:
                _decided.clear()
            known.asked = tuple(window.asked)
            _decided[window.classes, tuple(window.asked.values())] = spans
    return spans


_decided: dict[tuple[str, tuple[bool, ...]], list[Found]] = {}
"""The spans of a window by its letters and the answers to all that was asked."""


def _of_window(window: Window, matches: _Matches) -> list[Found]:
    """The letters of each span in a window, in order, none over another."""
    dates = dates_in(window, matches.dates) if matches.dates else []
    if not (matches.percentages or matches.amounts):
        return [(first, stop, "DATE") for first, stop in dates]
    found = [
        (first, stop, "PERCENT")
        for first, stop, joined in matches.percentages
        if not joined or window.ask(_adjacent, first, stop)
    ]
    found += [
        (first, stop, "MONEY")
        for first, stop, one in matches.amounts
        if not one or window.ask(_is_one, first + 1)
    ]
    taken = [False] * len(window.classes)
    for first, stop, _label in found:
        taken[first:stop] = [True] * (stop - first)
    found += [(first, stop, "DATE") for first, stop in dates if not any(taken[first:stop])]
    found.sort()
    spans = []
    last = 0
    for first, stop, label in found:
        if first >= last:
            spans.append((first, stop, label))
            last = stop
    return spans


def _is_signed(text: str, start: int) -> bool:
    """Whether a plus or minus stands on the figure of a percentage, as in ``+0.4%``; a dash between figures does not."""
    if text[start - 1 : start] not in ("+", "-", "−") or not text[start].isdecimal():
        return False
    return start == 1 or text[start - 2].isspace() or text[start - 2] in "(|"


def _adjacent(window: Window, first: int, stop: int) -> bool:
    return all(
        window.ends[window.low + i] == window.starts[window.low + i + 1] for i in range(first, stop - 1)
    )


def _is_one(window: Window, index: int) -> bool:
    return key_of(window.word(index)) in _ONE


class _Remembered(dict[str, _Known]):
    """What the grammar matches in each window."""

    def __missing__(self, letters: str) -> _Known:
        # How many letters are before the window: two only where the second, one only where the first, is none of its own.
        first = 2 if len(letters) > 2 and letters[1] in "_!" else int(letters[0] in "_!")
        percentages = _apart(PERCENT, letters, first) if HAS_PERCENT.search(letters, first) else ()
        amounts = _apart(MONEY, letters, first) if HAS_CURRENCY.search(letters, first) else ()
        dates = _dates(letters, first) if HAS_DATE.search(letters, first) else ()
        long = len(letters) > _LONGEST_KEPT
        known = _Known(
            _Matches(
                tuple((*match.span(), match["joined"] is not None) for match in percentages),
                tuple((*match.span(), match["one"] is not None) for match in amounts),
                dates if long else tuple(dates),
            )
        )
        if not long:
            if len(self) >= _KEPT:
                self.clear()
            self[letters] = known
        return known


_known = _Remembered().__getitem__


def _apart(pattern: re.Pattern[str], letters: str, first: int) -> Iterator[re.Match[str]]:
    """The matches from left to right, none over another."""
    stop = first
    for place in NUMBER_BEGINS.finditer(letters, first):
        if place.start() >= stop and (match := pattern.match(letters, place.start())) is not None:
            yield match
            stop = match.end()


def _dates(letters: str, first: int) -> Iterator[re.Match[str]]:
    """What may be a date at each place where one may begin."""
    for place in DATE_BEGINS.finditer(letters, first):
        if (match := DATE.match(letters, place.start())) is not None:
            yield match
