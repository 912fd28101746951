"""Names that the lists hold whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from corpus_builder.annotators.gazetteer.candidates import Beginnings
from corpus_builder.annotators.gazetteer.lists import MEDIA_NOUNS, PLACE_NOUNS, Entry, NameLists
from corpus_builder.annotators.gazetteer.neighbours import (
    AFTER_OTHER_PLACES,
    BODY_NOUNS,
    CLUB_NOUNS,
    DESCENT,
    FAMILY_WORDS,
    FULL_NAME_ENDS,
    OTHER_NAME_ENDS,
    TIME_WORDS,
)
from corpus_builder.annotators.gazetteer.phrases import KIND_BITS, NO_NAME, Phrase
from corpus_builder.annotators.gazetteer.pieces import readings
from corpus_builder.annotators.gazetteer.sieve import HEAD, NO_LONGER_BEHIND, NONE_BEFORE, NONE_BEHIND
from corpus_builder.annotators.gazetteer.words import ANY, Words

_FIELDS_FOLLOW = frozenset({"ministry", "agency", "university", "court"})
_NOUNS = {"place": PLACE_NOUNS, "media": MEDIA_NOUNS}
_QUOTES = ("«", '"', "“", "'", "‘")


#: A name's start, its end with a minus, its kind and its label; so they sort as they are chosen.
Match = tuple[int, int, str, str]
#: Names as three rows of a table: where they start and end, and the number of their kind in `Kinds`.
Names = npt.NDArray[np.int64]


def listed(
    words: Words,
    beginnings: Beginnings,
    plain: Mapping[str, int],
    phrases: Mapping[str, Phrase],
    names: NameLists,
) -> tuple[Names, list[Match]]:
    """The longest listed name that begins with each of the words, where its neighbours allow it: those that need no look at
    their neighbours, which ``plain`` tells of the ``phrases``, and others."""
    text, columns, firsts = words.text, words.columns, beginnings.firsts
    starts, ends = columns.starts[firsts], columns.ends[beginnings.lasts]
    read = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    packed = np.fromiter(map(plain.__getitem__, read), np.int64, len(read))
    sure = beginnings.quiet & (packed >= 0)
    rest = np.flatnonzero(~sure & (packed != NO_NAME))
    found = [
        match
        for at, index, start in zip(rest.tolist(), firsts[rest].tolist(), starts[rest].tolist(), strict=True)
        if (match := _allowed(words, index, start, phrases[read[at]], names)) is not None
    ]
    starts, ends, packed = starts[sure], ends[sure], packed[sure]
    return np.stack((starts + (packed >> KIND_BITS), ends, packed & (1 << KIND_BITS) - 1)), found


def _allowed(words: Words, index: int, at: int, phrase: Phrase, names: NameLists) -> Match | None:
    """The name that begins with a word, which is ``at`` its place, as a match, with the adjective that ends its full name; None where
    its neighbours say that it is not the name."""
    entry, count, first, last, cut, adjective, _plain = phrase
    if entry is None:
        return None
    label, kind, outside, needs, kept = entry
    start = at + first
    match = start, -(at + last), kind, label
    if kept or (count == 1 and not needs and label != "LOC"):
        return match
    if needs == "quote" and not words.text.startswith(_QUOTES, start - 1):
        return None
    if needs in _NOUNS and (cut or not _is_noun(words.before(index + outside, HEAD), _NOUNS[needs])):
        return None
    if count == 1:
        return None if label == "LOC" and _is_other(words, index, cut, adjective, names) else match
    if label == "PER":
        previous = "" if cut else words.before(index + outside, NONE_BEHIND)
        descent = previous in FAMILY_WORDS or previous in names.given
        return None if descent or words.after(index + count - 1, NONE_BEFORE) in DESCENT else match
    if label == "ORG" and not cut:
        if words.before(index + outside, NO_LONGER_BEHIND) in BODY_NOUNS:
            return None
        if words.text.startswith("لل", start) and words.before(index + outside).startswith("ال"):
            return None
    following = words.after(index + count - 1)
    if following:
        if _ends_full_name(following, entry, names):
            return start, -words.ends[index + count], kind, label
        if _goes_on(following, entry):
            return None
    return match


def _is_other(words: Words, index: int, cut: bool, adjective: bool, names: NameLists) -> bool:
    """Whether the words beside a place of one word make it the name of something else."""
    if not cut:
        previous = words.before(index, ANY if adjective else NONE_BEHIND)
        if previous in FAMILY_WORDS or previous in names.given or previous in CLUB_NOUNS:
            return True
        if adjective and previous.startswith(("ال", "لل", "وال", "بال")):
            return True
    following = words.after(index, NONE_BEFORE)
    return following in OTHER_NAME_ENDS or following in AFTER_OTHER_PLACES


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
        following in OTHER_NAME_ENDS
        or following.startswith("لل")
        or following.isdecimal()
        or following in ("بن", "ابن")
    ):
        return True
    if len(following) > 4 and following.startswith("ال") and following.endswith(("ي", "يه")):
        return True
    return entry.kind in _FIELDS_FOLLOW and following.startswith("وال")
