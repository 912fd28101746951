"""What a word is to names: what it may begin, and what it is to a person's name."""

from __future__ import annotations

from typing import NamedTuple

from corpus_builder.annotators.gazetteer.lists import Entry, NameLists, keys
from corpus_builder.folding import REMOVED, matching_key

LINKS = keys("بن ابن بنت آل ولد أبو أبي أبا أم عبد بو ود")
SUFFIXES = keys("الدين الله الإسلام الزهراء النبي")
SERVANT = "عبد"
#: Tanwin and its alef, in either order, make an adverb of a place: in المدعومة تركياً no country is named.
ADVERB_ENDS = ("\u0627\u064b", "\u064b\u0627")
#: Words that are kept; a text with more different ones starts over, so that memory has a bound (some 30 MB).
_KEPT = 1 << 16
_LONGEST_KEPT = 40


class Piece(NamedTuple):
    """A word.

    ``first`` is the key less attached particles under which it begins a listed name ("" for none), ``cut``
    the code points that these take up, ``entry`` what ``first`` names by itself, ``more`` whether it begins
    names of several words; ``plain`` says that the word is a name whatever stands beside it, words that
    `candidates` is wary of aside. ``name`` is what the word is to people's names (`name_of`), ``name_cut`` the
    code points cut off for that, ``own`` its key less these, ``opens`` whether a person's name may begin with
    it.
    """

    key: str
    first: str
    cut: int
    entry: Entry | None
    more: bool
    plain: bool
    name: str
    name_cut: int
    own: str
    opens: bool


class Pieces(dict[str, Piece]):
    """The piece of each word that is asked for, worked out once."""

    def __init__(self, names: NameLists) -> None:
        self.names = names

    def __missing__(self, word: str) -> Piece:
        piece = piece_of(word, self.names)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[word] = piece
        return piece


def piece_of(word: str, names: NameLists) -> Piece:
    """What a word, as it is written, is to the lists."""
    key = matching_key(word)
    options = readings(key)
    first, cut = next(
        (
            (rest, cut)
            for cut, rest in options
            if (rest in names.entries or rest in names.firsts) and _sound(word, rest, cut, names)
        ),
        ("", 0),
    )
    name, name_cut = "", 0
    if not (key == "علي" and "ى" in word):
        name, name_cut = next(
            ((found, cut) for cut, rest in options if (found := name_of(rest, names))), ("", 0)
        )
    own = key[name_cut:]
    opens = ("g" in name and "t" not in name) or own == SERVANT
    entry = names.entries.get(first)
    if entry is not None and entry.label == "LOC" and word.endswith(ADVERB_ENDS):
        entry = None
    plain = entry is not None and not (entry.needs or first in names.adjectives)
    return Piece(
        key,
        first,
        _written(word, cut),
        entry,
        first in names.firsts,
        plain,
        name,
        _written(word, name_cut),
        own,
        opens,
    )


def _written(word: str, letters: int) -> int:
    """How many code points the first letters of a word take up, with the marks on them; 0 for no letters."""
    at = 0
    while letters:
        letters -= REMOVED.match(word, at, at + 1) is None
        at += 1
    while at and REMOVED.match(word, at, at + 1):
        at += 1
    return at


def _sound(word: str, rest: str, cut: int, names: NameLists) -> bool:
    """Whether a word may be read so: a short name of one word is not found inside a longer plain word."""
    if word[-1] == "ه" and rest in names.closed_teh:
        return False
    entry = names.entries.get(rest)
    if not cut or entry is None or entry.kind == "country":
        return True
    return rest.startswith("ال") or len(rest) > 4 or rest in names.firsts


def name_of(key: str, names: NameLists) -> str:
    """What a word is to people's names: g(iven), f(amily), x (what follows عبد), s(uffix), l(ink),
    t(itle), a(mbiguous)."""
    found = ""
    if key in names.given or (key.startswith("عبدال") and len(key) > 6):
        found += "g"
    if key in names.family:
        found += "f"
    if key in names.servants:
        found += "x"
    if key in SUFFIXES:
        found += "s"
    if key in LINKS:
        found += "l"
    if found and key in names.titles:
        found += "t"
    if found and key in names.ambiguous:
        found += "a"
    return found


def readings(key: str) -> list[tuple[int, str]]:
    """The ways to read a key, as letters cut off and what is left: whole, and less attached particles; لل as
    the article
    that it holds."""
    options = [(0, key)]
    if key.startswith("لل") and len(key) > 4:
        options.append((0, "ال" + key[2:]))
    taken = 0
    for particles in ("وف", "بلك"):
        if len(key) > taken + 2 and key[taken] in particles:
            taken += 1
            options.append((taken, key[taken:]))
            if particles == "وف" and key.startswith("لل", 1) and len(key) > 5:
                options.append((1, "ال" + key[3:]))
    return options
