"""The word lists that name things, read into one tree of words.

A list is a TSV file with the header ``surface label kind note``; docs/gazetteer.md describes the lists of the package,
and lists of the user's own have the same form. Words are matching keys, so spellings that writers interchange meet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from corpus_builder.folding import matching_key
from corpus_builder.problems import CorpusError

DATA = Path(__file__).parent.parent / "data"
HEADER = "surface\tlabel\tkind\tnote"
#: Lists of words that name nobody but tell where a person's name begins or ends.
_CONTEXT = {
    "titles.tsv": "title",
    "occupations.tsv": "title",
    "per_triggers.tsv": "verb",
    "nationality_adjectives.tsv": "adjective",
}
_LEFT_OUT = frozenset({"months_days.tsv", "loc_triggers.tsv", "org_triggers.tsv", "ambiguous.tsv"})
_NAME_KINDS = {"given_name": "given", "family_name": "family"}


def _keys(words: str) -> frozenset[str]:
    return frozenset(matching_key(words).split())


#: Nouns that stay outside the name that they introduce (guidelines, section 3).
PLACE_NOUNS = _keys(
    "مدينة محافظة بلدة قرية ولاية إقليم حي دولة قضاء ناحية مديرية مخيم منطقة بلدية ضاحية مركز حاضرة"
)
MEDIA_NOUNS = _keys("صحيفة جريدة مجلة قناة إذاعة موقع صحيفتي قناتي تلفزيون فضائية شبكة أسبوعية يومية")
_OUTSIDE = _keys(
    "صحيفة جريدة مجلة قناة إذاعة موقع مدينة محافظة بلدة قرية ولاية إقليم حي دولة رواية فيلم كتاب مسلسل"
)
#: Beginnings of descriptions, which are no names (guidelines, sections 3 and 5).
_DESCRIPTIONS = _keys("الحكومة الإدارة المقاومة اللغة القوات السلطات الدولة")
_DIRECTIONS = _keys("جنوب شمال شرق غرب وسط جنوبي شمالي شرقي غربي ريف دول منطقة")
#: Kinds whose names of one word stand for themselves.
_ALONE = frozenset(
    [
        ("LOC", kind)
        for kind in "country country_historic territory continent city us_state province region".split()
    ]
    + [("LOC", kind) for kind in "river sea mountain island desert camp facility border".split()]
    + [("ORG", kind) for kind in "international executive armed_group news_agency".split()]
    + [("MISC", kind) for kind in "religion_text religion".split()]
)


class Entry(NamedTuple):
    """What a surface names: ``outside`` words at its beginning stay out of the span, ``needs`` says what must stand before it:
    "place" or "media" for a noun of these, "quote" for an opening quotation mark, "" for nothing."""

    label: str
    kind: str
    outside: int
    needs: str


#: From a word to what may follow it; under "" what ends here.
Tree: TypeAlias = "dict[str, Tree | Entry]"


@dataclass(frozen=True, slots=True)
class NameLists:
    """Whole names in ``tree``, and single words that people's names are made of or stand beside.

    ``servants`` holds what follows عبد in given names, ``closed_teh`` the names of one word that end in teh marbuta, which a final heh may not stand for.
    """

    tree: Tree
    given: frozenset[str]
    servants: frozenset[str]
    family: frozenset[str]
    titles: frozenset[str]
    verbs: frozenset[str]
    adjectives: frozenset[str]
    ambiguous: frozenset[str]
    closed_teh: frozenset[str]


@cache
def name_lists(extra: tuple[Path, ...] = ()) -> NameLists:
    """Read the package's lists and ``extra`` ones. Raises `CorpusError`, with file and line, for a row of another form."""
    folder = DATA / "gazetteer"
    ambiguous = frozenset(row[1] for row in _rows(folder / "ambiguous.tsv"))
    verdicts = {row[1]: row[3] for row in _rows(DATA / "gazetteer_verdicts.tsv")}
    parts: dict[str, set[str]] = {part: set() for part in ("given", "family", "title", "verb", "adjective")}
    named: list[tuple[str, str, str, str]] = []
    for path in sorted(folder.glob("*.tsv")):
        if path.name in _LEFT_OUT:
            continue
        rows = _rows(path)
        if path.name in _CONTEXT:
            parts[_CONTEXT[path.name]].update(row[1] for row in rows)
            continue
        for row in rows:
            if (part := _NAME_KINDS.get(row[3])) is not None:
                parts[part].add(row[1])
            elif row[2] != "-":
                named.append(row)
    names = parts["given"] | parts["family"]
    weak = {key for key in ambiguous | names if verdicts.get(key) != "alone"}
    never = {key for key, verdict in verdicts.items() if verdict == "not_alone"}
    tree: Tree = {}
    for row in named:
        _plant(tree, row, weak, never, parts["title"])
    closed_teh = frozenset(
        key for surface, key, _label, _kind in named if surface[-1] == "ة" and " " not in key
    )
    for path in extra:
        for surface, label, kind in _checked_rows(path):
            _branch(tree, matching_key(surface))[""] = Entry(label, kind, 0, "")
    given, family = (frozenset(name for name in parts[part] if len(name) > 2) for part in ("given", "family"))
    titles, verbs, adjectives = (frozenset(parts[part]) for part in ("title", "verb", "adjective"))
    servants = frozenset(name.removeprefix("عبد ") for name in parts["given"] if name.startswith("عبد "))
    return NameLists(tree, given, servants, family, titles, verbs, adjectives, ambiguous, closed_teh)


