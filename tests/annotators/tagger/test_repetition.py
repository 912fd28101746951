import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.annotators.tagger.repetition import NO_NAME, NOTHING, repetition_codes

NAME = [0.05, 0.9, 0.05, 0, 0, 0, 0, 0, 0]
WORD = [0.999, 0.001, 0, 0, 0, 0, 0, 0, 0]
DOUBT = [0.7, 0.3, 0, 0, 0, 0, 0, 0, 0]


def codes(rows, keys, documents):
    return repetition_codes(
        np.array(rows, dtype=np.float32), np.array(keys, dtype=np.int64), np.array(documents)
    ).tolist()


def test_a_doubtful_mention_learns_of_a_sure_one():
    sure, doubtful = codes([NAME, DOUBT], [[0, -1, -1], [0, -1, -1]], [0, 0])
    assert doubtful not in (NOTHING, NO_NAME)
    assert sure not in (NOTHING, NO_NAME)
    assert sure != doubtful


def test_a_mention_with_particles_counts_where_the_document_has_the_bare_word():
    assert codes([NAME, DOUBT], [[0, -1, -1], [1, 0, -1]], [0, 0])[1] > NOTHING
    assert codes([NAME, DOUBT], [[0, -1, -1], [1, 0, -1]], [0, 1])[1] == NOTHING


def test_words_that_are_names_nowhere_say_nothing():
    assert codes([WORD, WORD], [[0, -1, -1], [0, -1, -1]], [0, 0]) == [NOTHING, NOTHING]


def test_a_single_name_among_plain_mentions_is_told_so():
    assert codes([NAME, WORD], [[0, -1, -1], [0, -1, -1]], [0, 0])[0] == NO_NAME


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_document_reads_the_same_alone_and_in_a_batch(data):
    count = data.draw(st.integers(1, 14))
    rows = [data.draw(st.sampled_from([NAME, WORD, DOUBT])) for _ in range(count)]
    keys = [[data.draw(st.integers(0, 4)), data.draw(st.integers(-1, 4)), -1] for _ in range(count)]
    documents = sorted(data.draw(st.integers(0, 2)) for _ in range(count))
    together = codes(rows, keys, documents)
    for document in set(documents):
        own = [i for i, other in enumerate(documents) if other == document]
        alone = codes([rows[i] for i in own], [keys[i] for i in own], [0] * len(own))
        assert alone == [together[i] for i in own]
