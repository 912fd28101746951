"""The grammar of dates, amounts and percentages over class letters, and what letters alone cannot decide.

Every repetition is bounded, so the time taken grows with the length of a text and no faster.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus_builder.annotators.patterns.words import tokens, value
from corpus_builder.folding import matching_key

# Numbers -------------------------------------------------------------------------------------------------
_FIGURE = r"=?[detYn]"
_WORDS = r"[Nx](?:&?[NxX]){0,5}"
_TAIL = rf"(?:&(?:(?:{_FIGURE}|{_WORDS}|h)[SPVM]{{0,2}}|[SVM])){{1,3}}"
_AMOUNT = (
    rf"(?:{_FIGURE}(?:[SPV]{{1,2}}(?:{_TAIL})?|&h)?|{_WORDS}[SPV]{{0,2}}(?:{_TAIL})?"
    rf"|h[SPVM]?|M(?:{_TAIL})?|[SV][SP]?(?:{_TAIL})?)"
)
_TO = r"[~\-|]"
_NOT_BEFORE = r"(?<![detYn.])"
# Money -----------------------------------------------------------------------------------------------------
_NATION = r"(?:K{1,2}|Qk)"
_CURRENCY = rf"(?:[Uy]{_NATION}?|R{_NATION}|[$O])"
_SMALL = rf"(?:&{_AMOUNT}yK?|&hF?)?"
_MONEY = re.compile(
    rf"(?:(?:(?<=B)|(?<=B[_b])){_AMOUNT}(?:{_CURRENCY})?&{_AMOUNT}{_CURRENCY})"
    rf"|{_NOT_BEFORE}{_AMOUNT}(?:{_TO}{_AMOUNT})?{_CURRENCY}{_SMALL}"
    rf"|[$O]{_FIGURE}[SPV]{{0,2}}(?:[~\-]{_FIGURE}[SPV]{{0,2}})?"
    rf"|T{_NATION}?{_SMALL}"
    rf"|[Uy]{_NATION}?&h[FS]?"
    rf"|(?P<one>[Uy]N{_NATION}?)"
)
# Percentages -----------------------------------------------------------------------------------------------
_SHARE = rf"(?:{_FIGURE}S?(?:&h)?|{_WORDS}(?:&h)?|h|S)"
_PERCENT_SIGN = r"(?:%|[i^]I)"
_PERCENT = re.compile(
    rf"(?:(?:(?<=B)|(?<=B[_b])){_SHARE}&{_SHARE}{_PERCENT_SIGN})"
    rf"|{_NOT_BEFORE}{_SHARE}(?:{_TO}{_SHARE})?{_PERCENT_SIGN}"
    rf"|(?P<joined>%[detYn])"
)
# Dates -----------------------------------------------------------------------------------------------------
_SURE = r"(?:m|j|6[12f]|7[12f]|8[1-4f]|90)"
_MONTH = rf"(?:{_SURE}|[uvrcl])"
_DOUBLE = rf"(?:{_MONTH}(?:[/\-]{_MONTH}|\({_MONTH}\))?)"
_ERA = r"[Hg]"
_YEAR = rf"(?:[,/]?Y(?:[/\-]Y)?{_ERA}?|[detn]H)"
_DAY = r"=?d(?:(?:,&|[-,~|&/])=?d){0,5}J?"
_ORDINAL = r"(?:[o12]x|[o12]&X|X|[o12])"
_NAMED_DAY = rf"(?:{_ORDINAL}(?:[~\-&]{_ORDINAL})?J|f)"
_FIXED = rf"(?P<weekday>W(?:&W)?,?)?(?P<day>{_DAY}|{_NAMED_DAY})(?P<dated>{_DOUBLE})(?P<year>{_YEAR})?"
_MONTH_RANGE = rf"(?P<months>{_DOUBLE}[~\-]{_DOUBLE}Y{_ERA}?|(?<=B){_DOUBLE}&{_DOUBLE}Y{_ERA}?)"
_OF_YEAR = rf"(?P<month>{_DOUBLE})(?P<month_year>{_YEAR})"
_ALONE = (
    rf"(?P<alone>{_MONTH}[/\-]{_MONTH}|{_MONTH}\({_MONTH}\)|{_SURE}|(?<=[ips~])[u6]|(?<=s)[vr]|[uv](?=L))"
)
_CENTURY = rf"C(?:{_ORDINAL}(?:&{_ORDINAL})?|=?[de](?:&=?[de])?)(?:E|bG|[Hg])?"
_DATE = re.compile(
    rf"Z{_ERA}?"
    rf"|{_FIXED}|{_MONTH_RANGE}|{_OF_YEAR}|{_ALONE}"
    rf"|(?P<decade>D(?:J?C(?:L|{_ORDINAL}))?(?!J?A))|(?P<plain_decade>zJ?C(?:L|{_ORDINAL}))"
    rf"|{_CENTURY}|(?:k[o1-5]|M[o12](?=E|bG|[~&,]))(?:E|bG)?|[kM]{_ORDINAL}(?:E|bG)"
    rf"|(?<![.\-/=detYn])(?:[detY]|n)(?:H|E|bG)"
    rf"|(?P<span>(?<![.\-/=detYn])[Y][\-/][Yde]{_ERA}?(?![.\-/]?[detYn]))"
    rf"|(?P<years>(?<=a)(?:=?[tY](?:{_ERA}|E|bG)?))"
    rf"|(?P<headed>(?<=[pB7])Y{_ERA}?)"
    rf"|(?P<bracketed>(?<=\()Y(?=\)))"
    rf"|(?P<loose>(?<=[i~Jb])Y(?![:/.\-]?[detYn]))"
)
#: With which letters each kind begins; a search from place to place in turn is many times slower.
_NUMBER_BEGINS = re.compile(r"[=detYnNxhSVM%$OTUy]")
_DATE_BEGINS = re.compile(r"[ZW=detYno12Xfmj6789uvrclDzCkM]")
_HAS_PERCENT, _HAS_CURRENCY = re.compile(r"[%I]"), re.compile(r"[UyRTO$]")
_HAS_DATE = re.compile(r"[ZY6789mjuvrclDzCkHMEG]")
_FIRST_YEAR, _LAST_YEAR = 1700, 2100
_UNITS = frozenset(
    "متر كيلومتر كلم كم سم ملم طن غرام كيلو كيلوغرام لتر برميل درجة شخص نسمة قتيل مرة صفحة سنة عام يوم ساعة دقيقة"
    " ثانية ميل قدم فدان هكتار دونم نقطة ميغاوات واط سعرة وحدة مقعد صوت عضو لاعب".split()
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its class letters, and where the chunks that they came from begin, in both."""

    text: str
    chunks: Sequence[str]
    classes: str
    chunk_starts: Sequence[int]
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
        return self.chunk_starts[chunk] + start, self.chunk_starts[chunk] + end