def _branch(tree: Tree, key: str) -> Tree:
    node = tree
    for word in key.split():
        node = node.setdefault(word, {})  # type: ignore[assignment]  # only the key "" holds an entry
    return node


def _plant(
    tree: Tree, row: tuple[str, str, str, str], weak: set[str], never: set[str], titles: set[str]
) -> None:
    _surface, key, label, kind = row
    head, _space, rest = key.partition(" ")
    outside, needs = 0, ""
    if rest:
        if head in _DESCRIPTIONS or (
            head in _DIRECTIONS and kind not in ("country", "province", "territory")
        ):
            return
        if label == "PER":
            outside = int(head.startswith("ال") and head in titles)
        elif kind != "country":
            outside = int(head in _OUTSIDE or (head == "وكاله" and " " not in rest))
        if kind in ("newspaper", "channel") and not outside:
            needs = "media"
        elif kind == "work":
            needs = "quote"
    elif len(key) < 3:
        return
    elif label == "LOC":
        sure = (
            (label, kind) in _ALONE
            and key not in never
            and (key not in weak or kind in ("country", "continent"))
        )
        needs = "" if sure else "place"
    elif kind in ("newspaper", "channel"):
        needs = "media"
    elif kind == "work":
        needs = "quote"
    elif (label, kind) not in _ALONE or key in weak or key in never:
        return
    node = _branch(tree, key)
    known = node.get("")
    if (
        not isinstance(known, Entry)
        or (known.needs and not needs)
        or (known.label != "LOC" and label == "LOC" and not needs)
    ):
        node[""] = Entry(label, kind, outside, needs)


def _rows(path: Path) -> list[tuple[str, str, str, str]]:
    """Surface, its key, label and kind of each row of a list that the test suite has checked."""
    text = path.read_text(encoding="utf-8")
    rows = [line.split("\t", 3)[:3] for line in text.splitlines()[1:]]
    keys = matching_key("\n".join(row[0] for row in rows)).split("\n")
    return [(surface, key, label, kind) for (surface, label, kind), key in zip(rows, keys, strict=True)]


def _checked_rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: the word list cannot be read: {error}") from error
    if not lines or lines[0].split("\t") != HEADER.split("\t"):
        raise CorpusError(f"{path}:1: a word list begins with the header {HEADER!r}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) not in (3, 4):
            raise CorpusError(
                f"{path}:{number}: a row has surface, label, kind and note, this one has {len(columns)} columns"
            )
        surface, label, kind = (column.strip() for column in columns[:3])
        if not matching_key(surface).strip():
            raise CorpusError(f"{path}:{number}: the surface is empty")
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*|-", label):
            raise CorpusError(
                f"{path}:{number}: {label!r} is no label; a label is capitals, digits and _, or -"
            )
        if label != "-":
            rows.append((surface, label, kind))
    return rows


def list_paths(lists: Sequence[str | Path]) -> tuple[Path, ...]:
    return tuple(Path(name) for name in lists)
