"""Training a linear-chain CRF whose features each look at one word at one distance.

The conditional log-likelihood is maximised with an L1 and an L2 penalty by OWL-QN (Andrew and Gao, 2007). A
sentence's scores are sums of what word *types* contribute, so the gradient too is gathered per type before it
meets the attributes: that makes a pass about ten times as fast as over a table of attributes per word, and
the optimum is the same.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

from corpus_builder.annotators.tagger.decoding import Steps, forward_backward, in_steps

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """One way in which words are described: ``rows[i]`` is the type that speaks of word ``i``, ``attributes``
    (types, n) 0/1.
    """

    rows: NDArray[np.intp]
    attributes: sparse.csr_matrix
    first: int
    """Where this block's attributes begin among all."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences laid end to end: the steps in which they are decoded, and the words that have a word before them
    in their sentence.
    """

    steps: Steps
    continues: NDArray[np.intp]


def sentences_of(lengths: NDArray[np.intp]) -> Sentences:
    """Sentences of so many words each."""
    starts = np.cumsum(lengths) - lengths
    continues = np.ones(int(lengths.sum()), dtype=bool)
    continues[starts] = False
    return Sentences(in_steps(starts, lengths), np.flatnonzero(continues))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be learned. ``gold`` (words,) holds label numbers, ``-1`` where the label is not known."""

    blocks: Sequence[Block]
    gold: NDArray[np.intp]
    sentences: Sentences
    doubtful: NDArray[np.intp]
    """The words of sentences in which some label is not known."""
    doubtful_sentences: Sentences | None
    labels: int
    attributes: int
    base: NDArray[np.float32] | None = None
    """Scores (words, L) that are given and not learned."""


