"""Dates, amounts and percentages in texts whose class letters are known.

No match holds ``_`` or ``!``, and none goes without a letter of `TRIGGERS`: so the grammar is tried only on the windows
between those that hold a trigger, and what it matches in a window is remembered, since the same few windows come again
and again. Which of the matches stand is asked of the words each time. The spans of all windows go through whole arrays.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

#: Windows that are remembered, some 20 MB, enough for 100,000 articles; it starts over with more, so that memory has a bound.
_KEPT = 1 << 15
_LONGEST_KEPT = 48
Found = tuple[int, int, str]
LABELS = ("DATE", "MONEY", "PERCENT")
#: Bytes of a span: three numbers.
_SIZE = 3 * array("i").itemsize
_ONE = ("واحد", "واحدا", "واحده")


class _Matches(NamedTuple):
    """What the grammar matches in a window: percentages (whether the sign comes first), amounts (whether a number
    word follows the currency), none over another of its kind, and all dates."""

    percentages: tuple[tuple[int, int, bool], ...]
    amounts: tuple[tuple[int, int, bool], ...]
    dates: Iterable[re.Match[str]]


_NO_MATCHES = _Matches((), (), ())


class _Known:
    """What is remembered of the letters of a window: their matches and all that was asked to decide which of these stand; or the
    spans, where nothing has to be asked."""

    __slots__ = ("asked", "matches", "spans")

    def __init__(self, matches: _Matches) -> None:
        self.matches = matches
        self.asked: tuple[Asked, ...] = ()
        self.spans: bytes | None = None


class Spans(NamedTuple):
    """Spans in order: where each starts and ends (code points), the place of its label in `LABELS`, and whether a character
    that may make one with its neighbour is near."""

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    labels: NDArray[np.intp]
    doubtful: NDArray[np.bool_]


def found_in(text: str, reading: Reading, texts: Sequence[int]) -> Spans:
    """The spans in a text whose class letters are known. ``texts`` are the letters with which the texts begin that
    it was put together from, and the end of the last."""
    classes = without_strays(reading.classes)
    bounds = list(windows(classes, texts))
    letters = [classes[low:high] for low, high in bounds]
    known = list(map(_known, letters))
    spans = [one.spans for one in known]
    starts, ends = reading.starts.data, reading.ends.data
    for place in [place for place, found in enumerate(spans) if found is None]:
        window = Window(text, letters[place], starts, ends, bounds[place][0], {})
        spans[place] = _by_words(window, known[place])
    return _together(text, reading, [low for low, _high in bounds], cast("list[bytes]", spans))


def _together(text: str, reading: Reading, lows: list[int], spans: list[bytes]) -> Spans:
    """The spans of all windows, of which each begins with the letter ``low``."""
    found = np.frombuffer(b"".join(spans), np.int32).reshape(-1, 3).astype(np.intp)
    sizes = np.array([len(some) for some in spans], np.intp)
    bases = np.repeat(np.array(lows, np.intp), sizes // _SIZE)
    first, last, labels = bases + found[:, 0], bases + found[:, 1], found[:, 2]
    starts, ends = reading.starts[first], reading.ends[last]
    for place in np.flatnonzero(labels == LABELS.index("PERCENT")).tolist():
        starts[place] -= _is_signed(text, int(starts[place]))
    return Spans(starts, ends, labels, reading.spelt[first] | reading.spelt[last])


def _by_words(window: Window, known: _Known) -> bytes:
    """The spans of a window, by the answers to what was asked of others with its letters."""
    if known.spans is not None:
        # Decided since, by another window of the text.
        return known.spans
    answers = tuple([question(window, *places) for question, places in known.asked])
    spans = _decided.get((window.classes, answers))
    if spans is None:
        window.asked.update(zip(known.asked, answers, strict=True))
        spans = _as_bytes(_of_window(window, known.matches))
        if not window.asked:
            known.spans, known.matches = spans, _NO_MATCHES
        elif len(window.classes) <= _LONGEST_KEPT:
            if len(_decided) >= _KEPT:
                _decided.clear()
            known.asked = tuple(window.asked)
            _decided[window.classes, tuple(window.asked.values())] = spans
    return spans


_decided: dict[tuple[str, tuple[bool, ...]], bytes] = {}
"""The spans of a window by its letters and the answers to all that was asked."""


def _as_bytes(spans: list[Found]) -> bytes:
    """Spans by the place of their first letter, of their last, and of their label, to be read by whole arrays with those of others."""
    return array(
        "i", [n for first, stop, label in spans for n in (first, stop - 1, LABELS.index(label))]
    ).tobytes()


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


def _apart(pattern: str, letters: str, first: int) -> Iterator[re.Match[str]]:
    """The matches from left to right, none over another."""
    compiled = re.compile(pattern)
    stop = first
    for place in NUMBER_BEGINS.finditer(letters, first):
        if place.start() >= stop and (match := compiled.match(letters, place.start())) is not None:
            yield match
            stop = match.end()


def _dates(letters: str, first: int) -> Iterator[re.Match[str]]:
    """What may be a date at each place where one may begin."""
    compiled = re.compile(DATE)
    for place in DATE_BEGINS.finditer(letters, first):
        if (match := compiled.match(letters, place.start())) is not None:
            yield match
