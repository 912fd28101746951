from itertools import chain
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.annotators.tagger.attribute_index import AttributeIndex
from corpus_builder.annotators.tagger.attribute_names import attributes_of
from corpus_builder.annotators.tagger.features import Knowledge, attributes, fold, placed
from corpus_builder.annotators.tagger.forms import forms_of

LETTERS = "ابتفوكلمنيةهىأإؤءـَّّ١٢"
ARABIC = st.text(st.sampled_from(LETTERS), min_size=1, max_size=9)
AFFIXED = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "و", "ف", "ب", "وب", "ال", "وال", "فبال", "لل", "ولل", "كال", "بل"]),
    st.sampled_from(["", "سوريا", "ماما", "لندن", "تل", "محمد", "أحمد", "ا", "لل", "\n", "م\nن"]),
    st.sampled_from(["", "ات", "ها", "هم", "ي", "ية", "ان", "ة", "ين"]),
).filter(bool)
WORDS = st.one_of(ARABIC, AFFIXED, st.text(st.characters(), min_size=1, max_size=6))
KINDS = {
    "سوريا": ("LOC.country",),
    "لندن": ("LOC.city", "LOC.region"),
    "محمد": ("PER.family_name", "PER.given_name"),
    "احمد": ("-.common_word", "PER.given_name"),
    "ماما": ("LOC.city", "PER.family_name"),
}
BANDS = {
    crc32(fold(word).encode()): band
    for band, word in enumerate(["سوريا", "السوريا", "محمد", "تل", "لندن", "ولندن"])
}
KNOWLEDGE = Knowledge(lambda word: KINDS.get(word, ()), BANDS, {})
SEEN = [
    *(
        prefix + stem + suffix
        for prefix in ("", "و", "وب", "ال", "بال", "فلل")
        for stem in KINDS
        for suffix in ("", "ين")
    ),
    *(
        "١٩٩٠",
        "12",
        "A",
        "NATO",
        "nato",
        "Nato",
        "x،",
        ".",
        "...",
        "👩",
        "ـ",
        "َ",
        "َّ",
        "\ud800",
        "ا",
        "ال",
        "الل",
        "لل",
        "<",
        ">",
        "a\nb",
        "\n",
    ),
    "",
]


@pytest.fixture(scope="module")
def model():
    """An index of every second attribute of some words, the weights drawn at random, and its rows by name."""
    names = sorted(
        set(chain.from_iterable(chain.from_iterable(placed(*attributes(w, KNOWLEDGE)) for w in SEEN)))
    )
    names = [name for i, name in enumerate(names) if i % 5]
    weights = np.random.default_rng(1).normal(size=(len(names), 9)).astype(np.float32)
    return AttributeIndex(attributes_of(names, weights), KNOWLEDGE), dict(zip(names, weights, strict=True))


def by_definition(word, rows):
    sums = np.zeros((5, 9))
    for i, names in enumerate(placed(*attributes(word, KNOWLEDGE))):
        for name in dict.fromkeys(names):
            sums[i] += rows.get(name, 0)
    return sums


def contributions(index, words):
    return index.contributions(words, forms_of(words))


@settings(max_examples=300)
@given(words=st.lists(WORDS, min_size=1, max_size=8))
def test_sums_are_those_of_the_named_attributes(model, words):
    index, rows = model
    found = contributions(index, words)
    expected = np.array([by_definition(word, rows) for word in words])
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_words_that_were_seen_have_their_attributes(model):
    index, rows = model
    found = contributions(index, SEEN)
    np.testing.assert_allclose(found, np.array([by_definition(word, rows) for word in SEEN]), atol=1e-4)
    assert (np.abs(found).sum(axis=2) > 0).mean() > 0.9


@given(words=st.lists(WORDS, min_size=1, max_size=20))
def test_a_word_gets_the_same_to_the_last_bit_in_any_batch(model, words):
    index, _ = model
    alone = np.concatenate([contributions(index, [word]) for word in words])
    assert np.array_equal(contributions(index, words), alone)


def test_names_are_summed_where_the_model_has_them(model):
    index, rows = model
    groups = [["w=سوريا", "shape=ar", "no=such name"], [], ["w=لندن"]]
    expected = [sum((rows.get(name, 0) for name in some), np.zeros(9)) for some in groups]
    assert np.abs(expected).sum(axis=1).astype(bool).tolist() == [True, False, True]
    np.testing.assert_allclose(index.sums_of(groups), expected, atol=1e-6)


def test_a_model_without_attributes_says_nothing():
    index = AttributeIndex(
        attributes_of([], np.zeros((0, 9), np.float32)), Knowledge(lambda word: (), {}, {})
    )
    assert not contributions(index, ["قال", "NATO"]).any()
