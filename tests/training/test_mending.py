from corpus_builder.training.corpora import UNKNOWN, Tagged
from corpus_builder.training.mending import doubted

FIRST = Tagged(
    ["أعلنت", "شركة", "النور", "للطيران", "ذلك", "في", "مصر", "أمس", "."],
    ["O", "O", "O", "O", "O", "O", "B-LOC", "O", "O"],
)


def test_words_that_the_other_annotation_has_in_an_organisation_are_doubted():
    again = Tagged(
        ["اعلنت", "شركة", "النور", "للطيران", "ذلك", "في", "مصر", "امس", "."],
        ["O", "B-ORG", "I-ORG", "I-ORG", "O", "O", "O", "O", "O"],
    )
    assert doubted([FIRST], [again])[0].labels == ["O", *[UNKNOWN] * 3, "O", "O", "B-LOC", "O", "O"]


def test_particles_cut_off_in_the_other_annotation_do_not_count():
    again = Tagged(
        ["اعلنت", "شركة", "النور", "ل", "لطيران", "ذلك", "في", "مصر", "امس"],
        ["O", "B-ORG", "I-ORG", "O", "I-ORG", "O", "O", "O", "O"],
    )
    assert doubted([FIRST], [again])[0].labels[1:4] == [UNKNOWN] * 3


def test_places_are_left_as_they_are_and_other_sentences_too():
    place = Tagged(FIRST.words, ["O", "B-LOC", "I-LOC", "O", "O", "O", "B-LOC", "O", "O"])
    other = Tagged(["نص", "آخر", "تماما", "لا", "صلة", "له"], ["B-ORG"] * 6)
    assert doubted([FIRST], [place, other]) == [FIRST]


def test_a_sentence_that_is_nearly_a_copy_is_found():
    again = Tagged(
        ["اعلنت", "شركة", "النور", "للطيران", "ذلك", "في", "مصر", "اول", "امس", "مساء"],
        ["O", "B-ORG", "I-ORG", "I-ORG", "O", "O", "O", "O", "O", "O"],
    )
    assert doubted([FIRST], [again])[0].labels[1] == UNKNOWN