def posed(
    blocks: Sequence[Block],
    gold: NDArray[np.intp],
    lengths: NDArray[np.intp],
    *,
    labels: int,
    attributes: int,
) -> Problem:
    """The problem of sentences of so many words each."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    in_doubt = np.bincount(owner, weights=gold < 0, minlength=len(lengths)) > 0
    return Problem(
        blocks=blocks,
        gold=gold,
        sentences=sentences_of(lengths),
        doubtful=np.flatnonzero(in_doubt[owner]),
        doubtful_sentences=sentences_of(lengths[in_doubt]) if in_doubt.any() else None,
        labels=labels,
        attributes=attributes,
    )


def emissions(problem: Problem, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    shape = (len(problem.gold), problem.labels)
    total = np.zeros(shape, dtype=np.float32) if problem.base is None else problem.base.copy()
    for block in problem.blocks:
        own = weights[block.first : block.first + block.attributes.shape[1]]
        total += (block.attributes @ own)[block.rows]
    return total


def _expected(
    scores: NDArray[np.float32], transitions: NDArray[np.float32], sentences: Sentences
) -> tuple[float, NDArray[np.float32], Array]:
    """log Z, the marginals (words, L) and the expected transition counts (L, L)."""
    posterior = forward_backward(scores, transitions, sentences.steps)
    at = sentences.continues
    log_z = float((scores.max(axis=1) - np.log(posterior.scale)).sum(dtype=np.float64))
    log_z += len(at) * float(transitions.max())
    after = (posterior.emitted * posterior.backward)[at]
    pairs = (posterior.forward[at - 1].T @ after).astype(np.float64) * posterior.moves
    return log_z, posterior.forward * posterior.backward, pairs


def _observed(
    problem: Problem, scores: NDArray[np.float32], transitions: NDArray[np.float32]
) -> tuple[float, NDArray[np.float32], Array]:
    """What `_expected` gives, under the labels that are known; a sum over paths only where some are not."""
    labels, gold = problem.labels, problem.gold
    certain = np.ones(len(gold), dtype=bool)
    certain[problem.doubtful] = False
    words = np.flatnonzero(certain)
    at = problem.sentences.continues[certain[problem.sentences.continues]]
    log_gold = float(scores[words, gold[words]].sum(dtype=np.float64))
    log_gold += float(transitions[gold[at - 1], gold[at]].sum(dtype=np.float64))
    observed = np.zeros_like(scores)
    observed[words, gold[words]] = 1
    moves = np.bincount(gold[at - 1] * labels + gold[at], minlength=labels**2)
    pairs: Array = moves.reshape(labels, labels).astype(np.float64)
    some = problem.doubtful
    if problem.doubtful_sentences is not None:
        held, truth = scores[some], gold[some]
        known = truth >= 0
        held[known] = np.where(np.arange(labels) == truth[known][:, None], held[known], IMPOSSIBLE)
        value, marginals, counts = _expected(held, transitions, problem.doubtful_sentences)
        log_gold, pairs = log_gold + value, pairs + counts
        observed[some] = marginals
    return log_gold, observed, pairs


IMPOSSIBLE = np.float32(-60.0)


def loss(problem: Problem, flat: Array) -> tuple[float, Array]:
    """Negative log-likelihood and its gradient; ``flat`` is the attribute weights, then the
    transitions.
    """
    labels, size = problem.labels, problem.attributes * problem.labels
    weights = flat[:size].reshape(problem.attributes, labels).astype(np.float32)
    transitions = flat[size:].reshape(labels, labels).astype(np.float32)
    scores = emissions(problem, weights)
    log_z, expected, expected_pairs = _expected(scores, transitions, problem.sentences)
    log_gold, observed, observed_pairs = _observed(problem, scores, transitions)

    slope = expected - observed
    gradient = np.empty_like(flat)
    for block in problem.blocks:
        count = block.attributes.shape[0]
        words = np.arange(len(block.rows))
        gather = sparse.csr_matrix(
            (np.ones(len(words), dtype=np.float32), (block.rows, words)), shape=(count, len(words))
        )
        own = block.attributes.T @ (gather @ slope)
        start = block.first * labels
        gradient[start : start + own.size] = own.ravel()
    gradient[size:] = (expected_pairs - observed_pairs).ravel()
    return log_z - log_gold, gradient


def owl_qn(
    function: Callable[[Array], tuple[float, Array]],
    start: Array,
    *,
    l1: float,
    l2: float,
    iterations: int,
    memory: int = 6,
    report: bool = False,
) -> Array:
    """The point that minimises ``function + l1 |x| + l2/2 |x|²``, or the best after so many iterations."""

    def smooth(x: Array) -> tuple[float, Array]:
        value, gradient = function(x)
        gradient += l2 * x
        return value + 0.5 * l2 * float(x @ x), gradient

    def pseudo(x: Array, gradient: Array) -> Array:
        out = gradient + l1 * np.sign(x)
        at_zero = x == 0
        out[at_zero] = np.sign(gradient[at_zero]) * np.maximum(np.abs(gradient[at_zero]) - l1, 0)
        return out

    x = start.copy()
    value, gradient = smooth(x)
    total = value + l1 * float(np.abs(x).sum())
    history: deque[tuple[Array, Array, float]] = deque(maxlen=memory)
    recent: deque[float] = deque(maxlen=10)
    for iteration in range(iterations):
        slope = pseudo(x, gradient)
        direction = slope.copy()
        kept = []
        for step, change, rho in reversed(history):
            alpha = rho * float(step @ direction)
            direction -= alpha * change
            kept.append(alpha)
        if history:
            step, change, _ = history[-1]
            direction *= float(step @ change) / float(change @ change)
        for (step, change, rho), alpha in zip(history, reversed(kept), strict=True):
            direction += (alpha - rho * float(change @ direction)) * step
        direction *= -1
        if l1:
            direction[direction * slope >= 0] = 0
        descent = float(direction @ slope)
        if descent >= 0:
            break
        orthant = np.where(x != 0, np.sign(x), -np.sign(slope))
        length = 1.0 if history else 1.0 / max(float(np.linalg.norm(slope)), 1e-12)
        for _ in range(20):
            trial = x + length * direction
            if l1:
                trial[trial * orthant < 0] = 0
            trial_value, trial_gradient = smooth(trial)
            trial_total = trial_value + l1 * float(np.abs(trial).sum())
            if trial_total <= total + 1e-4 * float((trial - x) @ slope):
                break
            length *= 0.5
        else:
            break
        step, change = trial - x, trial_gradient - gradient
        curvature = float(step @ change)
        if curvature > 1e-10:
            history.append((step, change, 1.0 / curvature))
        x, gradient, total = trial, trial_gradient, trial_total
        recent.append(total)
        if report and iteration % 10 == 0:
            print(iteration, round(total, 1), int(np.count_nonzero(x)), file=sys.stderr)
        if len(recent) == recent.maxlen and recent[0] - total < 2e-4 * abs(total):
            break
    return x