def found_in(
    text: str, chunks: Sequence[str], classes: str, chunk_starts: Sequence[int], class_starts: Sequence[int]
) -> list[tuple[int, int, str]]:
    """The spans in a text whose chunks have these class letters, in order."""
    source = _Text(text, chunks, classes, chunk_starts, class_starts)
    found: list[tuple[int, int, str]] = []
    if _HAS_PERCENT.search(classes):
        found += _percentages(source)
    if _HAS_CURRENCY.search(classes):
        found += _money(source)
    taken = [False] * len(classes)
    for first, stop, _label in found:
        taken[first:stop] = [True] * (stop - first)
    if _HAS_DATE.search(classes):
        found += [(first, stop, "DATE") for first, stop in _dates(source) if not any(taken[first:stop])]
    found.sort()
    spans = []
    last = 0
    for first, stop, label in found:
        if first >= last:
            spans.append((*source.span(first, stop), label))
            last = stop
    return spans


def _matches(pattern: re.Pattern[str], begins: re.Pattern[str], classes: str) -> Iterator[re.Match[str]]:
    """The matches of ``pattern`` from left to right, none over another, tried only where ``begins`` matches."""
    stop = 0
    for place in begins.finditer(classes):
        if place.start() >= stop and (match := pattern.match(classes, place.start())) is not None:
            yield match
            stop = match.end()


def _percentages(source: _Text) -> list[tuple[int, int, str]]:
    found = []
    for match in _matches(_PERCENT, _NUMBER_BEGINS, source.classes):
        first, stop = match.span()
        if match["joined"] and not _adjacent(source, first, stop):
            continue
        found.append((first, stop, "PERCENT"))
    return found


