"""Names that the word lists hold, found as whole words, attached particles outside.

A whole name of the lists matches wherever it stands between words, if no word goes on with it. A name of one word that is a
plain word too needs a noun before it, as in ``مدينة الباب``. People's names are also put together from given and
family names that follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from corpus_builder.annotators.name_lists import (
    MEDIA_NOUNS,
    PLACE_NOUNS,
    Entry,
    NameLists,
    Tree,
    list_paths,
    name_lists,
)
from corpus_builder.folding import REMOVED, matching_key
from corpus_builder.model import Document

Found = tuple[int, int, str, float]
#: Precision by label and kind where it was measured on enough names (docs/gazetteer.md); else that of the label.
_KIND_SCORES: dict[tuple[str, str], float] = {}
_LABEL_SCORES = {"PER": 0.9, "LOC": 0.93, "ORG": 0.85, "MISC": 0.75}
_OTHER_SCORE = 0.9
_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d"
_WORD = re.compile(rf"[\w{_MARKS}]+")
_BEFORE = re.compile(rf"([\w{_MARKS}]+) $")
_AFTER = re.compile(rf" ([\w{_MARKS}]+)")
_LONGEST_WORD = 40


def _keys(words: str) -> frozenset[str]:
    return frozenset(matching_key(words).split())


_LINKS = _keys("بن ابن بنت آل ولد أبو أبي أبا أم عبد بو ود")
_SUFFIXES = _keys("الدين الله الإسلام الزهراء النبي")
_FAMILY_WORDS = _keys("بن ابن بنت آل ولد أبو أبي أبا أم ود بني عبد جامع سورة مار سيدي")
_FUNCTION_WORDS = _keys(
    "في من إلى على عن مع أن إن أنه أنها إنه إنها الذي التي كان كانت قد لم لن لا ما هو هي بعد قبل خلال منذ حتى بين عند"
    " أمام ضد حول أو ثم أي كما حيث بأن لأن وهو وهي الذين اليوم أمس غدا رئيس وزير مدير عضو نائب"
)
_WEEKDAYS = _keys(
    "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة اليوم الماضي الماضية المقبل المقبلة"
)
#: Adjectives that end a body's or a site's full name.
_FULL_NAME_ENDS = _keys("الدولي الدولية الوطني الوطنية المركزي المركزية")
#: Words after a listed name that make it another one.
_OTHER_NAME_ENDS = _keys(
    "العام العامة الكبير الكبرى الصغرى الجنوبي الجنوبية الشمالي الشمالية الشرقي الشرقية الغربي الغربية الأوسط"
)
_BODY_NOUNS = _keys(
    "مديرية دائرة هيئة منظمة مؤسسة جمعية وكالة لجنة شركة مكتب نادي استاد ملعب مدرسة صندوق نقابة رابطة كنيسة جامع"
)
_KEPT = 1 << 16
_LONGEST_KEPT = 40


class _Piece(NamedTuple):
    """A word of a chunk: its span there, its key, the ``(letters cut off, subtree)`` that it begins a name with, if any,
    and what it is to people's names, with the letters cut off."""

    start: int
    end: int
    key: str
    head: tuple[int, Tree] | None
    name: str
    cut: int


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text that matter to names: where their chunks begin, and whether one space joins each to the one before."""

    text: str
    pieces: Sequence[_Piece]
    offsets: Sequence[int]
    joined: Sequence[bool]

    def start(self, i: int, cut: int) -> int:
        """The offset in the text of a word less its first ``cut`` letters and the marks on them."""
        first = at = self.offsets[i] + self.pieces[i].start
        while cut:
            cut -= REMOVED.match(self.text[at]) is None
            at += 1
        while at > first and REMOVED.match(self.text[at]):
            at += 1
        return at

    def end(self, i: int) -> int:
        return self.offsets[i] + self.pieces[i].end

    def before(self, start: int) -> str:
        """The key of the word that one space parts from ``start``, less an attached particle's و or ف; "" if there is none."""
        match = _BEFORE.search(self.text, max(0, start - _LONGEST_WORD), start)
        return matching_key(match[1]) if match else ""

    def after(self, end: int) -> str:
        """The key of the word that one space parts from ``end``; "" if there is none."""
        match = _AFTER.match(self.text, end, end + _LONGEST_WORD)
        return matching_key(match[1]) if match else ""


