from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.annotators.tagger.decoding import forward_backward, in_steps, marginals, viterbi
from corpus_builder.annotators.tagger.entities import chances_of, entities

LABELS = ("O", "B-X", "I-X")


def batch(seed: int, lengths: list[int]):
    source = np.random.default_rng(seed)
    scores = source.normal(0, 2, (sum(lengths), 3)).astype(np.float32)
    transitions = source.normal(0, 2, (3, 3)).astype(np.float32)
    sizes = np.array(lengths, dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    return scores, transitions, starts, sizes


def paths(scores, transitions):
    """Every labelling of one sentence with its score: the definition, written out."""
    for labels in product(range(3), repeat=len(scores)):
        total = sum(float(scores[i, label]) for i, label in enumerate(labels))
        total += sum(float(transitions[a, b]) for a, b in pairwise(labels))
        yield labels, total


lengths_of_sentences = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), lengths_of_sentences)
def test_viterbi_finds_the_best_labelling_of_each_sentence(seed, lengths):
    scores, transitions, starts, sizes = batch(seed, lengths)
    found = viterbi(scores, transitions, in_steps(starts, sizes))
    for start, size in zip(starts, sizes, strict=True):
        best = max(paths(scores[start : start + size], transitions), key=lambda path: path[1])[0]
        assert found[start : start + size].tolist() == list(best)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), lengths_of_sentences)
def test_posteriors_are_those_of_all_labellings(seed, lengths):
    scores, transitions, starts, sizes = batch(seed, lengths)
    steps = in_steps(starts, sizes)
    posterior = forward_backward(scores, transitions, steps)
    np.testing.assert_allclose(
        posterior.forward * posterior.backward, marginals(scores, transitions, steps), rtol=1e-4
    )
    for start, size in zip(starts, sizes, strict=True):
        every = list(paths(scores[start : start + size], transitions))
        chances = np.exp(np.array([score for _, score in every]))
        chances /= chances.sum()
        for i in range(size):
            own = posterior.forward[start + i] * posterior.backward[start + i]
            for label in range(3):
                truth = sum(c for (labels, _), c in zip(every, chances, strict=True) if labels[i] == label)
                assert own[label] == pytest.approx(truth, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), lengths_of_sentences)
def test_the_chance_of_an_entity_is_that_of_all_labellings_with_it(seed, lengths):
    scores, transitions, starts, sizes = batch(seed, lengths)
    scores[starts, 2] = -60  # as the tagger does: nothing goes on at the start of a sentence
    steps = in_steps(starts, sizes)
    firsts, lasts, kinds = entities(viterbi(scores, transitions, steps), LABELS)
    chances = chances_of(forward_backward(scores, transitions, steps), firsts, lasts, kinds, sizes)
    owner = np.searchsorted(starts, firsts, side="right") - 1
    for first, last, chance, sentence in zip(firsts, lasts, chances, owner, strict=True):
        start, size = starts[sentence], sizes[sentence]
        every = list(paths(scores[start : start + size], transitions))
        weights = np.exp(np.array([score for _, score in every]))
        wanted = (1,) + (2,) * (last - first)
        a, b = first - start, last - start + 1
        having = [p[a:b] == wanted and (b == size or p[b] != 2) for p, _ in every]
        assert chance == pytest.approx(weights[having].sum() / weights.sum(), abs=1e-4)


def test_entities_run_from_begin_to_the_last_inside():
    numbers = np.array([0, 1, 2, 2, 1, 0, 2], dtype=np.int8)
    firsts, lasts, kinds = entities(numbers, LABELS)
    assert (firsts.tolist(), lasts.tolist(), kinds.tolist()) == ([1, 4], [3, 4], [1, 1])
