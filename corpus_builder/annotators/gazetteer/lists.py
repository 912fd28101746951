"""The word lists that name things, as one table from keys to what they name.

A list is a TSV file with the header ``surface label kind note``; docs/gazetteer.md describes the lists of
the package,
and lists of the user's own have the same form. Words are matching keys, so spellings that writers
interchange meet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from corpus_builder.folding import matching_key
from corpus_builder.problems import CorpusError

DATA = Path(__file__).parent.parent.parent / "data"
HEADER = ("surface", "label", "kind", "note")
#: Lists of words that name nobody but tell where a person's name begins or ends.
_CONTEXT = {
    "titles.tsv": "title",
    "occupations.tsv": "title",
    "per_triggers.tsv": "verb",
    "nationality_adjectives.tsv": "adjective",
}
_LEFT_OUT = frozenset({"months_days.tsv", "loc_triggers.tsv", "org_triggers.tsv", "ambiguous.tsv"})


def keys(words: str) -> frozenset[str]:
    """The matching keys of words in a string."""
    return frozenset(matching_key(words).split())


#: Nouns before a place or before a medium, whose name may be a plain word: ``مدينة الباب``، ``صحيفة الحياة``.
PLACE_NOUNS = keys("مدينة محافظة بلدة قرية ولاية إقليم حي دولة قضاء ناحية مديرية مخيم منطقة بلدية ضاحية مركز")
MEDIA_NOUNS = keys("صحيفة جريدة مجلة قناة إذاعة موقع صحيفتي قناتي تلفزيون فضائية شبكة")
#: Nouns that stay outside the name that they introduce, by the name's label (guidelines, section 3).
_OUTSIDE = {
    "ORG": keys("صحيفة جريدة مجلة قناة إذاعة موقع"),
    "LOC": keys("مدينة محافظة بلدة قرية ولاية إقليم حي دولة"),
    "MISC": keys("رواية فيلم كتاب مسلسل أغنية"),
}
#: Nouns that stay outside a brand or an acronym that mostly stands alone.
_BRAND_NOUNS = keys("شركة منظمة")
#: Beginnings of descriptions, which are no names (guidelines, sections 3 and 5).
_DESCRIPTIONS = keys("الحكومة الإدارة المقاومة اللغة القوات السلطات الدولة")
_DIRECTIONS = keys("جنوب شمال شرق غرب وسط جنوبي شمالي شرقي غربي ريف دول منطقة")
_DIRECTED_KINDS = frozenset({"country", "province", "territory"})
#: Kinds whose names of one word stand for themselves.
_ALONE = frozenset(
    [
        ("LOC", kind)
        for kind in ("country", "country_historic", "territory", "continent", "city", "us_state", "province")
    ]
    + [
        ("LOC", kind)
        for kind in ("region", "river", "sea", "mountain", "island", "desert", "camp", "facility", "border")
    ]
    + [
        ("ORG", kind)
        for kind in ("international", "executive", "armed_group", "news_agency", "security", "army")
    ]
    + [("ORG", kind) for kind in ("party", "company", "ngo", "agency", "bank")]
    + [("MISC", kind) for kind in ("religion_text", "religion")]
)
_NEEDS = {"newspaper": "media", "channel": "media", "work": "quote"}


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


@dataclass(frozen=True, slots=True)
class NameLists:
    """Whole names in ``entries``, and single words that people's names are made of or stand beside.

    ``seconds`` gives for the first word of names of several words those that may come second, and how many words the longest name
    that begins with the two has.
    ``servants`` are what follows عبد in given names; ``closed_teh`` the names of one word that end in teh
    marbuta, for which
    a final heh does not stand.
    """

    entries: dict[str, Entry]
    seconds: dict[str, dict[str, int]]
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
    """Read the package's lists and ``extra`` ones. Raises `CorpusError`, with file and line, for a row of
    another form."""
    folder = DATA / "gazetteer"
    _surfaces, words, _labels, kinds = _columns(folder / "ambiguous.tsv")
    ambiguous = frozenset(words)
    phrases = {key for key, kind in zip(words, kinds, strict=True) if kind == "phrase"}
    _surfaces, words, _labels, kinds = _columns(DATA / "gazetteer_verdicts.tsv")
    verdicts = dict(zip(words, kinds, strict=True))
    parts: dict[str, set[str]] = {
        part: set() for part in ("given_name", "family_name", "title", "verb", "adjective")
    }
    named: list[tuple[str, str, str]] = []
    closed_teh: set[str] = set()
    for path in sorted(folder.glob("*.tsv")):
        if path.name in _LEFT_OUT:
            continue
        surfaces, words, labels, kinds = _columns(path)
        if path.name in _CONTEXT:
            parts[_CONTEXT[path.name]].update(words)
        elif path.name in ("given_names.tsv", "family_names.tsv", "foreign_names.tsv"):
            for key, kind in zip(words, kinds, strict=True):
                if kind in parts:
                    parts[kind].add(key)
                else:
                    named.append((key, "PER", kind))
        else:
            named += zip(words, labels, kinds, strict=True)
            closed_teh.update(key for surface, key in zip(surfaces, words, strict=True) if surface[-1] == "ة")
    weak = {
        key for key in ambiguous | parts["given_name"] | parts["family_name"] if verdicts.get(key) != "alone"
    }
    never = {key for key in phrases if verdicts.get(key) != "alone"} | {
        key for key, verdict in verdicts.items() if verdict == "not_alone"
    }
    entries = _entries(named, weak, never, parts["title"])
    for path in extra:
        for surface, label, kind in _checked_rows(path):
            entries[" ".join(matching_key(surface).split())] = Entry(label, kind, 0, "")
    seconds: dict[str, dict[str, int]] = {}
    for key in entries:
        first, *rest = key.split(" ", 2)
        if rest:
            counts = seconds.setdefault(first, {})
            counts[rest[0]] = max(counts.get(rest[0], 0), key.count(" ") + 1)
    servants = frozenset(name.removeprefix("عبد ") for name in parts["given_name"] if name.startswith("عبد "))
    given, family, titles, verbs, adjectives = (
        frozenset(name for name in parts[part] if len(name) > 2) for part in parts
    )
    return NameLists(
        entries,
        seconds,
        given,
        servants,
        family,
        titles,
        verbs,
        adjectives,
        ambiguous,
        frozenset(closed_teh),
    )


def _entries(
    named: Sequence[tuple[str, str, str]], weak: set[str], never: set[str], titles: set[str]
) -> dict[str, Entry]:
    """What each key names. Of two readings the one that needs nothing before it stays, and a place before
    others."""
    entries: dict[str, Entry] = {}
    made: dict[tuple[str, str, int, str, int], Entry] = {}
    for key, label, kind in named:
        head, space, rest = key.partition(" ")
        outside, needs, kept = 0, _NEEDS.get(kind, ""), 0
        if label == "-":
            continue
        if space:
            if key in never or head in _DESCRIPTIONS or (head in _DIRECTIONS and kind not in _DIRECTED_KINDS):
                continue
            if label == "PER":
                outside = int(head in titles and head.startswith("ال"))
            elif kind != "country":
                outside = int(head in _OUTSIDE.get(label, ()) or (head == "وكاله" and " " not in rest))
            if outside and needs == "media":
                needs = ""
            if label in ("ORG", "LOC"):
                kept = _kept(key.split())
        elif len(key) < 3:
            continue
        elif label == "LOC":
            sure = (
                (label, kind) in _ALONE
                and key not in never
                and (key not in weak or kind in ("country", "continent"))
            )
            needs = "" if sure else "place"
        elif not needs and ((label, kind) not in _ALONE or key in weak or key in never):
            continue
        known = entries.get(key)
        if (
            known is None
            or (known.needs and not needs)
            or (known.label != "LOC" and label == "LOC" and not needs)
        ):
            what = (label, kind, outside, needs, kept)
            entries[key] = made.get(what) or made.setdefault(what, Entry(*what))
    for key, entry in entries.items():
        head, _space, rest = key.partition(" ")
        if head in _BRAND_NOUNS and (brand := entries.get(rest)) is not None and brand.label == "ORG":
            entries[key] = entry._replace(outside=1)
    return entries


def _kept(words: Sequence[str]) -> int:
    """How many words of a body's or a place's name stand before a place that في or ب joins to it; 0 where none does."""
    for place in range(2, len(words)):
        if (words[place] == "في" and place + 1 < len(words)) or words[place].startswith("بال"):
            return place
    return 0


def _columns(path: Path) -> tuple[list[str], list[str], list[str], list[str]]:
    """Surfaces, their keys, labels and kinds of a list of the package, whose form the test suite checks."""
    cells = path.read_text(encoding="utf-8").rstrip("\n").replace("\n", "\t").split("\t")
    surfaces = cells[4::4]
    return surfaces, matching_key("\n".join(surfaces)).split("\n"), cells[5::4], cells[6::4]


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
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*|-", label):
            raise CorpusError(
                f"{path}:{number}: {label!r} is no label; a label is capitals, digits and _, or -"
            )
        if label != "-":
            rows.append((surface, label, kind))
    return rows