def gazetteer(lists: Sequence[str | Path] = ()) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that finds the names of the package's lists and of ``lists``.

    Raises `CorpusError`, with file and line, for a list of another form.
    """
    spans = matcher(name_lists(list_paths(lists)))

    def gazetteer_spans(documents: Sequence[Document]) -> list[list[Found]]:
        return [spans(document.text) for document in documents]

    return gazetteer_spans


def matcher(names: NameLists) -> Callable[[str], list[Found]]:
    """A function from a text to the ``(start, end, label, score)`` of each name in it, in order; they nest and never cross."""
    pieces_of = _Pieces(names).__getitem__

    def spans(text: str) -> list[Found]:
        chunks = text.split(" ")
        by_chunk = list(map(pieces_of, chunks))
        if not any(by_chunk):
            return []
        words = _words(text, chunks, by_chunk)
        people = _people(words, names)
        found = [*_listed(words, names), *people]
        return _chosen([*found, *_again(text, people, names)])

    return spans


class _Pieces(dict[str, tuple[_Piece, ...]]):
    """The words of a chunk of text that matter to names, worked out once for each different chunk."""

    def __init__(self, names: NameLists) -> None:
        self.names = names
        self.inner = _inner_words(names.tree)

    def __missing__(self, chunk: str) -> tuple[_Piece, ...]:
        pieces = tuple(self._piece(match) for match in _WORD.finditer(chunk))
        if not any(piece.head or piece.name or piece.key in self.inner for piece in pieces):
            pieces = ()
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[chunk] = pieces
        return pieces

    def _piece(self, match: re.Match[str]) -> _Piece:
        raw = match.group()
        key = matching_key(raw)
        head = None
        options = _readings(key)
        for cut, rest in options:
            node = self.names.tree.get(rest)
            if isinstance(node, dict) and self._sound(node, raw, rest, cut):
                head = (cut, node)
                break
        if key == "علي" and "ى" in raw:
            return _Piece(match.start(), match.end(), key, head, "", 0)
        for cut, rest in options:
            if name := self._name(rest):
                return _Piece(match.start(), match.end(), key, head, name, cut)
        return _Piece(match.start(), match.end(), key, head, "", 0)

    def _sound(self, node: Tree, raw: str, rest: str, cut: int) -> bool:
        """Whether a word may be read so: a short name of one word is not found inside a longer plain word."""
        if raw[-1] == "ه" and rest in self.names.closed_teh:
            return False
        entry = node.get("")
        if not cut or not isinstance(entry, Entry) or entry.kind == "country":
            return True
        return rest.startswith("ال") or len(rest) > 4 or len(node) > 1

    def _name(self, key: str) -> str:
        """What a word is to people's names: g(iven), f(amily), l(ink), s(uffix), t(itle), v(erb), n(ationality),
        x (what follows عبد), a(mbiguous)."""
        names = self.names
        found = "".join(
            letter
            for letter, words in (
                ("g", names.given),
                ("f", names.family),
                ("l", _LINKS),
                ("x", names.servants),
                ("s", _SUFFIXES),
                ("t", names.titles),
                ("v", names.verbs),
                ("n", names.adjectives),
            )
            if key in words
        )
        return found + "a" * (bool(found) and key in names.ambiguous)


def _readings(key: str) -> list[tuple[int, str]]:
    """The ways to read a key: whole, and less attached particles; لل as the article that it holds."""
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


def _inner_words(tree: Tree) -> frozenset[str]:
    inner: set[str] = set()
    stack = [node for node in tree.values() if isinstance(node, dict)]
    while stack:
        for word, child in stack.pop().items():
            if isinstance(child, dict):
                inner.add(word)
                stack.append(child)
    return frozenset(inner)


def _words(text: str, chunks: Sequence[str], by_chunk: Sequence[tuple[_Piece, ...]]) -> _Words:
    starts = [0, *accumulate(len(chunk) + 1 for chunk in chunks)]
    pieces: list[_Piece] = []
    offsets: list[int] = []
    joined: list[bool] = []
    previous_end = -2
    for base, found in zip(starts, by_chunk, strict=False):
        for piece in found:
            pieces.append(piece)
            offsets.append(base)
            joined.append(base + piece.start == previous_end + 1 and text[previous_end] == " ")
            previous_end = base + piece.end
    return _Words(text, pieces, offsets, joined)


def _listed(words: _Words, names: NameLists) -> list[_Match]:
    """The longest listed name from each word."""
    found = []
    pieces, joined = words.pieces, words.joined
    for i, piece in enumerate(pieces):
        if piece.head is None:
            continue
        cut, node = piece.head
        entry: Entry | None = None
        last = j = i
        while True:
            ends = node.get("")
            if isinstance(ends, Entry):
                last, entry = j, ends
            j += 1
            if j == len(pieces) or not joined[j]:
                break
            child = node.get(pieces[j].key)
            if not isinstance(child, dict):
                break
            node = child
        if entry is None:
            continue
        first = i + entry.outside
        match = _extended(
            words, names, words.start(first, 0 if entry.outside else cut), last, entry, i == last
        )
        if match is not None:
            found.append(match)
    return found


def _extended(
    words: _Words, names: NameLists, start: int, last: int, entry: Entry, single: bool
) -> _Match | None:
    """A listed name with the adjective that ends its full name; None where its neighbours say that it is not the name."""
    text = words.text
    end = words.end(last)
    if entry.needs == "quote":
        return (
            _Match(start, end, entry.label, entry.kind)
            if text[start - 1 : start] in ("«", '"', "“", "'", "‘")
            else None
        )
    previous = words.before(start)
    if entry.needs and _uncut_noun(previous) not in (PLACE_NOUNS if entry.needs == "place" else MEDIA_NOUNS):
        return None
    following = words.after(end)
    if single:
        if entry.label == "LOC" and (
            previous in _FAMILY_WORDS or previous in names.given or following in ("بن", "ابن")
        ):
            return None
        return _Match(start, end, entry.label, entry.kind)
    if entry.label == "ORG" and (
        previous in _BODY_NOUNS or (text.startswith("لل", start) and previous.startswith("ال"))
    ):
        return None
    if entry.label in ("ORG", "MISC", "LOC") and following:
        full = following in _FULL_NAME_ENDS and entry.label != "LOC"
        full = full or (entry.label == "ORG" and following.startswith("ال") and following in names.adjectives)
        if full or (entry.kind == "facility" and following == "الدولي"):
            end += 1 + len(_AFTER.match(text, end)[1])  # type: ignore[index]  # `after` matched it
        elif _goes_on(following, entry):
            return None
    return _Match(start, end, entry.label, entry.kind)


def _uncut_noun(key: str) -> str:
    """A noun less what may be attached to it."""
    for cut in range(min(3, len(key))):
        if key[cut:] in PLACE_NOUNS or key[cut:] in MEDIA_NOUNS:
            return key[cut:]
    return key


def _goes_on(following: str, entry: Entry) -> bool:
    """Whether the word after a listed name of several words looks like more of that name."""
    if following in _WEEKDAYS:
        return False
    if (
        following in _OTHER_NAME_ENDS
        or following.startswith("لل")
        or following.isdecimal()
        or following in ("بن", "ابن")
    ):
        return True
    if following.startswith("ال") and following.endswith(("ي", "يه")):
        return True
    return entry.kind in ("ministry", "agency", "university", "court") and following.startswith("وال")


def _people(words: _Words, names: NameLists) -> list[_Match]:
    """People's names put together from given and family names that follow each other, up to what is surely no name."""
    found = []
    pieces, joined = words.pieces, words.joined
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        servant = (
            "عبد" in (piece.key, piece.key[piece.cut :]) and i + 1 < len(pieces) and "x" in pieces[i + 1].name
        )
        if not servant and ("g" not in piece.name or "t" in piece.name):
            i += 1
            continue
        stop, count, sure = _name_from(pieces, joined, i)
        if "a" in piece.name and not (stop > i + 1 and pieces[i + 1].key.startswith("ال") and sure > 1):
            i += 1
            continue
        end = words.end(stop - 1)
        following = words.after(end)
        if following and _is_nisba(following, names):
            end += 1 + len(_AFTER.match(words.text, end)[1])  # type: ignore[index]  # `after` matched it
            count, sure = count + 1, sure + 1
            following = ""
        elif _is_nisba(pieces[stop - 1].key, names):
            following = ""
        before = words.before(words.start(i, 0))
        if (
            count > 1
            and sure > 1
            and before not in _FAMILY_WORDS
            and (not following or _ends_a_name(following, names))
        ):
            found.append(_Match(words.start(i, piece.cut), end, "PER", "name_sequence"))
        i = stop
    return found


