"""What a run of words is to the lists."""

from __future__ import annotations

from typing import NamedTuple

from corpus_builder.annotators.gazetteer.lists import Entry, NameLists
from corpus_builder.annotators.gazetteer.pieces import readings, written
from corpus_builder.folding import matching_key

#: Tanwin and its alef, in either order, make an adverb of a place: in المدعومة تركياً no country is named.
_ADVERB_ENDS = ("\u0627\u064b", "\u064b\u0627")
#: What `Phrase.plain` holds has the number of a kind in so many bits; or it is one of these.
KIND_BITS, CONDITIONAL, NO_NAME = 16, -1, -2


class Kinds(dict[tuple[str, str], int]):
    """A number for each kind and label that is asked for, counted from 0."""

    def __missing__(self, kind: tuple[str, str]) -> int:
        self[kind] = len(self)
        return self[kind]


class Phrase(NamedTuple):
    """The longest name of the lists that a run of words begins with: what it is, if there is one, and how many words it has.

    It lies from ``start`` to ``end`` in the run as it is written; ``cut`` says that attached particles stand before it,
    ``adjective`` that it is one word that is an adjective too. ``plain`` says that the run is a name unless `candidates` is wary
    of what stands beside it: ``start`` above the number of its kind, in `KIND_BITS`; else it is `CONDITIONAL` or `NO_NAME`.
    """

    entry: Entry | None
    length: int
    start: int = 0
    end: int = 0
    cut: bool = False
    adjective: bool = False
    plain: int = NO_NAME


_NOTHING = Phrase(None, 0)


def phrase_of(text: str, names: NameLists, kinds: Kinds) -> Phrase:
    """What words, as they are written, with one space between them, are to the lists."""
    words = text.split(" ")
    first, *others = matching_key(text).split(" ")
    first, cut = _first(words[0], first, names)
    entry, count = names.entries.get(first), 1
    if first in names.firsts:
        for length in range(len(words), 1, -1):
            longer = names.entries.get(" ".join((first, *others[: length - 1])))
            if longer is not None:
                entry, count = longer, length
                break
    if entry is None or (entry.label == "LOC" and words[count - 1].endswith(_ADVERB_ENDS)):
        return _NOTHING
    start = len(" ".join(words[: entry.outside])) + 1 if entry.outside else written(words[0], cut)
    end = len(" ".join(words[: entry.kept or count]))
    adjective = count == 1 and first in names.adjectives
    plain = CONDITIONAL
    conditional = (
        entry.needs or entry.outside or entry.kept or adjective or (count > 1 and text.startswith("لل"))
    )
    if count == len(words) and not conditional:
        plain = start << KIND_BITS | kinds[entry.kind, entry.label]
    return Phrase(entry, count, start, end, bool(cut) and not entry.outside, adjective, plain)


def _first(word: str, key: str, names: NameLists) -> tuple[str, int]:
    """The key less attached particles under which a word begins a listed name, "" for none, and how many letters these are."""
    for cut, rest in readings(key):
        if (rest in names.entries or rest in names.firsts) and _sound(word, rest, cut, names):
            return rest, cut
    return "", 0


def _sound(word: str, rest: str, cut: int, names: NameLists) -> bool:
    """Whether a word may be read so: a short name of one word is not found inside a longer plain word."""
    if word[-1] == "ه" and rest in names.closed_teh:
        return False
    entry = names.entries.get(rest)
    if not cut or entry is None or entry.kind == "country":
        return True
    return rest.startswith("ال") or len(rest) > 4 or rest in names.firsts
