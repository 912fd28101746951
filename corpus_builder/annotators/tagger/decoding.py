"""Viterbi and forward-backward over many sentences at once, in numpy.

Sentences are sorted by length, so that at step ``t`` those still running are the first rows, and their scores
are one contiguous slice: no padding is ever computed. Scores are log potentials, ``float32``; labels are
numbers ``0 … L-1``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

SENTENCES_AT_ONCE = 768
"""Enough to hide numpy's cost per call, few enough that a step's (L, L, sentences) block stays in cache."""


class Steps(NamedTuple):
    """How the words of a batch lie in time: ``order[offsets[t]:offsets[t + 1]]`` are the ``t``-th words."""

    order: Ints
    offsets: list[int]

    @property
    def length(self) -> int:
        return len(self.offsets) - 1

    def running(self, step: int) -> int:
        return self.offsets[step + 1] - self.offsets[step]


def in_steps(starts: Ints, lengths: Ints) -> Steps:
    """The steps of sentences that start at word ``starts`` and have ``lengths`` words, none of them empty."""
    by_length = np.argsort(-lengths, kind="stable")
    firsts, counts = starts[by_length], lengths[by_length]
    longest = int(counts[0])
    running = np.searchsorted(-counts, -np.arange(longest), side="left")
    offsets = np.concatenate([[0], np.cumsum(running)])
    step = np.repeat(np.arange(longest), running)
    order = firsts[np.arange(offsets[-1]) - offsets[step]] + step
    return Steps(order, offsets.tolist())


def viterbi(
    scores: Floats, transitions: Floats, steps: Steps, out: NDArray[np.int8] | None = None
) -> NDArray[np.int8]:
    """The best label of each word; ``scores`` is (words, L), ``transitions`` (from, to).

    Of the words in ``steps``, written into ``out`` where it is given.
    """
    labels = transitions.shape[0]
    emitted = np.ascontiguousarray(scores[steps.order].T)
    best = np.empty_like(emitted)
    widest = steps.running(0)
    pairs = np.empty((labels, labels, widest), dtype=np.float32)
    spread = transitions[:, :, None]
    at = steps.offsets
    best[:, : at[1]] = emitted[:, : at[1]]
    for t in range(1, steps.length):
        n = at[t + 1] - at[t]
        block = pairs[:, :, :n]
        np.add(best[:, None, at[t - 1] : at[t - 1] + n], spread, out=block)
        now = best[:, at[t] : at[t + 1]]
        np.max(block, axis=0, out=now)
        now += emitted[:, at[t] : at[t + 1]]

    chosen = np.empty(at[-1], dtype=np.int8)
    into = np.ascontiguousarray(transitions.T)
    last = steps.length - 1
    chosen[at[last] :] = best[:, at[last] :].argmax(axis=0)
    for t in range(last - 1, -1, -1):
        n = steps.running(t + 1)
        after = chosen[at[t + 1] : at[t + 2]]
        here = best[:, at[t] : at[t + 1]].T.copy()
        here[:n] += into[after]
        chosen[at[t] : at[t + 1]] = here.argmax(axis=1)
    found = np.empty(len(scores), dtype=np.int8) if out is None else out
    found[steps.order] = chosen
    return found


class Posterior(NamedTuple):
    """What forward-backward knows, words in the order of the batch: all (words, L), ``float32``.

    ``forward[i, a]`` is P(label a at word i | words up to i); ``backward[i, a]`` and ``emitted[i, a]`` are
    scaled so that ``forward * backward`` is the marginal P(label a at word i | sentence) and that, for a word
    ``j`` after ``i`` in its sentence, ``forward[i, a] * moves[a, b] * emitted[j, b] * backward[j, b]`` is P(a
    at i, b at j | sentence). ``scale`` is 1 / (the sum that each row of ``forward`` had before it was
    scaled).
    """

    forward: Floats
    backward: Floats
    emitted: Floats
    moves: Floats
    scale: Floats

    def fill(self, wanted: NDArray[np.bool_], scores: Floats, transitions: Floats, steps: Steps) -> None:
        """Work out the rows of the words that are in ``steps`` and ``wanted``; shapes as in `viterbi`."""
        forward, backward, emitted, scale, _ = _sweep(scores, transitions, steps)
        at = np.flatnonzero(wanted[steps.order])
        words = steps.order[at]
        for mine, found in ((self.forward, forward), (self.backward, backward), (self.emitted, emitted)):
            mine[words] = found[:, at].T
        self.scale[words] = scale[at]


def no_posterior(shape: tuple[int, ...], transitions: Floats) -> Posterior:
    """A posterior (words, L) of zeros, to be filled."""
    forward, backward, emitted = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    return Posterior(forward, backward, emitted, _moves(transitions), np.zeros(shape[0], dtype=np.float32))


def forward_backward(scores: Floats, transitions: Floats, steps: Steps) -> Posterior:
    """Posterior of the labels; shapes as in `viterbi`."""
    forward, backward, emitted, scale, moves = _sweep(scores, transitions, steps)
    place = np.empty_like(steps.order)
    place[steps.order] = np.arange(len(place))
    return Posterior(forward.T[place], backward.T[place], emitted.T[place], moves, scale[place])


def marginals(scores: Floats, transitions: Floats, steps: Steps, out: Floats | None = None) -> Floats:
    """P(label | sentence) of each word, (words, L); of those in ``steps``, written into ``out`` where it is given."""
    forward, backward, *_ = _sweep(scores, transitions, steps)
    forward *= backward
    found = np.empty(scores.shape, dtype=np.float32) if out is None else out
    found[steps.order] = forward.T
    return found


def _sweep(
    scores: Floats, transitions: Floats, steps: Steps
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """The arrays of a `Posterior`, but (L, words), words in the order of ``steps``: forward, backward, emitted,
    scale, and moves.

    No product here is a BLAS call: what a sentence gets must not depend, in its last bit, on the sentences that
    happen to be decoded with it, nor on the number of threads.
    """
    moves = _moves(transitions)
    emitted = np.ascontiguousarray(scores[steps.order].T)
    emitted -= emitted.max(axis=0)
    np.exp(emitted, out=emitted)
    forward = np.empty_like(emitted)
    backward = np.ones_like(emitted)
    scales = np.empty(emitted.shape[1], dtype=np.float32)
    at = steps.offsets
    for t in range(steps.length):
        begin, end = at[t], at[t + 1]
        now = _wide(emitted[:, begin:end])
        if t:
            now = np.einsum("ij,ib->jb", moves, _wide(forward[:, at[t - 1] : at[t - 1] + end - begin])) * now
        scale = np.float32(1) / np.add.reduce(now, axis=0)
        scales[begin:end] = scale[: end - begin]
        forward[:, begin:end] = (now * scale)[:, : end - begin]
    emitted *= scales
    into = np.ascontiguousarray(moves.T)
    for t in range(steps.length - 1, 0, -1):
        begin, end = at[t], at[t + 1]
        arriving = _wide(emitted[:, begin:end] * backward[:, begin:end])
        left = np.einsum("ij,ib->jb", into, arriving)
        backward[:, at[t - 1] : at[t - 1] + end - begin] = left[:, : end - begin]
    return forward, backward, emitted, scales, moves


def _moves(transitions: Floats) -> Floats:
    moves: Floats = np.exp(transitions - transitions.max())
    return moves


_NARROWEST = 4


def _wide(columns: Floats) -> Floats:
    """The columns, ones added where they are few: over a single column numpy sums in another order."""
    count = columns.shape[1]
    if count >= _NARROWEST:
        return columns
    return np.concatenate(
        [columns, np.ones((columns.shape[0], _NARROWEST - count), dtype=np.float32)], axis=1
    )
