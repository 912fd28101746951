import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.annotators.tagger.lexicon import LONGEST_PHRASE, lexicon_of

ENTRIES = [
    ("مجلس الأمن", "ORG.council"),
    ("مجلس الأمن الدولي", "ORG.council"),
    ("جامعة الدول العربية", "ORG.league"),
    ("الدول العربية", "LOC.region"),
    ("بغداد", "LOC.city"),
    ("بغداد", "PER.family_name"),
]


def codes(words, lexicon):
    """The kinds that phrases give each word, without what `listed` adds to them."""
    trie = lexicon.phrases
    rows = np.array([trie.word_numbers(word) for word in words], dtype=np.int64)
    left = np.arange(len(words) - 1, -1, -1)
    found = trie.find(*rows.T, left).tolist()
    return [[name for name in trie.names(code) if name.count(".") == 2] for code in found]


def test_words_and_phrases_are_apart():
    lexicon = lexicon_of(ENTRIES)
    assert lexicon.kinds("بغداد") == ("LOC.city", "PER.family_name")
    assert lexicon.kinds("مجلس") == ()
    assert lexicon.kinds("مجلس الامن") == ()
    assert codes(["مجلس", "الامن"], lexicon) == [["B.ORG.council"], ["I.ORG.council"]]
    assert lexicon.beginnings["مجلس"] == {"ORG"}


def test_the_longest_phrase_counts_and_its_first_word_may_carry_particles():
    found = codes(["دعا", "ومجلس", "الامن", "الدولي", "في"], lexicon_of(ENTRIES))
    assert found == [[], ["B.ORG.council"], ["I.ORG.council"], ["I.ORG.council"], []]


def test_a_longer_phrase_hides_a_shorter_one_inside_it():
    found = codes(["جامعة", "الدول", "العربية"], lexicon_of(ENTRIES))
    assert found == [["B.ORG.league"], ["I.ORG.league"], ["I.ORG.league"]]


def test_a_phrase_ends_with_the_sentence():
    trie = lexicon_of(ENTRIES).phrases
    rows = np.array([trie.word_numbers(word) for word in ["مجلس", "الأمن"]], dtype=np.int64)
    assert trie.find(*rows.T, np.array([0, 0])).tolist() == [0, 0]


def test_no_lists_at_all():
    assert codes(["مجلس", "الأمن"], lexicon_of([])) == [[], []]


def longest_at(words, phrases):
    """Which words lie in a phrase, looked for one by one."""
    inside = [False] * len(words)
    for start in range(len(words)):
        for size in range(2, LONGEST_PHRASE + 1):
            if " ".join(words[start : start + size]) in phrases and start + size <= len(words):
                inside[start : start + size] = [True] * size
    return inside


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.lists(st.sampled_from("ا د ر"), min_size=2, max_size=4).map(" ".join), max_size=5),
    st.lists(st.sampled_from("ا د ر ز"), max_size=12),
)
def test_finds_what_a_search_word_by_word_finds(phrases, words):
    lexicon = lexicon_of([(phrase, "ORG.x") for phrase in phrases])
    if words:
        folded = {" ".join(phrase.split()) for phrase in phrases if len(phrase.split()) > 1}
        assert [bool(names) for names in codes(words, lexicon)] == longest_at(words, folded)
