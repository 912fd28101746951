"""Names that the lists hold whole."""

from __future__ import annotations

from corpus_builder.annotators.gazetteer.lists import MEDIA_NOUNS, PLACE_NOUNS, Entry, NameLists, keys
from corpus_builder.annotators.gazetteer.pieces import ADVERB_ENDS, SUFFIXES, Piece, Pieces, readings
from corpus_builder.annotators.gazetteer.words import Integers, Words

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
_AFTER_OTHER_PLACES = keys("بن ابن راس") | SUFFIXES
#: Words beside a name of one word that may forbid it; given names do so too.
WARY_OF = FAMILY_WORDS | _CLUB_NOUNS | _OTHER_NAME_ENDS | _AFTER_OTHER_PLACES
_FIELDS_FOLLOW = frozenset({"ministry", "agency", "university", "court"})
_QUOTES = ("«", '"', "“", "'", "‘")


#: A name's start, its end with a minus, its kind and its label; so they sort as they are chosen.
Match = tuple[int, int, str, str]


def listed(words: Words, candidates: Integers, quiet: bytes, pieces: Pieces, names: NameLists) -> list[Match]:
    """The longest listed name that begins with each of the candidates, where its neighbours allow it; ``quiet`` says of every
    word whether its neighbours are surely neither more of the name nor words that forbid it."""
    found: list[Match] = []
    text = words.text
    for index, start, end in words.spans(candidates):
        piece = pieces[text[start:end]]
        entry, length = piece.entry, 1
        if quiet[index]:
            if piece.plain and entry is not None:
                found.append((start + piece.cut, -end, entry.kind, entry.label))
                continue
        elif piece.more and (most := names.pairs.get(two := f"{piece.first} {words.after(index)}")):
            entry, length = _longest(words, index, entry, two, most, names)
        if entry is not None:
            match = _allowed(words, names, index, piece, entry, length)
            if match is not None:
                found.append(match)
    return found


def _longest(
    words: Words, index: int, entry: Entry | None, key: str, most: int, names: NameLists
) -> tuple[Entry | None, int]:
    """What the longest name of at most ``most`` words that begins with a word is, and how many words it has; ``entry`` is what
    the word names by itself, ``key`` that of the first two words."""
    length = 1
    for count in range(2, most + 1):
        if (found := names.entries.get(key)) is not None:
            entry, length = found, count
        if count == most or not (following := words.after(index + count - 1)):
            break
        key = f"{key} {following}"
    return entry, length


def _allowed(
    words: Words, names: NameLists, index: int, piece: Piece, entry: Entry, length: int
) -> Match | None:
    """The name as a match, with the adjective that ends its full name; None where its neighbours say that it
    is not the name."""
    if entry.label == "LOC" and words.text.startswith(ADVERB_ENDS, words.ends[index + length - 1] - 2):
        return None
    cut = 0 if entry.outside else piece.cut
    first, last = index + entry.outside, index + length - 1
    start, end = words.starts[first] + cut, words.ends[last]
    if entry.kept:
        return start, -words.ends[index + entry.kept - 1], entry.kind, entry.label
    if entry.needs == "quote" and not words.text.startswith(_QUOTES, start - 1):
        return None
    if length == 1 and not entry.needs and entry.label != "LOC":
        return start, -end, entry.kind, entry.label
    previous = "" if cut else words.before(first)
    if entry.needs == "place" and not _is_noun(previous, PLACE_NOUNS):
        return None
    if entry.needs == "media" and not _is_noun(previous, MEDIA_NOUNS):
        return None
    following = words.after(last)
    if length == 1:
        other = previous in FAMILY_WORDS or previous in names.given or previous in _CLUB_NOUNS
        other = other or following in _OTHER_NAME_ENDS
        if piece.first in names.adjectives:
            other = other or previous.startswith(("ال", "لل", "وال", "بال"))
        if entry.label == "LOC" and (other or following in _AFTER_OTHER_PLACES):
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
            end = words.ends[last + 1]
        elif _goes_on(following, entry):
            return None
    return start, -end, entry.kind, entry.label


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
