"""The form of the word lists. What they hold is reviewed like code; what a program can check is here."""

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = sorted((ROOT / "corpus_builder" / "data" / "gazetteer").glob("*.tsv"))
HEADER = "surface\tlabel\tkind\tnote"
#: What each list may hold: the labels and kinds of its rows.
CONTENTS = {
    "ambiguous": {"-": {"common_word", "several_labels", "phrase"}},
    "armed_groups": {"ORG": {"armed_group"}},
    "capitals_cities": {"LOC": {"city", "province", "us_state"}},
    "clubs_sports": {"ORG": {"club", "sports_body"}, "MISC": {"competition"}},
    "companies_banks": {"ORG": {"company", "bank"}},
    "countries": {"LOC": {"country", "country_historic", "territory"}},
    "family_names": {"PER": {"family_name", "kunya", "tribe"}},
    "foreign_names": {"PER": {"given_name", "family_name"}},
    "given_names": {"PER": {"given_name"}},
    "governments": {
        "ORG": {"ministry", "executive", "parliament", "army", "security", "court", "agency"},
    },
    "international_orgs": {"ORG": {"international", "ngo"}},
    "loc_triggers": {"-": {"loc_trigger", "loc_preposition"}},
    "media": {"ORG": {"news_agency", "channel", "newspaper"}},
    "months_days": {
        "-": {"month", "hijri_month", "coptic_month", "persian_month", "weekday", "season"},
    },
    "nationality_adjectives": {"-": {"nationality", "religious", "political"}},
    "occupations": {"-": {"occupation"}},
    "org_triggers": {"-": {"org_trigger"}},
    "parties_movements": {"ORG": {"party"}},
    "per_triggers": {"-": {"speech_verb", "action_verb"}},
    "public_figures": {
        "PER": {
            "head_of_state",
            "official",
            "politician",
            "writer",
            "scientist",
            "historical",
            "artist",
            "athlete",
        },
    },
    "regions_features": {
        "LOC": {"continent", "region", "sea", "river", "mountain", "camp", "facility"},
    },
    "titles": {"-": {"title", "kinship"}},
    "universities": {"ORG": {"university"}},
    "works_events_misc": {
        "MISC": {
            "war",
            "treaty",
            "prize",
            "religion_text",
            "weapon",
            "product",
            "work",
            "currency_index",
        },
    },
}
#: Arabic letters without vowel signs and tatweel, figures, and the few marks that names are written with.
SURFACE = re.compile(r"[\u0621-\u063a\u0641-\u064a0-9.\-+/]+( [\u0621-\u063a\u0641-\u064a0-9.\-+/]+)*")
NOTE = re.compile(r"[ -~\u00c0-\u017f]+")

Row = tuple[str, str, str, str]


def rows(name: str) -> list[Row]:
    text = (ROOT / "corpus_builder" / "data" / "gazetteer" / f"{name}.tsv").read_bytes().decode("utf-8")
    return [(s, lab, k, n) for s, lab, k, n in (line.split("\t") for line in text.split("\n")[1:-1])]


def names() -> set[str]:
    return {s for name in CONTENTS for s, label, _, _ in rows(name) if label != "-"}


def test_every_list_is_known() -> None:
    assert [path.stem for path in LISTS] == sorted(CONTENTS)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    header, *lines, last = text.split("\n")
    assert (header, last) == (HEADER, "")
    for line in lines:
        surface, _, _, note = line.split("\t")
        assert SURFACE.fullmatch(surface), line
        assert NOTE.fullmatch(note), line
        assert note == note.strip(), line


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_labels_and_kinds(name: str) -> None:
    found: dict[str, set[str]] = {}
    for _, label, kind, _ in rows(name):
        found.setdefault(label, set()).add(kind)
    assert found == CONTENTS[name]


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_sorted_and_each_once(name: str) -> None:
    keys = [row[:3] for row in rows(name)]
    assert keys == sorted(set(keys))


def test_no_country_with_a_particle() -> None:
    """بروسيا is Prussia and in Russia; only what is declared ambiguous may read both ways."""
    countries = {row[0] for row in rows("countries")}
    forms = {particle + country for country in countries for particle in "وفبلك"}
    forms |= {"لل" + country[2:] for country in countries if country.startswith("ال")}
    assert forms & countries <= {row[0] for row in rows("ambiguous")}


def test_a_name_that_is_also_a_listed_word_is_ambiguous() -> None:
    single = {name for name in names() if " " not in name}
    words = {row[0] for name, labels in CONTENTS.items() if "-" in labels for row in rows(name)}
    words -= {row[0] for row in rows("months_days") if row[2] == "season"}
    ambiguous = {row[0] for row in rows("ambiguous")}
    assert single & words <= ambiguous


def test_a_name_of_several_kinds_is_ambiguous() -> None:
    labels: dict[str, set[str]] = {}
    for name in CONTENTS:
        for surface, label, _, _ in rows(name):
            if label != "-":
                labels.setdefault(surface, set()).add(label)
    several = {surface for surface, found in labels.items() if len(found) > 1}
    assert several <= {row[0] for row in rows("ambiguous")}


def test_what_is_ambiguous_is_a_name() -> None:
    assert {row[0] for row in rows("ambiguous")} <= names()


@pytest.mark.parametrize(
    "spellings",
    [
        ("غوتيريش", "جوتيريش"),
        ("أمريكا", "أميركا"),
        ("هونغ كونغ", "هونج كونج"),
        ("سوريا", "سورية"),
        ("إسطنبول", "اسطنبول"),
        ("أكتوبر", "اكتوبر"),
    ],
)
def test_spellings_side_by_side(spellings: tuple[str, str]) -> None:
    surfaces = {row[0] for name in CONTENTS for row in rows(name)}
    assert surfaces.issuperset(spellings)


def test_documentation_counts() -> None:
    table = (ROOT / "docs" / "gazetteer.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)\.tsv` \| ([\d,]+) \|", table, re.MULTILINE))
    assert told == {name: f"{len(rows(name)):,}" for name in CONTENTS}
