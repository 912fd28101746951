"""Dates, amounts and percentages by their grammar, and what class letters alone cannot decide.

Every repetition of the grammar is bounded, so the time taken grows with the length of a text and no faster.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus_builder.annotators.patterns.grammar import (
    DATE,
    DATE_BEGINS,
    HAS_CURRENCY,
    HAS_DATE,
    HAS_PERCENT,
    MONEY,
    MORE_YEARS,
    NUMBER_BEGINS,
    ONE_MONTH,
    PERCENT,
    SURE_MONTH,
)
from corpus_builder.annotators.patterns.words import tokens, value
from corpus_builder.folding import matching_key

_FIRST_YEAR, _LAST_YEAR = 1700, 2100
_UNITS = frozenset(
    matching_key(
        "متر كيلومتر كلم كم سم ملم طن غرام كيلو كيلوغرام لتر برميل درجة شخص نسمة قتيل مرة صفحة سنة"
        " عام يوم ساعة دقيقة ثانية ميل قدم فدان هكتار دونم نقطة ميغاوات واط سعرة وحدة مقعد صوت عضو لاعب"
    ).split()
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its class letters and the chunks that they came from.

    ``lengths`` is what the chunks before each one have together, spaces apart; ``class_starts`` where its
    letters begin.
    """

    text: str
    chunks: Sequence[str]
    classes: str
    lengths: Sequence[int]
    class_starts: Sequence[int]

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """The code points of the class letters ``[first, stop)``."""
        return self._token(first)[0], self._token(stop - 1)[1]

    def word(self, index: int) -> str:
        if not 0 <= index < len(self.classes):
            return ""
        start, end = self._token(index)
        return self.text[start:end]

    def _token(self, index: int) -> tuple[int, int]:
        chunk = bisect_right(self.class_starts, index) - 1
        _letter, start, end = tokens(self.chunks[chunk])[index - self.class_starts[chunk]]
        base = self.lengths[chunk] + chunk
        return base + start, base + end


def found_in(
    text: str, chunks: Sequence[str], classes: str, lengths: Sequence[int], class_starts: Sequence[int]
) -> list[tuple[int, int, str]]:
    """The spans in a text whose chunks have these class letters, in order."""
    source = _Text(text, chunks, classes, lengths, class_starts)
    found: list[tuple[int, int, str]] = []
    if HAS_PERCENT.search(classes):
        found += _percentages(source)
    if HAS_CURRENCY.search(classes):
        found += _money(source)
    taken = [False] * len(classes)
    for first, stop, _label in found:
        taken[first:stop] = [True] * (stop - first)
    if HAS_DATE.search(classes):
        found += [(first, stop, "DATE") for first, stop in _dates(source) if not any(taken[first:stop])]
    found.sort()
    spans = []
    last = 0
    for first, stop, label in found:
        if first >= last:
            start, end = source.span(first, stop)
            spans.append((start - _is_signed(text, start, label), end, label))
            last = stop
    return spans


def _is_signed(text: str, start: int, label: str) -> bool:
    """Whether a plus or minus stands on the figure of a percentage, as in ``+0.4%``; a dash between figures does not."""
    if label != "PERCENT" or text[start - 1 : start] not in ("+", "-", "−") or not text[start].isdecimal():
        return False
    return start == 1 or text[start - 2].isspace() or text[start - 2] in "(|"


def _matches(pattern: re.Pattern[str], begins: re.Pattern[str], classes: str) -> Iterator[re.Match[str]]:
    """The matches of ``pattern`` from left to right, none over another, tried only where ``begins``
    matches."""
    stop = 0
    for place in begins.finditer(classes):
        if place.start() >= stop and (match := pattern.match(classes, place.start())) is not None:
            yield match
            stop = match.end()


def _percentages(source: _Text) -> list[tuple[int, int, str]]:
    found = []
    for match in _matches(PERCENT, NUMBER_BEGINS, source.classes):
        first, stop = match.span()
        if match["joined"] and not _adjacent(source, first, stop):
            continue
        found.append((first, stop, "PERCENT"))
    return found


def _money(source: _Text) -> list[tuple[int, int, str]]:
    found = []
    for match in _matches(MONEY, NUMBER_BEGINS, source.classes):
        first, stop = match.span()
        if match["one"] and matching_key(source.word(first + 1)) not in ("واحد", "واحدا", "واحده"):
            continue
        found.append((first, stop, "MONEY"))
    return found


def _adjacent(source: _Text, first: int, stop: int) -> bool:
    starts = [source.span(i, i + 1) for i in range(first, stop)]
    return all(a[1] == b[0] for a, b in pairwise(starts))


def _dates(source: _Text) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    classes = source.classes
    position = 0
    for place in DATE_BEGINS.finditer(classes):
        if place.start() < position or (match := DATE.match(classes, place.start())) is None:
            continue
        spans = list(_of_match(source, match))
        found += spans
        position = max(spans[-1][1] if spans else match.start() + 1, match.start() + 1)
        if spans and (match["years"] or match["headed"] or match["loose"]):
            position = _more_years(source, position, found)
    return found


def _more_years(source: _Text, position: int, found: list[tuple[int, int]]) -> int:
    """Take along the years that are coordinated with the one that ends at ``position``: ``عامي 2019
    و2020``."""
    while (match := MORE_YEARS.match(source.classes, position)) is not None:
        if not _plausible(source, match.start(1), match.end(1)) or (
            source.classes[position] == ","
            and (source.classes[match.end() : match.end() + 1] not in ("", ",", "&", "!"))
        ):
            break
        found.append(match.span(1))
        position = match.end()
    return position


