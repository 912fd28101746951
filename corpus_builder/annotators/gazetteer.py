"""Names that the word lists hold, found as whole words, attached particles outside.

A whole name of the lists matches wherever it stands alone between words. People's names are also put together from
given and family names that follow each other, and from a name after a title. A word that is a name and a plain word too never
matches by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from corpus_builder.annotators.name_lists import NameLists, Tree, list_paths, name_lists
from corpus_builder.folding import REMOVED, matching_key
from corpus_builder.model import Document

Found = tuple[int, int, str, float]
#: Precision by label and kind, as measured (docs/gazetteer.md); other kinds have the second table's.
_KIND_SCORES: dict[tuple[str, str], float] = {}
_LABEL_SCORES = {"PER": 0.9, "LOC": 0.9, "ORG": 0.9, "MISC": 0.9}
_OTHER_SCORE = 0.9
_WORD = re.compile(
    r"[\w\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d]+"
)
_LINKS = frozenset({"بن", "ابن", "بنت", "ال", "ولد", "ابو", "ابي", "ابا", "ام", "عبد", "بو"})
_SUFFIXES = frozenset({"الدين", "الله", "الاسلام", "الزهراء", "النبي"})
_FUNCTION_WORDS = frozenset(
    matching_key(
        "في من إلى على عن مع أن إن أنه أنها إنه إنها الذي التي كان كانت قد لم لن لا ما هو هي بعد قبل خلال منذ حتى بين عند أمام ضد حول"
        " رئيس وزير مدير أمين عضو نائب سفير أو ثم أي كما حيث بأن لأن وهو وهي الذين أحد أول اليوم أمس غدا"
    ).split()
)
_KEPT = 1 << 16
_LONGEST_KEPT = 40


class _Piece(NamedTuple):
    """A word of a chunk: its span there, its key, and each ``(letters cut off, key, subtree)`` that it may begin a name with."""

    start: int
    end: int
    key: str
    heads: tuple[tuple[int, str, Tree], ...]
    name: str
    cut: int


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    stop: int
    start: int
    end: int
    label: str
    kind: str


def gazetteer(lists: Sequence[str | Path] = ()) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that finds the names of the package's lists and of ``lists``. Raises `CorpusError` for a list of another form."""
    matcher = _Matcher(name_lists(list_paths(lists)))

    def gazetteer_spans(documents: Sequence[Document]) -> list[list[Found]]:
        return [matcher.spans(document.text) for document in documents]

    return gazetteer_spans


class _Pieces(dict[str, tuple[_Piece, ...]]):
    """The words of a chunk of text that matter to names, worked out once for each different chunk."""

    def __init__(self, names: NameLists) -> None:
        self.names = names
        self.inner = _inner_words(names.tree)

    def __missing__(self, chunk: str) -> tuple[_Piece, ...]:
        pieces = tuple(self._piece(match) for match in _WORD.finditer(chunk))
        if not any(piece.heads or piece.name or piece.key in self.inner for piece in pieces):
            pieces = ()
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[chunk] = pieces
        return pieces

    def _piece(self, match: re.Match[str]) -> _Piece:
        raw = match.group()
        key = matching_key(raw)
        heads = []
        tree = self.names.tree
        options = _uncut(key)
        for cut, rest in options:
            node = tree.get(rest)
            if isinstance(node, dict):
                heads.append((cut, rest, node))
                break
        name, name_cut = "", 0
        if not (key == "علي" and "ى" in raw):
            for cut, rest in options:
                if found := self._name(rest):
                    name, name_cut = found, cut
                    break
        return _Piece(match.start(), match.end(), key, tuple(heads), name, name_cut)

    def _name(self, key: str) -> str:
        """What a word is to people's names: some of g(iven), f(amily), l(ink), s(uffix), t(itle), v(erb), a(mbiguous)."""
        names = self.names
        found = ""
        found += "g" * (key in names.given)
        found += "f" * (key in names.family)
        found += "l" * (key in _LINKS)
        found += "s" * (key in _SUFFIXES)
        found += "t" * (key in names.titles)
        found += "v" * (key in names.verbs)
        found += "n" * (key in names.adjectives)
        return found + "a" * (bool(found) and key in names.ambiguous)


def _uncut(key: str) -> list[tuple[int, str]]:
    """The ways to read a key: whole, and less attached particles; لل as the article that it holds."""
    options = [(0, key)]
    if key.startswith("لل") and len(key) > 4:
        options.append((0, "ال" + key[2:]))
    taken = 0
    for particles in ("وف", "بلك"):
        if len(key) > taken + 2 and key[taken] in particles:
            taken += 1
            options.append((taken, key[taken:]))
            if taken == 1 and particles == "وف" and key.startswith("لل", 1) and len(key) > 5:
                options.append((1, "ال" + key[3:]))
    return options


def _inner_words(tree: Tree) -> frozenset[str]:
    inner: set[str] = set()
    stack = [node for node in tree.values() if isinstance(node, dict)]
    while stack:
        node = stack.pop()
        for word, child in node.items():
            if isinstance(child, dict):
                inner.add(word)
                stack.append(child)
    return frozenset(inner)


