"""Say of each kept line whether it is a heading, a dateline, a list item or a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

_FINAL_MARKS = tuple(".!؟?…۔")
_CLOSERS = "\"'”’»)]› "
_ANNOUNCING = ":،,؛;"
_ITEM = re.compile(r"(?:[-–—•▪●◦‣*·■□►▶✓✔➤»]|\(?[0-9٠-٩]{1,2}[.)\-–]|[اأبجدهوزحطي][.)\-])\s+\S")
_SPEAKER = re.compile(r"[-–—]\s")
#: A short question on a line of its own.
_QUESTION = re.compile(r"(?=[^\W\d_])[^.!؟?…:،؛«»\"“”]{5,50}[؟?]")
LONGEST_HEADING = 110
_MOST_HEADING_WORDS = 15
_LONGEST_ROW = 60
#: How a line begins that is no item of a list: with a word, or a number that no mark of an item follows.
PLAIN_START = re.compile(
    r"[\"«(]?[\u0621-\u064a][^.)\-]|[A-Za-z]|[0-9\u0660-\u0669]++(?:[.,][0-9\u0660-\u0669]++)*+[^.)\-–]"
)

#: Names that say nothing else, so that no mark need follow them.
_AGENCY_NAMES = (
    r"رويترز|أ\.? ?ف\.? ?ب|ا\.? ?ف\.? ?ب|د\.? ?ب\.? ?أ|أ ?ش ?أ|ا ?ش ?ا|واس|وام|كونا|سونا|سانا|بترا|نينا"
    r"|العمانية|الأناضول|سبوتنيك|شينخوا|فرانس برس|أسوشيتد برس|AFP|Reuters|AP"
)
_AGENCIES = (
    rf"{_AGENCY_NAMES}|وكالات|الوكالات|وكالة(?: [^\s()]+){{1,3}}|أ\.? ?ب|قنا|بنا|وات|واج|وأج|واع|معا|وفا|صفا|تاس"
    r"|مراسلنا|مراسلو \S+|خاص|متابعات|الوطنية"
)
_INITIALS = r"[ء-ي](?:[ .]{1,2}[ء-ي]ـ?){1,3}\.?"
_SOURCE = rf"\((?:{_AGENCIES}|{_INITIALS})\)"
_PLACE = r"[^\s\d.،,:!؟()\[\]«»\"“”–—/-]+(?: [^\s\d.،,:!؟()\[\]«»\"“”–—/-]+){0,2}"
_COUNTRY = rf"(?: ?\({_PLACE}\))?"
_MONTHS = (
    r"(?:محرم|صفر|ربيع|جمادى|رجب|شعبان|رمضان|شوال|ذو|ذي|كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين|يناير|فبراير|مارس|أبريل|إبريل|مايو|ماي|يونيو|جوان|"
    r"يوليو|جويلية|يوليوز|أغسطس|أوت|غشت|سبتمبر|شتنبر|أكتوبر|نوفمبر|نونبر|ديسمبر|دجنبر|فيفري|جانفي|أفريل)"
)
_WEEKDAY = r"(?:الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت)،?"
_DAY = rf"(?:{_WEEKDAY} )?[0-9٠-٩]{{1,2}} {_MONTHS}[^.!؟:\n–—-]{{0,50}}?"
#: How all datelines of a paragraph open; looked for first, as few paragraphs have one and the whole pattern is costly to compile.
_OPENING = re.compile(rf"\(|{_PLACE}\s*(?:[،,/–—(-]|(?:في )?(?:{_WEEKDAY} )?[0-9٠-٩])")
#: One of these is in every dateline that has a line of its own.
_LINE_SIGN = re.compile(r"[،,/–—(0-9٠-٩-]")
_LONGEST_DATELINE = 90


@cache
def _dateline() -> re.Pattern[str]:
    """Place, agency or date, in the usual orders, up to the dash or colon before the news itself."""
    return re.compile(
        rf"(?:{_PLACE}{_COUNTRY}(?:(?:،|,|/| -|-| –| —) ?{_PLACE}{_COUNTRY}){{0,2}}"
        rf"(?:"
        rf"\s*[،,–—-]?\s*(?:في )?{_DAY}"
        rf"(?:\s*[–—-]?\s*{_SOURCE}\s*[–—:-]*|(?:\s*[–—-]?\s*(?:{_AGENCIES}|\({_PLACE}\)))?\s*[–—:-]+)"
        rf"|\s*[–—/-]?\s*{_SOURCE}\s*[–—:-]*"
        rf"|\s*[،,–—/-]\s*[«\"“]?(?:{_AGENCIES})[»\"”]?(?: {_SOURCE})?\s*[–—:/-]+"
        rf"|\s*/\s*{_PLACE}\s*/"
        rf"|\s*[–—/-]\s*{_PLACE}\s*:"
        rf"|[،,] {_WEEKDAY} [0-9٠-٩]{{1,2}} {_MONTHS} [0-9٠-٩]{{4}}"
        rf"|\s*[–—-]\s*(?:{_AGENCY_NAMES})"
        rf"|\s*[–—]"
        rf")"
        rf"|{_SOURCE}\s*[–—:-]"
        rf"|{_PLACE} {_DAY}(?:{_AGENCIES})\b\s*[–—:-]*)\s+(?=\S)"
    )


@cache
def _dateline_line() -> re.Pattern[str]:
    """A dateline that has a line of its own."""
    return re.compile(
        rf"{_PLACE}{_COUNTRY}(?:،? {_PLACE})?\s*(?:[،,–—/-]\s*)?(?:"
        rf"{_DAY}(?:{_SOURCE}|(?:{_AGENCIES}))?|{_SOURCE}|[،,–—/-]\s*(?:{_AGENCIES})"
        rf")\s*[–—:/-]*|{_PLACE}\s*/\s*{_PLACE}\s*/"
    )


def is_dateline(line: str) -> bool:
    """Whether the whole line is a dateline."""
    if len(line) > _LONGEST_DATELINE or _LINE_SIGN.search(line) is None:
        return False
    return _dateline_line().fullmatch(line) is not None


def dateline_end(line: str) -> int:
    """The offset after the dateline that opens this paragraph, spaces behind it included; 0 if there is none."""
    if _OPENING.match(line, 0, _LONGEST_DATELINE + 20) is None:
        return 0
    match = _dateline().match(line, 0, _LONGEST_DATELINE + 20)
    if match is None or len(line) - match.end() < 25 or match.end() > _LONGEST_DATELINE:
        return 0
    return match.end()


def kinds_of(lines: Sequence[str]) -> list[str]:
    """A kind for each line of the body, in order: "heading", "list_item" or "paragraph".

    A heading is short, has no final mark, and announces: a longer or finished line follows it. Short
    unfinished lines in a row are rows of a table or a list.
    """
    shapes = [_shape(line) for line in lines]
    if shapes.count("long") == len(shapes):
        return ["paragraph"] * len(shapes)
    kinds = []
    for i, shape in enumerate(shapes):
        after = shapes[i + 1] if i + 1 < len(shapes) else ""
        before = shapes[i - 1] if i else ""
        if shape == "item":
            alone = before != "item" and after != "item" and _SPEAKER.match(lines[i]) is not None
            kinds.append("paragraph" if alone and _is_finished(lines[i]) else "list_item")
        elif shape == "question":
            alone = after == "long" and before in ("long", "item") and _is_finished(lines[i + 1])
            kinds.append("heading" if alone else "paragraph")
        elif shape != "short":
            kinds.append("paragraph")
        elif _in_run(shapes, lines, i):
            kinds.append("list_item")
        elif after in ("long", "item", "short") and i + 1 < len(shapes):
            kinds.append("heading")
        else:
            kinds.append("paragraph")
    return kinds


def _is_finished(line: str) -> bool:
    return line.rstrip(_CLOSERS).endswith(_FINAL_MARKS)


def _shape(line: str) -> str:
    if not line[1:2].isalpha() and _ITEM.match(line):  # behind a bullet, a number or a letter of a list
        return "item"
    if len(line) > LONGEST_HEADING:
        return "long"
    if line[-1:] in ("؟", "?") and _QUESTION.fullmatch(line):
        return "question"
    if _is_finished(line) or line.rstrip()[-1:] in _ANNOUNCING:
        return "long"
    return "short" if line.count(" ") < _MOST_HEADING_WORDS else "long"


def _in_run(shapes: Sequence[str], lines: Sequence[str], i: int) -> bool:
    """Whether line ``i`` is one of three or more short rows in a line."""
    low = i
    while low > 0 and shapes[low - 1] == "short" and len(lines[low - 1]) <= _LONGEST_ROW and i - low < 3:
        low -= 1
    high = i
    while (
        high + 1 < len(shapes)
        and shapes[high + 1] == "short"
        and len(lines[high + 1]) <= _LONGEST_ROW
        and high - i < 3
    ):
        high += 1
    return high - low >= 2 and len(lines[i]) <= _LONGEST_ROW