def _of_match(source: _Text, match: re.Match[str]) -> list[tuple[int, int]]:
    """What of a match is a date, in order; nothing where its words say that it is none."""
    classes = source.classes
    first, stop = match.span()
    before = classes[first - 1 : first]
    if match["dated"]:
        return _fixed(source, match, first, stop)
    if match["month"]:
        if not _year_follows(source, match.start("month_year"), stop):
            stop = match.start("month_year")
            if SURE_MONTH.match(classes, first):
                return _named(source, first, stop)
            return []
        if (
            classes[first] in "r"
            and stop - first == 2
            and classes[match.start("month_year")] == "Y"
            and before not in "isp~"
        ):
            return [(first, stop)] if int(source.word(stop - 1)) < 1500 else []
        return _named(source, first, stop)
    if match["alone"]:
        if classes[first:stop] == "m" and _is_brand(source, first):
            return []
        if classes[first:stop] == "r" and matching_key(source.word(first)) == "رمضان":
            return []
        return _named(source, first, stop)
    if match["span"]:
        return [(first, stop)] if _is_range(source, first, stop) else []
    if match["years"]:
        counted = classes[first - 2 : first - 1] in tuple("detYnNxXSPV")
        if counted and (classes[first] != "Y" or not _plausible(source, first, stop)):
            return []
        if classes[first:stop] == "t" and (_counts(source, stop) or source.word(first - 1).startswith("ال")):
            return []
        return [] if classes[stop : stop + 1] in tuple("SPVUyRO$%") else [(first, stop)]
    if match["lined"]:
        at_line = first == 0 or "\n" in source.word(first - 1)
        return [(first, stop)] if at_line and _plausible(source, first, stop) else []
    if match["headed"] or match["loose"] or match["bracketed"]:
        return [(first, stop)] if _plausible(source, first, stop) else []
    return [(first, stop)]


def _fixed(source: _Text, match: re.Match[str], first: int, stop: int) -> list[tuple[int, int]]:
    classes = source.classes
    if match["year"] and not _year_follows(source, match.start("year"), stop):
        stop = match.start("year")
    day = match["day"]
    if day[0] in "o12X" and classes[match.start("day") - 1 : match.start("day")] == "q":
        if match["year"] or SURE_MONTH.match(match["dated"]):
            return _named(source, match.start("dated"), stop)
        return []
    if day == "f" and match["dated"][0] in "uv" and not match["year"]:
        return []
    if day[-1] == "J" and day[0] in "=d" and match["dated"][0] in "r" and not match["year"]:
        return []
    return [(first, stop)]


def _named(source: _Text, first: int, stop: int) -> list[tuple[int, int]]:
    """Months, with a year or without: one span; two where different months are joined and have no year to
    share."""
    months = [(match.start(), match.end()) for match in ONE_MONTH.finditer(source.classes, first, stop)]
    if len(months) < 2 or _same_month(source, months):
        return [(first, stop)]
    if source.classes[months[1][1] : stop].strip(")"):
        return [(first, stop)]
    return [month for month in months if SURE_MONTH.match(source.classes, month[0])]


def _same_month(source: _Text, months: Sequence[tuple[int, int]]) -> bool:
    return _month_number(source, *months[0]) == _month_number(source, *months[1])


def _month_number(source: _Text, first: int, stop: int) -> int | None:
    word = source.word(first)
    if source.classes[first] == "6":
        kanun = matching_key(word).startswith("كان")
        second = source.classes[first + 1 : stop] == "2"
        return (1 if second else 12) if kanun else (11 if second else 10)
    return value(word)


def _is_brand(source: _Text, index: int) -> bool:
    """Whether a month's name is the car maker's or the clinic's."""
    word = matching_key(source.word(index))
    before, after = matching_key(source.word(index - 1)), matching_key(source.word(index + 1))
    if word == "نيسان":
        return before in ("سياره", "سيارات", "شركه", "طراز", "رينو", "باترول") or after in (
            "موتور",
            "موتورز",
            "باترول",
        )
    return word == "مايو" and after in ("كلينك", "كلينيك")


def _is_range(source: _Text, first: int, stop: int) -> bool:
    words = [source.word(i) for i in range(first, stop) if source.classes[i] in "Yde"]
    a, b = int(words[0]), int(words[1])
    if len(words[1]) == 2:
        b += a // 100 * 100
    return (1300 <= a <= 1500 or a >= _FIRST_YEAR) and a < b <= min(a + 120, _LAST_YEAR)


def _year_follows(source: _Text, first: int, stop: int) -> bool:
    """Whether the number after a month is its year and counts nothing."""
    if source.classes[stop - 1] in "Hg":
        return True
    following = source.classes[stop : stop + 1]
    return following not in tuple("SPVUyRO$%KhTNx") and matching_key(source.word(stop)) not in _UNITS


def _plausible(source: _Text, first: int, stop: int) -> bool:
    """Whether a number that stands where a year may stand is one."""
    if source.classes[stop - 1] in "Hg":
        return True
    return _FIRST_YEAR <= int(source.word(first)) <= _LAST_YEAR and not _counts(source, stop)


def _counts(source: _Text, stop: int) -> bool:
    """Whether the number before ``stop`` counts what follows: the noun has the form that Arabic grammar asks
    for there."""
    following = source.classes[stop : stop + 1]
    if not following or following in "!,()&<^>i~JbBpaLq:-/|W":
        return False
    if following in "SPVUyRO$%KhTNx":
        return True
    word = matching_key(source.word(stop))
    if word in _UNITS:
        return True
    last_two = int(source.word(stop - 1)[-2:])
    if word.startswith("ال"):
        return False
    if last_two > 10:
        return len(word) > 3 and word[-1] in "اه" and not word.endswith("وا") and not word.startswith("ي")
    return last_two == 0
