"""The package's lists made into one index, which is read at every start instead of them.

``python -m corpus_builder.annotators.gazetteer.compiling`` writes it anew where the lists have changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus_builder.annotators.gazetteer.lists import DATA, INDEX, Entry, NameLists, firsts_of, keys
from corpus_builder.folding import matching_key

#: Lists of words that name nobody but tell where a person's name begins or ends.
_CONTEXT = {
    "titles.tsv": "title",
    "occupations.tsv": "title",
    "per_triggers.tsv": "verb",
    "nationality_adjectives.tsv": "adjective",
}
_LEFT_OUT = frozenset({"months_days.tsv", "loc_triggers.tsv", "org_triggers.tsv", "ambiguous.tsv"})
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
#: The sets of words among the fields of `NameLists`.
PARTS = tuple(name for name in NameLists._fields if name != "entries")
_NEEDS = {"newspaper": "media", "channel": "media", "work": "quote"}


def compiled() -> NameLists:
    """What the package's lists say of each key."""
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
    servants = frozenset(name.removeprefix("عبد ") for name in parts["given_name"] if name.startswith("عبد "))
    given, family, titles, verbs, adjectives = (
        frozenset(name for name in parts[part] if len(name) > 2 and " " not in name) for part in parts
    )
    return NameLists(
        entries,
        firsts_of(entries),
        given,
        servants,
        family,
        titles,
        verbs,
        adjectives,
        frozenset(key for key in ambiguous if " " not in key),
        frozenset(key for key in closed_teh if " " not in key),
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


def _inverted(table: Mapping[str, Entry]) -> list[tuple[Entry, list[str]]]:
    """The values of a table and the keys that have each, both in order."""
    together: dict[Entry, list[str]] = {}
    for key in sorted(table):
        together.setdefault(table[key], []).append(key)
    return sorted(together.items())


def index_text(names: NameLists) -> str:
    """The lists as the text that `lists.read_index` reads, in one order whatever theirs is."""
    rows = [("entry", *map(str, entry), *found) for entry, found in _inverted(names.entries)]
    rows += [(part, *sorted(getattr(names, part))) for part in PARTS]
    return "".join("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    INDEX.write_text(index_text(compiled()), encoding="utf-8")
