"""What a word is to people's names, and how attached particles are read off a word."""

from __future__ import annotations

from typing import NamedTuple

from corpus_builder.annotators.gazetteer.lists import NameLists, keys
from corpus_builder.folding import REMOVED, matching_key

LINKS = keys("بن ابن بنت آل ولد أبو أبي أبا أم عبد بو ود")
SUFFIXES = keys("الدين الله الإسلام الزهراء النبي")
SERVANT = "عبد"


class Piece(NamedTuple):
    """A word, by its matching ``key``.

    ``name`` is what it is to people's names (`name_of`), ``cut`` the code points of attached particles that are cut off for that,
    ``own`` its key less these, ``opens`` whether a person's name may begin with it.
    """

    key: str
    name: str
    cut: int
    own: str
    opens: bool


def piece_of(word: str, names: NameLists) -> Piece:
    """What a word, as it is written, is to people's names."""
    key = matching_key(word)
    name, cut = "", 0
    if not (key == "علي" and "ى" in word):
        name, cut = next(
            ((found, cut) for cut, rest in readings(key) if (found := name_of(rest, names))), ("", 0)
        )
    own = key[cut:]
    opens = ("g" in name and "t" not in name) or own == SERVANT
    return Piece(key, name, written(word, cut), own, opens)


def written(word: str, letters: int) -> int:
    """How many code points the first letters of a word take up, with the marks on them; 0 for no letters."""
    at = 0
    while letters:
        letters -= REMOVED.match(word, at, at + 1) is None
        at += 1
    while at and REMOVED.match(word, at, at + 1):
        at += 1
    return at


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
