"""Which of the matches of the grammar of dates are dates: what class letters alone cannot decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus_builder.annotators.patterns.grammar import MORE_YEARS, ONE_MONTH, SURE_MONTH
from corpus_builder.annotators.patterns.words import value
from corpus_builder.folding import matching_key

_FIRST_YEAR, _LAST_YEAR = 1700, 2100
_UNITS = frozenset(
    matching_key(
        "متر كيلومتر كلم كم سم ملم طن غرام كيلو كيلوغرام لتر برميل درجة شخص نسمة قتيل مرة صفحة سنة"
        " عام يوم ساعة دقيقة ثانية ميل قدم فدان هكتار دونم نقطة ميغاوات واط سعرة وحدة مقعد صوت عضو لاعب"
    ).split()
)

#: Following letters of what a number counts, and of what is no noun; the empty one is the end of the text.
_COUNTED = frozenset("SPVUyRO$%KhTNx")
_AMOUNTS, _NUMBERS = frozenset("SPVUyRO$%"), frozenset("detYnNxXSPV")
_NO_NOUN = frozenset(["", *"!,()&<^>:-/|"])
_CAR_BEFORE = ("سياره", "سيارات", "شركه", "طراز", "رينو", "باترول")
_CAR_AFTER = ("موتور", "موتورز", "باترول")

key_of = lru_cache(1 << 13)(matching_key)
"""The matching key of a word, as often asked for the same words."""


class Window(NamedTuple):
    """Class letters between two that no pattern crosses, with some around them, and the text that they came from.

    ``starts`` and ``ends`` (code points of the text) are those of all its letters; the window's begin at ``low``. The answers
    to what it was ``asked`` of its words, with its letters, are all that decides which spans it holds.
    """

    text: str
    classes: str
    starts: Sequence[int]
    ends: Sequence[int]
    low: int
    asked: dict[Asked, bool]

    def word(self, index: int) -> str:
        """The word, number or sign of a letter of the window; empty outside it."""
        if not 0 <= index < len(self.classes):
            return ""
        place = self.low + index
        return self.text[self.starts[place] : self.ends[place]]

    def ask(self, question: Question, *places: int) -> bool:
        """The answer to a question about the words at some letters."""
        asked = question, places
        if asked not in self.asked:
            self.asked[asked] = question(self, *places)
        return self.asked[asked]


Question = Callable[..., bool]
Asked = tuple[Question, tuple[int, ...]]


def dates_in(window: Window, matches: Iterable[re.Match[str]]) -> list[tuple[int, int]]:
    """The letters of each date in a window, in order, none over another."""
    found: list[tuple[int, int]] = []
    position = 0
    for match in matches:
        if match.start() < position:
            continue
        spans = _of_match(window, match)
        found += spans
        position = max(spans[-1][1] if spans else 0, match.start() + 1)
        if spans and (match["years"] or match["headed"] or match["loose"]):
            position = _more_years(window, position, found)
    return found


def _more_years(window: Window, position: int, found: list[tuple[int, int]]) -> int:
    """Take along the years that are coordinated with the one that ends at ``position``: ``عامي 2019
    و2020``."""
    while (match := MORE_YEARS.match(window.classes, position)) is not None:
        if not _plausible(window, match.start(1), match.end(1)) or (
            window.classes[position] == ","
            and (window.classes[match.end() : match.end() + 1] not in ("", ",", "&", "!"))
        ):
            break
        found.append(match.span(1))
        position = match.end()
    return position


def _of_match(window: Window, match: re.Match[str]) -> list[tuple[int, int]]:
    """What of a match is a date, in order; nothing where its words say that it is none."""
    classes = window.classes
    first, stop = match.span()
    before = classes[first - 1 : first]
    if match["dated"]:
        return _fixed(window, match, first, stop)
    if match["month"]:
        if not _year_follows(window, match.start("month_year"), stop):
            stop = match.start("month_year")
            if SURE_MONTH.match(classes, first):
                return _named(window, first, stop)
            return []
        if (
            classes[first] in "r"
            and stop - first == 2
            and classes[match.start("month_year")] == "Y"
            and before not in "isp~"
        ):
            return [(first, stop)] if window.ask(_is_hijri_year, stop - 1) else []
        return _named(window, first, stop)
    if match["alone"]:
        if classes[first:stop] == "*" and window.ask(_is_brand, first):
            return []
        if classes[first:stop] == "r" and window.ask(_is_ramadan, first):
            return []
        return _named(window, first, stop)
    if match["span"]:
        return [(first, stop)] if window.ask(_is_range, first, stop) else []
    if match["years"]:
        counted = classes[first - 2 : first - 1] in _NUMBERS
        if counted and (classes[first] != "Y" or not _plausible(window, first, stop)):
            return []
        if classes[first:stop] == "t" and (_counts(window, stop) or window.ask(_is_definite, first - 1)):
            return []
        return [] if classes[stop : stop + 1] in _AMOUNTS else [(first, stop)]
    if match["lined"]:
        at_line = first == 0 or window.ask(_is_line_end, first - 1)
        return [(first, stop)] if at_line and _plausible(window, first, stop) else []
    if match["headed"] or match["loose"] or match["bracketed"]:
        return [(first, stop)] if _plausible(window, first, stop) else []
    return [(first, stop)]


def _fixed(window: Window, match: re.Match[str], first: int, stop: int) -> list[tuple[int, int]]:
    classes = window.classes
    if match["year"] and not _year_follows(window, match.start("year"), stop):
        stop = match.start("year")
    day = match["day"]
    if day[0] in "o12X" and classes[match.start("day") - 1 : match.start("day")] == "q":
        if match["year"] or SURE_MONTH.match(match["dated"]):
            return _named(window, match.start("dated"), stop)
        return []
    if day == "f" and match["dated"][0] in "uv" and not match["year"]:
        return []
    if day[-1] == "J" and day[0] in "=d" and match["dated"][0] in "r" and not match["year"]:
        return []
    return [(first, stop)]


def _named(window: Window, first: int, stop: int) -> list[tuple[int, int]]:
    """Months, with a year or without: one span; two where different months are joined and have no year to
    share."""
    if stop - first == 1:
        return [(first, stop)]
    months = [(match.start(), match.end()) for match in ONE_MONTH.finditer(window.classes, first, stop)]
    if len(months) < 2 or window.ask(_is_same_month, *months[0], *months[1]):
        return [(first, stop)]
    if window.classes[months[1][1] : stop].strip(")"):
        return [(first, stop)]
    return [month for month in months if SURE_MONTH.match(window.classes, month[0])]


def _year_follows(window: Window, first: int, stop: int) -> bool:
    """Whether the number after a month is its year and counts nothing."""
    if window.classes[stop - 1] in "Hg":
        return True
    following = window.classes[stop : stop + 1]
    if following in _NO_NOUN:
        return True
    return following not in _COUNTED and not window.ask(_is_unit, stop)


def _plausible(window: Window, first: int, stop: int) -> bool:
    """Whether a number that stands where a year may stand is one."""
    if window.classes[stop - 1] in "Hg":
        return True
    return window.ask(_is_year, first) and not _counts(window, stop)


def _counts(window: Window, stop: int) -> bool:
    """Whether the number before ``stop`` counts what follows: the noun has the form that Arabic grammar asks
    for there."""
    following = window.classes[stop : stop + 1]
    if not following or following in "!,()&<^>i~JbBpaLq:-/|W":
        return False
    return following in _COUNTED or window.ask(_is_counted, stop)


# Questions about words, by their places in a window --------------------------------------------------------


def _is_year(window: Window, index: int) -> bool:
    return _FIRST_YEAR <= int(window.word(index)) <= _LAST_YEAR


def _is_hijri_year(window: Window, index: int) -> bool:
    return int(window.word(index)) < 1500


def _is_range(window: Window, first: int, stop: int) -> bool:
    words = [window.word(i) for i in range(first, stop) if window.classes[i] in "Yde"]
    a, b = int(words[0]), int(words[1])
    if len(words[1]) == 2:
        b += a // 100 * 100
    return (1300 <= a <= 1500 or a >= _FIRST_YEAR) and a < b <= min(a + 120, _LAST_YEAR)


def _is_unit(window: Window, index: int) -> bool:
    return key_of(window.word(index)) in _UNITS


def _is_counted(window: Window, index: int) -> bool:
    """Whether a noun has the form that it takes after the number before it."""
    word = key_of(window.word(index))
    if word in _UNITS:
        return True
    last_two = int(window.word(index - 1)[-2:])
    if word.startswith("ال"):
        return False
    if last_two > 10:
        return len(word) > 3 and word[-1] in "اه" and not word.endswith("وا") and not word.startswith("ي")
    return last_two == 0


def _is_definite(window: Window, index: int) -> bool:
    return window.word(index).startswith("ال")


def _is_line_end(window: Window, index: int) -> bool:
    return "\n" in window.word(index)


def _is_ramadan(window: Window, index: int) -> bool:
    return key_of(window.word(index)) == "رمضان"


def _is_brand(window: Window, index: int) -> bool:
    """Whether a month's name is the car maker's or the clinic's."""
    word = key_of(window.word(index))
    if word == "نيسان":
        before, after = key_of(window.word(index - 1)), key_of(window.word(index + 1))
        return before in _CAR_BEFORE or after in _CAR_AFTER
    return word == "مايو" and key_of(window.word(index + 1)) in ("كلينك", "كلينيك")


def _is_same_month(window: Window, first: int, stop: int, other: int, end: int) -> bool:
    return _month_number(window, first, stop) == _month_number(window, other, end)


def _month_number(window: Window, first: int, stop: int) -> int | None:
    word = window.word(first)
    if window.classes[first] == "6":
        kanun = key_of(word).startswith("كان")
        second = window.classes[first + 1 : stop] == "2"
        return (1 if second else 12) if kanun else (11 if second else 10)
    return value(word)
