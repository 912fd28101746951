import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.tagger.features import _article, fold, without_proclitics
from corpus_builder.annotators.tagger.forms import folded_words, forms_of

WORD = st.one_of(
    st.text(st.sampled_from("وفبكلالم\nسَـ"), min_size=1, max_size=8),
    st.text(st.characters(), min_size=1, max_size=5),
)


@given(st.lists(WORD, min_size=1, max_size=9))
def test_words_are_folded_as_alone(words):
    assert folded_words(words) == [fold(word) for word in words]


@given(st.lists(WORD, min_size=1, max_size=9))
def test_articles_and_particles_are_those_of_the_words_alone(words):
    forms = forms_of(words)
    for i, folded in enumerate(forms.folded):
        matched = _article().match(folded)
        assert forms.articles[i] == (matched.end() if matched else 0)
        assert forms.sizes[i] == len(folded)
        rests = [folded[count:] for count, having in ((1, forms.one), (2, forms.two)) if i in having]
        assert rests == without_proclitics(folded)


@pytest.mark.parametrize(
    ("word", "length"), [("والبيت", 3), ("للبيت", 2), ("وللبيت", 3), ("فبالبيت", 4), ("الا", 0)]
)
def test_letters_of_the_article(word, length):
    assert forms_of([word]).articles.tolist() == [length]
