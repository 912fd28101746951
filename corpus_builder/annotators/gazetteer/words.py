"""The words of a text that matter to names, and what stands beside a span."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from corpus_builder.annotators.gazetteer.lists import Entry, NameLists, keys
from corpus_builder.folding import REMOVED, matching_key

LINKS = keys("بن ابن بنت آل ولد أبو أبي أبا أم عبد بو ود")
SUFFIXES = keys("الدين الله الإسلام الزهراء النبي")
SERVANT = "عبد"
#: Chunks that are kept; a text with more different ones starts over, so that memory has a bound.
_KEPT = 1 << 18
_LONGEST_KEPT = 40
_LONGEST_WORD = 40
_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d"
WORD = rf"[\w{_MARKS}]"
_WORDS = re.compile(rf"{WORD}+")
_LAST = re.compile(rf"{WORD}+\Z")
_AFTER = re.compile(rf" ({WORD}+)")


class Piece(NamedTuple):
    """A word of a chunk.

    ``start`` and ``end`` are its span in the chunk, ``key`` its key. ``first`` is the key less attached
    particles under
    which it begins a listed name ("" for none), ``cut`` the letters that these have, ``entry`` what
    ``first`` names by itself,
    ``more`` the words that may come second. ``name`` is what the word is to people's names (`Chunks._name`),
    ``name_cut`` the
    letters cut off for that, ``opens`` whether a person's name may begin with it. ``joined`` says whether
    the word of the next
    chunk may go on with it.
    """

    start: int
    end: int
    key: str
    first: str
    cut: int
    entry: Entry | None
    more: set[str] | None
    name: str
    name_cut: int
    opens: bool
    joined: bool


@lru_cache(maxsize=1 << 16)
def _key(word: str) -> str:
    return matching_key(word)


class Chunks(dict[str, tuple[Piece, ...]]):
    """The pieces of a chunk of text, worked out once for each different chunk; none where no word matters to
    names."""

    def __init__(self, names: NameLists) -> None:
        self.names = names
        self.inner = frozenset(word for key in names.entries if " " in key for word in key.split()[1:])

    def __missing__(self, chunk: str) -> tuple[Piece, ...]:
        pieces = tuple(self._piece(match, len(chunk)) for match in _WORDS.finditer(chunk))
        if not any(piece.first or piece.name or piece.key in self.inner for piece in pieces):
            pieces = ()
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[chunk] = pieces
        return pieces

    def _piece(self, match: re.Match[str], length: int) -> Piece:
        raw = match.group()
        key = matching_key(raw)
        options = readings(key)
        first, cut = next(
            (
                (rest, cut)
                for cut, rest in options
                if rest in self.names.longest and self._sound(raw, rest, cut)
            ),
            ("", 0),
        )
        name, name_cut = "", 0
        if not (key == "علي" and "ى" in raw):
            name, name_cut = next(
                ((found, cut) for cut, rest in options if (found := self._name(rest))), ("", 0)
            )
        entry, more = self.names.entries.get(first), self.names.seconds.get(first)
        opens = ("g" in name and "t" not in name) or key[name_cut:] == SERVANT
        return Piece(
            match.start(),
            match.end(),
            key,
            first,
            cut,
            entry,
            more,
            name,
            name_cut,
            opens,
            match.end() == length,
        )

    def _sound(self, raw: str, rest: str, cut: int) -> bool:
        """Whether a word may be read so: a short name of one word is not found inside a longer plain word."""
        if raw[-1] == "ه" and rest in self.names.closed_teh:
            return False
        entry = self.names.entries.get(rest)
        if not cut or entry is None or entry.kind == "country":
            return True
        return rest.startswith("ال") or len(rest) > 4 or rest in self.names.seconds

    def _name(self, key: str) -> str:
        """What a word is to people's names: g(iven), f(amily), x (what follows عبد), s(uffix), l(ink),
        t(itle), a(mbiguous)."""
        names = self.names
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


@dataclass(frozen=True, slots=True)
class Words:
    """A text in chunks with their pieces; ``lengths`` is what the chunks before each one have together,
    spaces apart."""

    text: str
    chunks: Sequence[tuple[Piece, ...]]
    lengths: Sequence[int]

    def offset(self, chunk: int) -> int:
        """Where a chunk begins in the text."""
        return self.lengths[chunk] + chunk

    def following(self, chunk: int, piece: Piece) -> Piece | None:
        """The piece that one space parts from ``piece``, which stands in ``chunk``."""
        if not piece.joined or chunk + 1 >= len(self.chunks):
            return None
        pieces = self.chunks[chunk + 1]
        return pieces[0] if pieces and pieces[0].start == 0 else None

    def start(self, chunk: int, piece: Piece, cut: int) -> int:
        """The offset of a piece less its first ``cut`` letters and the marks on them."""
        first = at = self.offset(chunk) + piece.start
        while cut:
            cut -= REMOVED.match(self.text[at]) is None
            at += 1
        while at > first and REMOVED.match(self.text[at]):
            at += 1
        return at

    def before(self, start: int) -> str:
        """The key of the word that one space parts from ``start``; "" if there is none."""
        if start == 0 or self.text[start - 1] != " ":
            return ""
        space = self.text.rfind(" ", max(0, start - _LONGEST_WORD), start - 1)
        match = _LAST.search(self.text, max(space + 1, start - _LONGEST_WORD, 0), start - 1)
        return _key(match.group()) if match else ""

    def after(self, end: int) -> tuple[str, int]:
        """The key of the word that one space parts from ``end`` and where that word ends; "" and ``end`` if
        there is none."""
        match = _AFTER.match(self.text, end, end + _LONGEST_WORD)
        return (_key(match[1]), match.end()) if match else ("", end)


def words_of(text: str, chunks: Chunks) -> Words:
    """The words of a text."""
    parts = text.replace("\n\n", "\n ").split(" ")
    return Words(text, list(map(chunks.__getitem__, parts)), list(accumulate(map(len, parts), initial=0)))