class _Matcher:
    """Finds the names of ``names`` in texts."""

    def __init__(self, names: NameLists) -> None:
        self.pieces = _Pieces(names)

    def spans(self, text: str) -> list[Found]:
        """The ``(start, end, label, score)`` of each name in ``text``, in order; they nest and never cross."""
        chunks = text.split(" ")
        by_chunk = list(map(self.pieces.__getitem__, chunks))
        if not any(by_chunk):
            return []
        starts = [0, *accumulate(len(chunk) + 1 for chunk in chunks)]
        words: list[_Piece] = []
        offsets: list[int] = []
        joined: list[bool] = []
        previous_end = -2
        for chunk, pieces in enumerate(by_chunk):
            if not pieces:
                continue
            base = starts[chunk]
            for piece in pieces:
                words.append(piece)
                offsets.append(base)
                joined.append(base + piece.start == previous_end + 1 and text[previous_end] == " ")
                previous_end = base + piece.end
        return _chosen(text, [*_listed(text, words, offsets, joined), *_people(text, words, offsets, joined)])


def _cut_start(text: str, base: int, piece: _Piece, cut: int) -> int:
    """The offset in the text of a word less its first ``cut`` letters and the marks on them."""
    i = base + piece.start
    while cut:
        cut -= REMOVED.match(text[i]) is None
        i += 1
    while piece.start + base < i and REMOVED.match(text[i]):
        i += 1
    return i


def _listed(
    text: str, words: Sequence[_Piece], offsets: Sequence[int], joined: Sequence[bool]
) -> list[_Match]:
    """The longest listed name from each word, and the listed names inside it."""
    found = []
    for i, piece in enumerate(words):
        for cut, _key, head in piece.heads:
            node = head
            best: tuple[int, tuple[str, str, int]] | None = None
            j = i
            while True:
                ends = node.get("")
                if isinstance(ends, tuple):
                    best = (j, ends)
                j += 1
                if j == len(words) or not joined[j]:
                    break
                child = node.get(words[j].key)
                if not isinstance(child, dict):
                    break
                node = child
            if best is not None:
                last, (label, kind, outside) = best
                if label in ("ORG", "MISC") and last + 1 < len(words) and joined[last + 1]:
                    following = words[last + 1]
                    if "n" in following.name and following.cut == 0 and following.key.startswith("ال"):
                        last += 1
                    elif _goes_on(following):
                        continue
                first = i + outside
                start = _cut_start(text, offsets[first], words[first], 0 if outside else cut)
                found.append(_Match(first, last + 1, start, offsets[last] + words[last].end, label, kind))
    return found


def _goes_on(piece: _Piece) -> bool:
    """Whether a word after a body's listed name looks like more of that name: a definite adjective, or للـ and a noun."""
    return piece.key.startswith("لل") or (piece.key.startswith("ال") and piece.key.endswith(("ي", "يه")))


def _people(
    text: str, words: Sequence[_Piece], offsets: Sequence[int], joined: Sequence[bool]
) -> list[_Match]:
    """People's names put together from given and family names, or one name after a title and before what is no name."""
    found = []
    i = 0
    while i < len(words):
        piece = words[i]
        if "g" not in piece.name or "t" in piece.name:
            i += 1
            continue
        j = i + 1
        names = 1
        sure = "a" not in piece.name
        while j < len(words) and joined[j] and j - i < 8:
            name = words[j].name if words[j].cut == 0 else ""
            if "g" in name or "f" in name:
                names += 1
                sure = sure or "a" not in name
                j += 1
            elif "s" in name:
                j += 1
            elif "l" in name and j + 1 < len(words) and joined[j + 1]:
                following = words[j + 1].name
                if not ("g" in following or "f" in following or words[j].key == "عبد") or words[j + 1].cut:
                    break
                names += 1
                j += 2
            else:
                break
        if j < len(words) and joined[j] and _is_nisba(words[j]):
            names += 1
            j += 1
        if names > 1 and sure and (j == len(words) or not joined[j] or _ends_a_name(words[j])):
            start = _cut_start(text, offsets[i], piece, piece.cut)
            found.append(_Match(i, j, start, offsets[j - 1] + words[j - 1].end, "PER", "name_sequence"))
        i = j
    return found


def _is_nisba(piece: _Piece) -> bool:
    """Whether a word that no list of names holds has the form of a family name, الشحي, and is no known adjective."""
    return piece.key.startswith("ال") and piece.key.endswith("ي") and len(piece.key) > 4 and not piece.name


def _ends_a_name(piece: _Piece) -> bool:
    """Whether a word cannot be one more name: a verb or title of the lists, a function word, or one with the article or a particle."""
    return (
        bool(set("vtn") & set(piece.name))
        or piece.key in _FUNCTION_WORDS
        or piece.key.startswith(("ال", "لل", "وال", "بال"))
    )


def _chosen(text: str, matches: list[_Match]) -> list[Found]:
    """The matches that do not cross, longer ones first; inside another only those of another label."""
    matches.sort(key=lambda match: (match.start, -match.end, match.kind))
    kept: list[_Match] = []
    open_matches: list[_Match] = []
    for match in matches:
        while open_matches and open_matches[-1].end <= match.start:
            open_matches.pop()
        around = open_matches[-1] if open_matches else None
        if around is None:
            kept.append(match)
            open_matches.append(match)
        elif match.end <= around.end and (match.start, match.end) != (around.start, around.end):
            if match.label != around.label and around.label in ("ORG", "MISC", "LOC"):
                kept.append(match)
                open_matches.append(match)
    return [(match.start, match.end, match.label, _score(match)) for match in kept]


def _score(match: _Match) -> float:
    return _KIND_SCORES.get((match.label, match.kind), _LABEL_SCORES.get(match.label, _OTHER_SCORE))
