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
    forward_backward,
    in_steps,
    marginals,
    viterbi,
)
from corpus_builder.annotators.tagger.features import REACH
from corpus_builder.annotators.tagger.repetition import REPETITION_OFFSETS, repetition_codes
from corpus_builder.annotators.tagger.weights import Weights

IMPOSSIBLE = np.float32(-1e4)


def laid_out(numbers: NDArray[np.intp], lengths: Ints) -> tuple[Ints, NDArray[np.intp]]:
    """Per word a number, in a stream with gaps of ``REACH`` zeros around each sentence; and the words' places
    in it.
    """
    place = np.arange(len(numbers)) + REACH * (np.repeat(np.arange(len(lengths)), lengths) + 1)
    stream = np.zeros(len(numbers) + REACH * (len(lengths) + 1), dtype=np.intp)
    stream[place] = numbers
    return place, stream


def _chunks(lengths: Ints) -> Iterator[tuple[int, int, Steps]]:
    """Stretches of words to decode together: begin, end, and their steps."""
    filled = np.flatnonzero(lengths)
    starts = np.cumsum(lengths) - lengths
    for at in range(0, len(filled), SENTENCES_AT_ONCE):
        some = filled[at : at + SENTENCES_AT_ONCE]
        begin, end = int(starts[some[0]]), int(starts[some[-1]] + lengths[some[-1]])
        yield begin, end, in_steps(starts[some] - begin, lengths[some])


def read_twice(
    model: Weights,
    first: Floats,
    keys: NDArray[np.int64],
    documents: Ints,
    lengths: Ints,
    scores: bool,
) -> tuple[NDArray[np.int8], Posterior | None]:
    """Label numbers of words laid end to end, and the second pass's posterior if ``scores``.

    Args:
        first: the first pass's log potentials (words, labels).
        keys: as `repetition_codes` takes them.
        documents: the number of the document of each word.
        lengths: of the sentences.
    """
    chunks = list(_chunks(lengths))
    sight = np.empty_like(first)
    for begin, end, steps in chunks:
        sight[begin:end] = marginals(first[begin:end], model.transitions, steps)
    emitted = first * np.float32(model.trust)
    place, stream = laid_out(repetition_codes(sight, keys, documents), lengths)
    for offset, table in zip(REPETITION_OFFSETS, model.repetition, strict=True):
        emitted += table[stream[place + offset]]
    inside = np.flatnonzero([label.startswith("I-") for label in model.labels])
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    emitted[np.ix_(starts, inside)] += IMPOSSIBLE

    numbers = np.zeros(len(emitted), dtype=np.int8)
    parts: list[Posterior] = []
    for begin, end, steps in chunks:
        numbers[begin:end] = viterbi(emitted[begin:end], model.second_transitions, steps)
        if scores:
            parts.append(forward_backward(emitted[begin:end], model.second_transitions, steps))
    if not parts:
        return numbers, None
    return numbers, Posterior(
        np.concatenate([part.forward for part in parts]),
        np.concatenate([part.backward for part in parts]),
        np.concatenate([part.emitted for part in parts]),
        parts[0].moves,
        np.concatenate([part.scale for part in parts]),
    )
