"""The word lists that name things, as one table from keys to what they name.

A list is a TSV file with the header ``surface label kind note``; docs/gazetteer.md describes the lists of
the package,
and lists of the user's own have the same form. Words are matching keys, so spellings that writers
interchange meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from corpus_builder.folding import matching_key
from corpus_builder.problems import CorpusError

DATA = Path(__file__).parent.parent.parent / "data"
INDEX = DATA / "gazetteer_index.tsv"
HEADER = ("surface", "label", "kind", "note")


def keys(words: str) -> frozenset[str]:
    """The matching keys of words in a string."""
    return frozenset(matching_key(words).split())


#: Nouns before a place or before a medium, whose name may be a plain word: ``مدينة الباب``، ``صحيفة الحياة``.
PLACE_NOUNS = keys("مدينة محافظة بلدة قرية ولاية إقليم حي دولة قضاء ناحية مديرية مخيم منطقة بلدية ضاحية مركز")
MEDIA_NOUNS = keys("صحيفة جريدة مجلة قناة إذاعة موقع صحيفتي قناتي تلفزيون فضائية شبكة")


class Entry(NamedTuple):
    """What a key names.

    ``outside`` words at its beginning stay out of the span, and so do those after the first ``kept``, a place joined by
    في or ب (0 keeps all); ``needs`` is what must stand before it: the noun
    of a
    "place" or of "media", an opening "quote" mark, or "" for nothing.
    """

    label: str
    kind: str
    outside: int
    needs: str
    kept: int = 0


class NameLists(NamedTuple):
    """Whole names in ``entries``, and single words that people's names are made of or stand beside.

    ``firsts`` are the first words of names of several words,
    ``servants`` are what follows عبد in given names; ``closed_teh`` the names of one word that end in teh
    marbuta, for which
    a final heh does not stand.
    """

    entries: dict[str, Entry]
    firsts: frozenset[str]
    given: frozenset[str]
    servants: frozenset[str]
    family: frozenset[str]
    titles: frozenset[str]
    verbs: frozenset[str]
    adjectives: frozenset[str]
    ambiguous: frozenset[str]
    closed_teh: frozenset[str]


#: The most words of a name: for each longer name the sieve looks at as many runs of words as the longest has words.
LONGEST_NAME = 40


@cache
def name_lists(extra: tuple[Path, ...] = ()) -> NameLists:
    """The package's lists, as `compiling` left them, and ``extra`` ones. Raises `CorpusError`, with file and line, for a row of
    another form."""
    names = read_index(INDEX)
    if not extra:
        return names
    added = {
        " ".join(matching_key(surface).split()): Entry(label, kind, 0, "")
        for path in extra
        for surface, label, kind in _checked_rows(path)
    }
    return names._replace(entries=names.entries | added, firsts=names.firsts | firsts_of(added))


def read_index(path: Path) -> NameLists:
    """The lists of an index: rows of an entry's fields and the keys that have it, and of a part's name and its
    words."""
    entries: dict[str, Entry] = {}
    parts: dict[str, frozenset[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        part, *cells = line.split("\t")
        if part == "entry":
            label, kind, outside, needs, kept, *names = cells
            entries.update(dict.fromkeys(names, Entry(label, kind, int(outside), needs, int(kept))))
        else:
            parts[part] = frozenset(cells)
    return NameLists(entries, **parts)


def firsts_of(names: Iterable[str]) -> frozenset[str]:
    """The first words of the names that have several."""
    return frozenset(name.partition(" ")[0] for name in names if " " in name)


def labels_of(path: Path) -> list[str]:
    """The labels that a list of the user's own gives, each once. Raises `CorpusError` as `name_lists` does."""
    return list(dict.fromkeys(label for _surface, label, _kind in _checked_rows(path)))


def _checked_rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: the word list cannot be read: {error}") from error
    if not lines or tuple(lines[0].split("\t")) != HEADER:
        raise CorpusError(f"{path}:1: a word list begins with the columns {', '.join(HEADER)}, tabs between")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) not in (3, 4):
            raise CorpusError(
                f"{path}:{number}: a row has 4 columns, surface, label, kind and note;"
                f" this has {len(columns)}"
            )
        surface, label, kind = (column.strip() for column in columns[:3])
        if not matching_key(surface).strip():
            raise CorpusError(f"{path}:{number}: the surface is empty")
        if len(surface.split()) > LONGEST_NAME:
            raise CorpusError(
                f"{path}:{number}: a name has at most {LONGEST_NAME} words; shorten the surface"
            )
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*|-", label):
            raise CorpusError(
                f"{path}:{number}: {label!r} is no label; a label is capitals, digits and _, or -"
            )
        if label != "-":
            rows.append((surface, label, kind))
    return rows
