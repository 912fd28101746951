from zlib import crc32

import pytest

from corpus_builder.annotators.tagger.features import (
    BOUNDARY,
    OFFSETS,
    UNHEARD,
    Knowledge,
    attributes,
    fold,
    listed,
    placed,
    unplaced,
    without_proclitics,
)

NOTHING = Knowledge(lambda word: (), {}, {})


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("أحمد", "احمد"),
        ("مُحَمَّـــد", "محمد"),
        ("موسى", "موسي"),
        ("١٩٩٠", "0000"),
        ("NATO", "nato"),
        ("ـ", "ـ"),
        ("مدرسة", "مدرسة"),
    ],
)
def test_fold(word, key):
    assert fold(word) == key


@pytest.mark.parametrize(
    ("folded", "rests"),
    [
        ("بغداد", ["غداد"]),
        ("وبغداد", ["بغداد", "غداد"]),
        ("سوريا", []),
        ("ولد", []),
    ],
)
def test_without_proclitics(folded, rests):
    assert without_proclitics(folded) == rests


def test_an_attribute_names_its_offset_and_each_offset_has_its_list():
    by_offset = dict(zip(OFFSETS, placed(*attributes("وبغداد", NOTHING)), strict=True))
    assert "w=وبغداد" in by_offset[0]
    assert "t=بغداد" in by_offset[0]
    assert all(name.startswith("-1") for name in by_offset[-1])
    assert all(name.startswith("2") for name in by_offset[2])
    for offset, names in by_offset.items():
        assert {unplaced(name)[0] for name in names} == {offset}
    assert "w=وبغداد" in {unplaced(name)[1] for name in by_offset[-2]}


def test_lists_are_asked_for_the_word_and_for_what_particles_leave():
    knowledge = Knowledge(lambda word: ("LOC.city",) if word == "بغداد" else (), {}, {})
    assert "g=LOC.city" in attributes("بغداد", knowledge)[0]
    assert "gr=LOC.city" in attributes("وبغداد", knowledge)[0]


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        ((), []),
        (("LOC.city",), ["LOC.city", "LOC", "LOC!"]),
        (("LOC.city", "LOC.river"), ["LOC.city", "LOC.river", "LOC", "LOC!"]),
        (("LOC.city", "PER.family_name"), ["LOC.city", "PER.family_name", "LOC", "PER"]),
        (("-.common_word", "PER.given_name"), ["-.common_word", "PER.given_name", "PER"]),
        (("-.title",), ["-.title"]),
    ],
)
def test_what_lists_say_of_a_word(kinds, names):
    assert listed(kinds) == names


def test_frequency_is_that_of_the_folded_word():
    knowledge = Knowledge(lambda word: (), {crc32("احمد".encode()): 7}, {})
    assert "f=7" in attributes("أحمد", knowledge)[0]
    assert knowledge.band("لا يوجد") == UNHEARD


def test_the_boundary_says_only_that_it_is_there():
    assert attributes(BOUNDARY, NOTHING)[0] == []


@pytest.mark.parametrize("word", ["\ud800", "ّ", "\u200d", "👩‍👩‍👧", "_", "٪", "a" * 5000])
def test_any_token_has_attributes(word):
    assert attributes(word, NOTHING)[0]
