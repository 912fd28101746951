"""Two readings of a batch: each sentence alone, then again with what the document repeats."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.decoding import (
    SENTENCES_AT_ONCE,
    Floats,
    Ints,
    Posterior,
    Steps,
    in_steps,
    marginals,
    no_posterior,
    viterbi,
)
from corpus_builder.annotators.tagger.features import REACH
from corpus_builder.annotators.tagger.repetition import NOTHING, REPETITION_OFFSETS, repetition_codes
from corpus_builder.annotators.tagger.weights import Weights

IMPOSSIBLE = np.float32(-1e4)
OUTSIDE = 0
"""The number of the label ``O``."""


def laid_out(numbers: NDArray[np.intp], lengths: Ints) -> tuple[Ints, NDArray[np.intp]]:
    """Per word a number, in a stream with gaps of ``REACH`` zeros around each sentence; and the words' places
    in it.
    """
    place = np.arange(len(numbers)) + REACH * (np.repeat(np.arange(len(lengths)), lengths) + 1)
    stream = np.zeros(len(numbers) + REACH * (len(lengths) + 1), dtype=np.intp)
    stream[place] = numbers
    return place, stream


def _together(starts: Ints, lengths: Ints) -> Iterator[Steps]:
    """The steps of sentences, none empty, some at once: those of like length, so that few of them are long."""
    by_length = np.argsort(-lengths, kind="stable")
    for at in range(0, len(lengths), SENTENCES_AT_ONCE):
        some = by_length[at : at + SENTENCES_AT_ONCE]
        yield in_steps(starts[some], lengths[some])


def read_twice(
    model: Weights,
    first: Floats,
    keys: NDArray[np.int64],
    documents: Ints,
    lengths: Ints,
    scores: bool,
) -> tuple[NDArray[np.int8], Posterior | None]:
    """Label numbers of words laid end to end, and if ``scores`` the second pass's posterior of the words in names and of
    those after them.

    Args:
        first: the first pass's log potentials (words, labels).
        keys: as `repetition_codes` takes them.
        documents: the number of the document of each word.
        lengths: of the sentences.
    """
    filled = np.flatnonzero(lengths)
    starts, sizes = (np.cumsum(lengths) - lengths)[filled], lengths[filled]
    chunks = list(_together(starts, sizes))
    sight = np.empty_like(first)
    for steps in chunks:
        marginals(first, model.transitions, steps, sight)
    emitted = first * np.float32(model.trust)
    _add_repetition(emitted, model.repetition, repetition_codes(sight, keys, documents), lengths)
    inside = np.flatnonzero([label.startswith("I-") for label in model.labels])
    emitted[np.ix_(starts, inside)] += IMPOSSIBLE

    numbers = np.zeros(len(emitted), dtype=np.int8)
    for steps in chunks:
        viterbi(emitted, model.second_transitions, steps, numbers)
    if not scores:
        return numbers, None
    posterior = no_posterior(emitted.shape, model.second_transitions)
    named = numbers != OUTSIDE
    if named.any():
        # Nobody asks for more than the words in names and the word after each.
        wanted = named.copy()
        wanted[1:] |= named[:-1]
        wanted[starts] = named[starts]
        some = np.logical_or.reduceat(named, starts)
        for steps in _together(starts[some], sizes[some]):
            posterior.fill(wanted, emitted, model.second_transitions, steps)
    return numbers, posterior


def _add_repetition(emitted: Floats, table: Floats, codes: NDArray[np.intp], lengths: Ints) -> None:
    """Add to each word's scores what the codes of the words near it say; most have none but `NOTHING` near them."""
    place, stream = laid_out(codes, lengths)
    said = stream != NOTHING
    near = said.copy()
    for offset in range(1, REACH + 1):
        near[offset:] |= said[:-offset]
        near[:-offset] |= said[offset:]
    some = np.flatnonzero(near[place])
    own = emitted[some]
    emitted += table[:, NOTHING].sum(axis=0)
    for offset, rows in zip(REPETITION_OFFSETS, table, strict=True):
        own += rows[stream[place[some] + offset]]
    emitted[some] = own
