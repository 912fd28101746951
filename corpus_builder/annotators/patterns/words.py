"""Words as classes: each word, number and sign of a text becomes one letter, so that a grammar of dates and
amounts is a
regular expression over those letters.

``data/patterns/words.tsv`` gives the class of each word, `CLASSES` the letter of each class. Numbers and
signs have
their own letters:

==== ==========================================================================
``d`` an integer from 1 to 31
``e`` another integer of one or two digits
``t`` an integer of three digits
``Y`` an integer from 1000 to 2100
``n`` any other number
``Z`` a date in figures, ``12/5/2020`` or ``2020-05-12``
``%`` a sign of percentage, ``-`` a dash of any length, ``, / ( ) :`` themselves
``& < ^ >`` the attached particles: و, ف, ب, and ل or ك
``=`` the article before a figure, as in ``الـ20``
``_`` any other word, ``!`` any other sign or the end of a line
==== ==========================================================================
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

from corpus_builder.folding import REMOVED, fold, matching_key

CLASSES = {
    "month": "m",
    "month_brand": "*",
    "month_ambiguous": "u",
    "month_weak": "v",
    "hijri_month": "j",
    "hijri_ambiguous": "r",
    "coptic_month": "c",
    "latin_month": "l",
    "month_named": "@",
    "month_kanun": "6",
    "month_tishrin": "6",
    "month_rabi": "7",
    "month_jumada": "8",
    "dhu": "9",
    "dhu_month": "0",
    "weekday": "W",
    "first": "f",
    "ordinal_first": "1",
    "ordinal_second": "2",
    "ordinal_second_f": "3",
    "ordinal_first_f": "4",
    "ordinal": "o",
    "ordinal_f": "5",
    "ten": "x",
    "ordinal_tens": "X",
    "year_noun": "a",
    "month_noun": "s",
    "weekday_noun": "w",
    "week_noun": "q",
    "time_head": "p",
    "in": "i",
    "from": "J",
    "before": "b",
    "until": "~",
    "to": "~",
    "between": "B",
    "or": "|",
    "relative": "L",
    "hijri_era": "H",
    "common_era": "g",
    "before_era": "E",
    "birth": "G",
    "century": "C",
    "millennium": "k",
    "decade_definite": "D",
    "decade": "z",
    "age": "A",
    "half": "h",
    "number_word": "N",
    "scale": "S",
    "scale_dual": "V",
    "scale_plural": "P",
    "scale_definite": "M",
    "hundred_definite": "I",
    "symbol": "$",
    "iso": "O",
    "abbreviated_currency": "U",
    "currency": "U",
    "subunit": "y",
    "currency_dual": "T",
    "currency_definite": "F",
    "currency_national": "R",
    "nationality": "K",
    "hong": "Q",
    "kong": "k",
}
PARTICLES = {"و": "&", "ف": "<", "ب": "^", "ل": ">", "ك": ">"}
#: Words of two letters that take particles; others would be found inside longer words (بين is no ب and a
#: yen).
SHORT = ("في", "فى", "من", "آب")
_ADJECTIVE_ENDINGS = ("", "ا", "ه", "ين", "ان", "تين", "تان", "ات", "ون")
_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d"
_TOKEN = re.compile(
    rf"""(?P<date>(?<![\d/.,٫-])(?:\d{{1,2}}(?P<a>[/.-])\d{{1,2}}(?P=a)\d{{4}}|\d{{4}}(?P<b>[/.-])\d{{1,2}}(?P=b)\d{{1,2}})(?![/.-]?\d))
    |(?P<other>\d{{1,2}}:\d\d(?::\d\d)?|\d+(?:[.,٫٬،'’]\d+){{2,}}[.]\d+|\d+[A-Za-z]\w*|[A-Za-z]+[\d_.-]+\w*)
    |(?P<number>\d+(?:[.,٫٬،'’ر]\d+)*)
    |(?P<abbreviated>[ءاأإبتجدرسقلم]\.\s?[ءاأإبتجدرسقلمعكيق](?=\W|$)|[A-Z.]{{0,4}}\$)
    |(?P<word>(?:[^\W\d]|[{_MARKS}])+)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
#: Much of this is no date and no number but takes long to read in turn.
_FIGURES, _FIGURE = re.compile(r"[\d/-]{40,}"), re.compile(r"\d+|.")
_DASHES = "-–—‐‑−"
SIGNS = {"%": "%", "٪": "%", "،": ",", ",": ",", "/": "/", "(": "(", ")": ")", ":": ":"} | dict.fromkeys(
    _DASHES, "-"
)


@cache
def lexicon() -> tuple[dict[str, str], dict[str, str], dict[str, int], set[str]]:
    """Class letters by form as written, by matching key where only one class has that key; the value of each key; and the
    keys that several classes have."""
    written: dict[str, str] = {}
    keys: dict[str, str] = {}
    values: dict[str, int] = {}
    torn: set[str] = set()
    path = Path(__file__).parent.parent.parent / "data" / "patterns" / "words.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    folded = matching_key("\n".join(row[0] for row in rows)).split("\n")
    for key, (form, kind, value, _note) in zip(folded, rows, strict=True):
        letter = CLASSES[kind]
        forms = [key]
        if kind == "nationality":
            forms = [key + ending for ending in _ADJECTIVE_ENDINGS]
        else:
            written[form] = letter
        for one in forms:
            if keys.setdefault(one, letter) != letter and kind != "nationality":
                torn.add(one)
        if value:
            values[key] = int(value)
    for key in torn:
        del keys[key]
    return written, keys, values, torn


@lru_cache(1 << 12)
def value(word: str) -> int | None:
    """The number of a month, or of an ordinal that tells two months apart; None for other words."""
    return lexicon()[2].get(matching_key(word))


def _letter(bare: str, key: str) -> str | None:
    written, keys = lexicon()[:2]
    return written.get(bare) or keys.get(key)


def _kept_letters(raw: str, count: int) -> int:
    """The offset in ``raw`` after its first ``count`` letters, marks and tatweel after them taken along."""
    i = 0
    while i < len(raw) and count:
        count -= REMOVED.match(raw[i]) is None
        i += 1
    while i < len(raw) and REMOVED.match(raw[i]):
        i += 1
    return i


def _word(raw: str, start: int, before_figure: bool) -> list[tuple[str, int, int]]:
    """Letters and spans of one written word, its attached particles apart."""
    end = start + len(raw)
    bare = REMOVED.sub("", raw)
    key = fold(bare)
    if before_figure and bare in PARTICLES:
        return [(PARTICLES[bare], start, end)]
    if (letter := _letter(bare, key)) is not None:
        return [(letter, start, end)]
    if bare in PARTICLES:
        return [(PARTICLES[bare], start, end)]
    taken = 0
    for particles in ("وف", "بلك"):
        if taken < len(bare) and bare[taken] in particles:
            taken += 1
            rest = bare[taken:]
            letter = _letter(rest, key[taken:]) if len(rest) > 2 or rest in SHORT else None
            if letter is None and before_figure:
                letter = "=" if rest == "ال" else PARTICLES.get(rest)
            if letter is not None:
                cuts = [start + _kept_letters(raw, count) for count in range(taken + 1)]
                apart = [(PARTICLES[bare[i]], cuts[i], cuts[i + 1]) for i in range(taken)]
                return [*apart, (letter, cuts[taken], end)]
    if bare.startswith("لل") and (letter := _letter("ال" + bare[2:], "ال" + key[2:])) is not None:
        return [(letter, start, end)]
    if before_figure and bare == "ال":
        return [("=", start, end)]
    return [("_", start, end)]


@lru_cache(1 << 12)
def _number(text: str) -> str:
    if not text.isdecimal():
        return "n"
    if len(text) > 4:
        return "n"
    number = int(text)
    if len(text) < 3:
        return "d" if 1 <= number <= 31 else "e"
    if len(text) == 3:
        return "t"
    return "Y" if 1000 <= number <= 2100 else "n"


def _date(text: str) -> str:
    a, b, c = map(int, re.split(r"[/.-]", text))
    year, month, day = (a, b, c) if a > 31 else (c, b, a)
    sound = 1000 <= year <= 2100 and min(month, day) in range(1, 13) and max(month, day) <= 31
    return "Z" if sound else "n"


def _figures(chunk: str) -> list[tuple[str, int, int]]:
    """The tokens of a long run of figures, slashes and dashes: a date may be at its beginning only."""
    head = _TOKEN.match(chunk)
    if head is None or head.lastgroup != "date":
        parts, letters = _FIGURE.findall(chunk), []
    else:
        parts, letters = [head.group(), *_FIGURE.findall(chunk, head.end())], [_date(head.group())]
    letters += [SIGNS.get(part) or _number(part) for part in parts[len(letters) :]]
    ends = list(accumulate(map(len, parts)))
    return list(zip(letters, [0, *ends], ends, strict=False))


def tokens(chunk: str) -> list[tuple[str, int, int]]:
    """The class letter and the span of each word, number and sign of a chunk of text."""
    if chunk.isalpha():
        return _word(chunk, 0, before_figure=False)
    if chunk.isdecimal():
        return [(_number(chunk), 0, len(chunk))]
    if "://" in chunk or "@" in chunk or "www." in chunk or "#" in chunk:
        return [("_", 0, len(chunk))]
    if _FIGURES.fullmatch(chunk):
        return _figures(chunk)
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(chunk):
        start, end = match.span()
        kind = match.lastgroup
        text = match.group()
        if kind == "word":
            before_figure = end < len(chunk) and chunk[end].isdecimal()
            letters = _word(text, start, before_figure)
            if before_figure and letters[-1][0] == "_":
                # A letter joined to a figure names a thing (م16), it counts nothing.
                found.append(("_", start, end))
                continue
            found += letters
        elif kind == "number":
            joined = found and found[-1][0] == "_" and found[-1][2] == start
            found.append(("_" if joined else _number(text), start, end))
        elif kind == "date":
            found.append((_date(text), start, end))
        elif kind == "abbreviated":
            found.append((lexicon()[0].get(text.replace(" ", ""), "_"), start, end))
        elif kind == "sign":
            found.append((SIGNS.get(text) or lexicon()[0].get(text, "!"), start, end))
        elif kind == "space":
            if "\n" in text or "\u2028" in text or "\u2029" in text:
                found.append(("!", start, end))
        else:
            found.append(("_", start, end))
    return found
