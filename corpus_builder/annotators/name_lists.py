"""The word lists that name things, read into one tree of words.

A list is a TSV file with the header ``surface label kind note``; docs/gazetteer.md describes the lists of the package, and
lists of the user's own have the same form. Words are matching keys, so spellings that writers interchange meet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from corpus_builder.folding import matching_key
from corpus_builder.problems import CorpusError

DATA = Path(__file__).parent.parent / "data"
HEADER = "surface\tlabel\tkind\tnote"
#: Lists of words that name nothing; of these only `CONTEXT` is of use here.
_CONTEXT_LISTS = {
    "titles.tsv": "title",
    "occupations.tsv": "title",
    "per_triggers.tsv": "verb",
    "nationality_adjectives.tsv": "adjective",
}
_LEFT_OUT = frozenset({"months_days.tsv", "loc_triggers.tsv", "org_triggers.tsv", "ambiguous.tsv"})
_NAME_KINDS = {"given_name": "given", "family_name": "family"}
#: Nouns that stay outside the name that they introduce (guidelines, section 3).
_OUTSIDE = frozenset(
    matching_key(
        "صحيفة جريدة مجلة قناة إذاعة موقع مدينة محافظة بلدة قرية ولاية إقليم حي دولة رواية فيلم كتاب مسلسل"
    ).split()
)
#: Kinds whose names of one word stand for themselves; a newspaper or a club of one word needs its noun before it.
_ALONE = frozenset(
    {
        ("LOC", kind)
        for kind in (
            "country",
            "country_historic",
            "territory",
            "continent",
            "city",
            "us_state",
            "province",
            "region",
        )
    }
    | {
        ("LOC", kind)
        for kind in ("river", "sea", "mountain", "island", "desert", "camp", "facility", "border")
    }
    | {("ORG", kind) for kind in ("international", "executive", "armed_group", "news_agency", "company")}
    | {("MISC", "religion_text"), ("MISC", "product"), ("MISC", "religion")}
)
_LABEL = re.compile(r"[A-Z][A-Z0-9_]*|-")

#: From a word to what may follow it; under "" what ends here, as ``(label, kind, words to leave outside)``.
Tree: TypeAlias = "dict[str, Tree | tuple[str, str, int]]"


@dataclass(frozen=True, slots=True)
class NameLists:
    """Whole names in ``tree``; in ``given``, ``family``, ``titles`` and ``verbs`` single words that people's names are made of or stand beside."""

    tree: Tree
    given: frozenset[str]
    family: frozenset[str]
    titles: frozenset[str]
    verbs: frozenset[str]
    adjectives: frozenset[str]
    ambiguous: frozenset[str]


@cache
def name_lists(extra: tuple[Path, ...] = ()) -> NameLists:
    """Read the package's lists and ``extra`` ones. Raises `CorpusError`, with file and line, for a row of another form."""
    folder = DATA / "gazetteer"
    ambiguous = (
        {row[0] for row in _rows(folder / "ambiguous.tsv")} if (folder / "ambiguous.tsv").is_file() else set()
    )
    unsafe = {(row[0], row[1]) for row in _rows(DATA / "unsafe_names.tsv")}
    tree: Tree = {}
    parts: dict[str, set[str]] = {
        "given": set(),
        "family": set(),
        "title": set(),
        "verb": set(),
        "adjective": set(),
    }
    for path in sorted(folder.glob("*.tsv"), key=lambda path: (path.name not in _CONTEXT_LISTS, path.name)):
        if path.name in _LEFT_OUT:
            continue
        part = _CONTEXT_LISTS.get(path.name)
        for surface, label, kind in _rows(path):
            if part is not None:
                parts[part].add(surface)
            elif kind in _NAME_KINDS:
                parts[_NAME_KINDS[kind]].add(surface)
            elif (surface, label) not in unsafe and label != "-":
                _plant(tree, surface, label, kind, ambiguous, parts["title"])
    for path in extra:
        for surface, label, kind in _checked_rows(path):
            _plant(tree, surface, label, kind, set(), parts["title"])
    given, family = (frozenset(name for name in parts[part] if len(name) > 2) for part in ("given", "family"))
    titles, verbs, adjectives = (frozenset(parts[part]) for part in ("title", "verb", "adjective"))
    return NameLists(tree, given, family, titles, verbs, adjectives, frozenset(ambiguous))


def _plant(tree: Tree, surface: str, label: str, kind: str, ambiguous: set[str], titles: set[str]) -> None:
    words = surface.split()
    outside = 0
    if len(words) > 1:
        head = words[0]
        if label == "PER":
            outside = int(head.startswith("ال") and head in titles)
        elif kind != "country":
            outside = int(head in _OUTSIDE or (head == "وكاله" and len(words) == 2))
    elif surface in ambiguous or (label, kind) not in _ALONE or len(surface) < 3:
        return
    node = tree
    for word in words:
        node = node.setdefault(word, {})  # type: ignore[assignment]  # only the key "" holds a tuple
    node.setdefault("", (label, kind, outside))


def _rows(path: Path) -> list[tuple[str, str, str]]:
    """Folded surface, label and kind of each row of a list that the test suite has checked."""
    lines = matching_key(path.read_text(encoding="utf-8")).splitlines()
    return [tuple(line.split("\t", 3)[:3]) for line in lines[1:]]  # type: ignore[misc]


def _checked_rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: the word list cannot be read: {error}") from error
    if not lines or lines[0] != HEADER:
        raise CorpusError(f"{path}:1: a word list begins with the header {HEADER!r}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) not in (3, 4):
            raise CorpusError(
                f"{path}:{number}: a row has surface, label, kind and note, this has {len(columns)} columns"
            )
        surface, label, kind = (column.strip() for column in columns[:3])
        if not matching_key(surface).strip():
            raise CorpusError(f"{path}:{number}: the surface is empty")
        if not _LABEL.fullmatch(label):
            raise CorpusError(
                f"{path}:{number}: {label!r} is no label; labels are capitals, digits and _, or -"
            )
        if label != "-":
            rows.append((matching_key(surface), label, kind))
    return rows


def list_paths(lists: Sequence[str | Path]) -> tuple[Path, ...]:
    return tuple(Path(name) for name in lists)