def _money(source: _Text) -> list[tuple[int, int, str]]:
    found = []
    for match in _matches(_MONEY, _NUMBER_BEGINS, source.classes):
        first, stop = match.span()
        if match["one"] and matching_key(source.word(first + 1)) not in ("واحد", "واحدا", "واحده"):
            continue
        found.append((first, stop, "MONEY"))
    return found


def _adjacent(source: _Text, first: int, stop: int) -> bool:
    starts = [source.span(i, i + 1) for i in range(first, stop)]
    return all(a[1] == b[0] for a, b in zip(starts, starts[1:], strict=False))


def _dates(source: _Text) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    classes = source.classes
    position = 0
    for place in _DATE_BEGINS.finditer(classes):
        if place.start() < position or (match := _DATE.match(classes, place.start())) is None:
            continue
        spans = list(_of_match(source, match))
        found += spans
        position = max(spans[-1][1] if spans else match.start() + 1, match.start() + 1)
        if spans and (match["years"] or match["headed"] or match["loose"]):
            position = _more_years(source, position, found)
    return found


def _more_years(source: _Text, position: int, found: list[tuple[int, int]]) -> int:
    """Take along the years that are coordinated with the one that ends at ``position``: ``عامي 2019 و2020``."""
    coordinated = re.compile(r"[&~|,](?:=?J?)(Y[Hg]?)(?![SPVUyKRO$%])")
    while (match := coordinated.match(source.classes, position)) is not None:
        if (
            not _plausible(source, match.start(1), match.end(1))
            or source.classes[position] == ","
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
            if re.fullmatch(_DOUBLE, classes[first:stop]) and re.match(_SURE, classes[first:stop]):
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
        return _named(source, first, stop)
    if match["span"]:
        return [(first, stop)] if _is_range(source, first, stop) else []
    if match["years"]:
        counted = classes[first - 2 : first - 1] in tuple("detYnNxXSPV")
        if counted and (classes[first] != "Y" or not _plausible(source, first, stop)):
            return []
        return [] if classes[stop : stop + 1] in tuple("SPVUyRO$%") else [(first, stop)]
    if match["headed"] or match["loose"] or match["bracketed"]:
        return [(first, stop)] if _plausible(source, first, stop) else []
    return [(first, stop)]


def _fixed(source: _Text, match: re.Match[str], first: int, stop: int) -> list[tuple[int, int]]:
    classes = source.classes
    if match["year"] and not _year_follows(source, match.start("year"), stop):
        stop = match.start("year")
    day = match["day"]
    if day[0] in "o12X" and classes[match.start("day") - 1 : match.start("day")] == "q":
        if match["year"] or re.match(_SURE, match["dated"]):
            return _named(source, match.start("dated"), stop)
        return []
    if day == "f" and match["dated"][0] in "uv" and not match["year"]:
        return []
    if day[-1] == "J" and day[0] in "=d" and match["dated"][0] in "r" and not match["year"]:
        return []
    return [(first, stop)]


def _named(source: _Text, first: int, stop: int) -> list[tuple[int, int]]:
    """A month alone or with a year: one span, but two where a dash or stroke joins different months."""
    joint = re.search(r"[/\-(]", source.classes[first:stop])
    if joint is None or source.classes[stop - 1] in "YHg":
        return [(first, stop)]
    middle = first + joint.start()
    one, other = _month_number(source, first, middle), _month_number(source, middle + 1, stop)
    if one == other:
        return [(first, stop)]
    return [(first, middle), (middle + 1, stop - (source.classes[stop - 1] == ")"))]


def _month_number(source: _Text, first: int, stop: int) -> int | None:
    letters = source.classes[first:stop].rstrip(")")
    word = source.word(first)
    if letters[0] == "6":
        kanun = matching_key(word).startswith("كان")
        second = letters[1:] == "2"
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
    return (1300 <= a <= 1500 or _FIRST_YEAR <= a) and a < b <= min(a + 120, _LAST_YEAR)


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
    """Whether the number before ``stop`` counts what follows: the noun has the form that Arabic grammar asks for there."""
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
        return len(word) > 3 and word[-1] in "اه" and not word.startswith("ي")
    if last_two == 0:
        return True
    return False