def _again(text: str, people: Sequence[_Match], names: NameLists) -> list[_Match]:
    """The later mentions of a person by the last name alone."""
    found = []
    for surname, first_end in {
        text[m.start : m.end].rpartition(" ")[2]: m.end for m in reversed(people)
    }.items():
        key = matching_key(surname)
        if (
            len(key) < 4
            or key in names.ambiguous
            or key in names.given
            or key in names.tree
            or key in names.adjectives
        ):
            continue
        for match in re.finditer(rf"(?<!\w)[وفبلك]?({surname})(?![\w{_MARKS}])", text[first_end:]):
            start, end = first_end + match.start(1), first_end + match.end()
            found.append(_Match(start, end, "PER", "surname"))
    return found


def _name_from(pieces: Sequence[_Piece], joined: Sequence[bool], first: int) -> tuple[int, int, int]:
    """Where the run of names that begins with ``first`` stops, how many names it holds, and how many of them are nothing else."""
    j = first + 1
    count = sure = 1
    while j < len(pieces) and joined[j] and j - first < 8:
        piece = pieces[j]
        name = piece.name if piece.cut == 0 else ""
        if piece.key in _FUNCTION_WORDS:
            break
        if "g" in name or "f" in name:
            count += 1
            sure += "a" not in name
            j += 1
        elif "x" in name and pieces[j - 1].key.endswith("عبد"):
            j += 1
        elif "s" in name:
            j += 1
        elif "l" in name and j + 1 < len(pieces) and joined[j + 1] and pieces[j + 1].cut == 0:
            following = pieces[j + 1].name
            if not set("xgf" if piece.key == "عبد" else "gf") & set(following):
                break
            count += 1
            sure += 1
            j += 2
        else:
            break
    return j, count, sure


