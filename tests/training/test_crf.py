import numpy as np
import pycrfsuite
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import minimize

from corpus_builder.training.crf import Block, Problem, loss, owl_qn, posed

LENGTHS = np.array([4, 1, 3, 6, 2, 5], dtype=np.intp)


def problem(seed: int, *, unknown: float = 0) -> Problem:
    """``unknown`` is the share of words whose label nobody knows."""
    source = np.random.default_rng(seed)
    count = int(LENGTHS.sum())
    blocks = [
        Block(
            source.integers(0, 5, count),
            sparse.csr_matrix(source.integers(0, 2, (5, 4)).astype(np.float32)),
            0,
        ),
        Block(source.integers(0, 3, count), sparse.csr_matrix(np.eye(3, dtype=np.float32)), 4),
    ]
    gold = np.where(source.random(count) < unknown, -1, source.integers(0, 3, count))
    return posed(blocks, gold, LENGTHS, labels=3, attributes=7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0, 0.1, 0.3, 1]))
def test_the_gradient_is_the_slope_of_the_loss(seed, unknown):
    some = problem(seed, unknown=unknown)
    x = np.random.default_rng(seed + 1).normal(0, 1, 7 * 3 + 9)
    _, gradient = loss(some, x)
    step = 1e-2
    for i in np.random.default_rng(seed).choice(len(x), 6, replace=False):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += step
        behind[i] -= step
        slope = (loss(some, ahead)[0] - loss(some, behind)[0]) / (2 * step)
        assert gradient[i] == pytest.approx(slope, abs=5e-3)


def test_a_sentence_of_which_nothing_is_known_teaches_nothing():
    some = problem(1, unknown=1)
    assert (some.gold < 0).all()
    value, gradient = loss(some, np.random.default_rng(0).normal(0, 1, 30))
    assert value == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


def test_without_l1_the_optimum_is_that_of_another_optimiser():
    some = problem(3)
    found = owl_qn(lambda x: loss(some, x), np.zeros(30), l1=0, l2=0.5, iterations=200)

    def penalised(x):
        value, gradient = loss(some, x)
        return value + 0.25 * float(x @ x), gradient + 0.5 * x

    theirs = minimize(penalised, np.zeros(30), jac=True, method="L-BFGS-B").x
    assert penalised(found)[0] == pytest.approx(penalised(theirs)[0], rel=1e-3)


def test_l1_leaves_only_what_pays():
    target = np.array([3.0, 0.4, -2.0, -0.1])
    found = owl_qn(
        lambda x: (0.5 * float((x - target) @ (x - target)), x - target),
        np.zeros(4),
        l1=0.5,
        l2=0,
        iterations=50,
    )
    np.testing.assert_allclose(found, [2.5, 0, -1.5, 0], atol=1e-4)


def test_the_likelihood_at_the_optimum_is_that_of_crfsuite(tmp_path):
    """Both minimise the same function: CRFsuite's ``c2 |x|²`` is ``l2/2 |x|²`` here."""
    source = np.random.default_rng(5)
    words = [source.integers(0, 6, size) for size in source.integers(1, 8, 40)]
    gold = [[int(w % 3 if source.random() < 0.8 else source.integers(0, 3)) for w in ws] for ws in words]
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(
        {"c1": 0, "c2": 0.5, "feature.possible_states": True, "feature.possible_transitions": True}
    )
    for some, labels in zip(words, gold, strict=True):
        trainer.append([[f"w{w}"] for w in some], [str(label) for label in labels])
    trainer.train(str(tmp_path / "model"))
    theirs = pycrfsuite.Tagger()
    theirs.open(str(tmp_path / "model"))
    info = theirs.info()
    lengths = np.array([len(some) for some in words], dtype=np.intp)
    ours = posed(
        [Block(np.concatenate(words), sparse.csr_matrix(np.eye(6, dtype=np.float32)), 0)],
        np.concatenate([np.array(labels) for labels in gold]),
        lengths,
        labels=3,
        attributes=6,
    )
    found = owl_qn(lambda x: loss(ours, x), np.zeros(27), l1=0, l2=1.0, iterations=200)
    expected = np.zeros(27)
    for (name, label), weight in info.state_features.items():
        expected[int(name[1:]) * 3 + int(label)] = weight
    for (before, label), weight in info.transitions.items():
        expected[18 + int(before) * 3 + int(label)] = weight
    np.testing.assert_allclose(found, expected, atol=0.02)
