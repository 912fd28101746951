from pathlib import Path

from corpus_builder.annotators.tagger.clitics import particle_length
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.lexicon import lexicon_of
from corpus_builder.training.corpora import Tagged
from corpus_builder.training.cuts import Cut, cuts_in, cuts_of, doubled, learn_cuts

CASES = Path(__file__).parents[1] / "cases" / "training"


def test_particles_that_stand_alone_are_joined_to_the_name():
    sentence = Tagged(
        ["و", "ل", "مصر", "قال", "وليد", "ل", "سالم"], ["O", "O", "B-LOC", "O", "B-PER", "O", "B-PER"]
    )
    assert cuts_in([sentence]) == [
        Cut("ولمصر", "LOC", 2),
        Cut("وليد", "PER", 0),
        Cut("لسالم", "PER", 1),
    ]


def test_marked_articles_show_cuts():
    assert Cut("وبغداد", "LOC", 1) in cuts_of(CASES / "small.marked.txt")
    assert Cut("سالم", "PER", 0) in cuts_of(CASES / "small.marked.txt")


def test_countries_get_two_particles():
    lexicon = lexicon_of([("مصر", "LOC.country"), ("الأردن", "LOC.country"), ("بغداد", "LOC.city")])
    assert {cut.word for cut in doubled(lexicon)} == {"وبمصر", "ولمصر", "وبالاردن"}


def test_what_was_learned_is_used():
    lexicon = lexicon_of([("مصر", "LOC.country"), ("لندن", "LOC.city"), ("بغداد", "LOC.city")])
    knowledge = Knowledge(lexicon.kinds, {}, lexicon.beginnings)
    examples = [Cut("لمصر", "LOC", 1), Cut("وبغداد", "LOC", 1), Cut("لندن", "LOC", 0), Cut("بغداد", "LOC", 0)]
    cuts = learn_cuts(examples * 5, knowledge)
    assert [particle_length(cut.word, cut.label, knowledge, cuts) for cut in examples] == [1, 1, 0, 0]