def _is_nisba(key: str, names: NameLists) -> bool:
    """Whether a word has the form of a family name, الشحي, and is no adjective of the lists."""
    return (
        key.startswith("ال")
        and key.endswith("ي")
        and len(key) > 4
        and key not in names.adjectives
        and key not in names.titles
        and key not in _WEEKDAYS
        and key not in _FULL_NAME_ENDS
    )


def _ends_a_name(key: str, names: NameLists) -> bool:
    """Whether a word cannot be one more name: a verb, title or adjective of the lists, a function word, or a word with a particle."""
    if key in _FUNCTION_WORDS or key in names.verbs or key in names.adjectives or key in names.titles:
        return True
    return key.startswith(("لل", "وال", "بال", "وال"))


def _chosen(matches: list[_Match]) -> list[Found]:
    """The matches that do not cross, earlier and longer ones first; inside another only those of another label."""
    matches.sort(key=lambda match: (match.start, -match.end, match.kind))
    kept: list[_Match] = []
    around: list[_Match] = []
    for match in matches:
        while around and around[-1].end <= match.start:
            around.pop()
        if around:
            outer = around[-1]
            same = (match.start, match.end) == (outer.start, outer.end)
            if match.end > outer.end or same or match.label == outer.label or outer.label == "PER":
                continue
        kept.append(match)
        around.append(match)
    return [(match.start, match.end, match.label, _score(match)) for match in kept]


def _score(match: _Match) -> float:
    return _KIND_SCORES.get((match.label, match.kind), _LABEL_SCORES.get(match.label, _OTHER_SCORE))
