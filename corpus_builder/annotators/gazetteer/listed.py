"""Names that the lists hold whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus_builder.annotators.gazetteer.lists import MEDIA_NOUNS, PLACE_NOUNS, Entry, NameLists, keys
from corpus_builder.annotators.gazetteer.words import SUFFIXES, Piece, Words, readings

FAMILY_WORDS = keys("بن ابن بنت آل ولد أبو أبي أبا أم ود بني عبد جامع سورة مار سيدي")
FULL_NAME_ENDS = keys("الدولي الدولية الوطني الوطنية المركزي المركزية")
TIME_WORDS = keys(
    "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة اليوم الماضي الماضية المقبل المقبلة الحالي"
)
#: Words after a listed name that make it another one.
_OTHER_NAME_ENDS = keys(
    "العام العامة الكبير الكبرى الصغرى الجنوبي الجنوبية الشمالي الشمالية الشرقي الشرقية الغربي الغربية"
)
#: Nouns before a listed body that make it a part of another one.
_DESCENT = keys("بن ابن آل بنت")
_BODY_NOUNS = keys(
    "مديرية دائرة هيئة منظمة مؤسسة جمعية وكالة لجنة شركة مكتب نادي استاد ملعب مدرسة صندوق"
    " نقابة رابطة كنيسة جامع"
)
_CLUB_NOUNS = keys("نادي فريق نادى")
_FIELDS_FOLLOW = frozenset({"ministry", "agency", "university", "court"})
_QUOTES = ("«", '"', "“", "'", "‘")


class Match(NamedTuple):
    start: int
    end: int
    label: str
    kind: str


def listed(words: Words, names: NameLists) -> Iterator[Match]:
    """The longest listed name that begins with each word, where its neighbours allow it."""
    for chunk, pieces in enumerate(words.chunks):
        for piece in pieces:
            entry, length, last = piece.entry, 1, piece
            if piece.more is not None:
                following = words.following(chunk, piece)
                if following is not None and following.key in piece.more:
                    entry, length, last = _longest(words, names, chunk, piece, following)
            if entry is not None:
                match = _allowed(words, names, chunk, piece, entry, length, last)
                if match is not None:
                    yield match


def _longest(
    words: Words, names: NameLists, chunk: int, piece: Piece, following: Piece
) -> tuple[Entry | None, int, Piece]:
    """What the longest name that begins with two pieces is, how many words it has, and its last piece."""
    key = piece.first
    entry, length, last = piece.entry, 1, piece
    for count in range(2, names.longest[piece.first] + 1):
        key = f"{key} {following.key}"
        if (found := names.entries.get(key)) is not None:
            entry, length, last = found, count, following
        after = words.following(chunk + count - 1, following)
        if after is None:
            break
        following = after
    return entry, length, last


def _allowed(
    words: Words, names: NameLists, chunk: int, piece: Piece, entry: Entry, length: int, last: Piece
) -> Match | None:
    """The name as a match, with the adjective that ends its full name; None where its neighbours say that it
    is not the name."""
    if entry.outside:
        inside = words.chunks[chunk + entry.outside][0]
        start = words.start(chunk + entry.outside, inside, 0)
    else:
        start = words.start(chunk, piece, piece.cut)
    end = words.offset(chunk + length - 1) + last.end
    if entry.kept:
        return Match(start, _kept_end(words, chunk, entry.kept), entry.label, entry.kind)
    if entry.needs == "quote" and not words.text.startswith(_QUOTES, start - 1):
        return None
    if length == 1 and entry.needs != "quote" and not entry.needs and entry.label != "LOC":
        return Match(start, end, entry.label, entry.kind)
    previous = words.before(start)
    if entry.needs == "place" and not _is_noun(previous, PLACE_NOUNS):
        return None
    if entry.needs == "media" and not _is_noun(previous, MEDIA_NOUNS):
        return None
    following, following_end = words.after(end)
    if length == 1:
        other = previous in FAMILY_WORDS or previous in names.given or previous in _CLUB_NOUNS
        other = other or following in _OTHER_NAME_ENDS
        if piece.first in names.adjectives:
            other = other or previous.startswith(("ال", "لل", "وال", "بال"))
        if entry.label == "LOC" and (other or following in ("بن", "ابن", "راس") or following in SUFFIXES):
            return None
    elif entry.label == "PER":
        if previous in FAMILY_WORDS or previous in names.given or following in _DESCENT:
            return None
    elif entry.label == "ORG" and (
        previous in _BODY_NOUNS or (previous.startswith("ال") and words.text.startswith("لل", start))
    ):
        return None
    elif following and entry.label != "PER":
        if _ends_full_name(following, entry, names):
            end = following_end
        elif _goes_on(following, entry):
            return None
    return Match(start, end, entry.label, entry.kind)


def _kept_end(words: Words, chunk: int, kept: int) -> int:
    """The end of the ``kept``-th word from a chunk on."""
    return words.offset(chunk + kept - 1) + words.chunks[chunk + kept - 1][-1].end


def _is_noun(key: str, nouns: frozenset[str]) -> bool:
    """Whether a word, less what may be attached to it, is one of the nouns."""
    return any(rest in nouns for _cut, rest in readings(key))


def _ends_full_name(following: str, entry: Entry, names: NameLists) -> bool:
    """Whether the word after a name is the adjective of nation or rank that its full name ends with."""
    if entry.label == "LOC":
        return entry.kind == "facility" and following == "الدولي"
    if following in FULL_NAME_ENDS:
        return True
    return entry.label == "ORG" and following.startswith("ال") and following in names.adjectives


def _goes_on(following: str, entry: Entry) -> bool:
    """Whether the word after a listed name of several words looks like more of that name."""
    if following in TIME_WORDS:
        return False
    if (
        following in _OTHER_NAME_ENDS
        or following.startswith("لل")
        or following.isdecimal()
        or following in ("بن", "ابن")
    ):
        return True
    if len(following) > 4 and following.startswith("ال") and following.endswith(("ي", "يه")):
        return True
    return entry.kind in _FIELDS_FOLLOW and following.startswith("وال")
