from zlib import crc32

import pytest

from corpus_builder.annotators.tagger.bands import Bands
from corpus_builder.annotators.tagger.features import UNHEARD

WORDS = {crc32(word.encode()): band for band, word in enumerate(["في", "من", "قال", "لندن"])}


def test_a_mapping_as_it_was_given():
    assert dict(Bands.of(WORDS)) == WORDS
    assert len(Bands.of(WORDS)) == 4
    with pytest.raises(KeyError):
        Bands.of(WORDS)[3]


def test_bands_of_many_words():
    assert Bands.of(WORDS).of_words(["قال", "غيره", "في", "\ud800"]).tolist() == [2, UNHEARD, 0, UNHEARD]
    assert Bands.of({}).of_words(["قال"]).tolist() == [UNHEARD]
