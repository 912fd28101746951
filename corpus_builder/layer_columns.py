"""The layers of many documents as columns: flattened once, so that what the contract judges is what is written."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.model import Document, EntityLayer, SpanLayer

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Spans(NamedTuple):
    """Blocks or sentences: how many each document has, and of all in order the start, the end and the number of the kind."""

    counts: Ints
    starts: Ints
    ends: Ints
    kinds: Ints


class Entities(NamedTuple):
    """Entities: how many each document has, and of all in order what `EntityLayer` has."""

    counts: Ints
    starts: Ints
    ends: Ints
    labels: Ints
    annotators: Ints
    scores: Floats

    def layers(self) -> list[EntityLayer]:
        """The layer of each document."""
        edges = np.append(0, np.cumsum(self.counts)).tolist()
        starts, ends = tuple(self.starts.tolist()), tuple(self.ends.tolist())
        labels, annotators = tuple(self.labels.tolist()), tuple(self.annotators.tolist())
        scores = tuple(self.scores.tolist())
        return [
            EntityLayer(
                starts[low:high], ends[low:high], labels[low:high], annotators[low:high], scores[low:high]
            )
            for low, high in pairwise(edges)
        ]


class Stretches(NamedTuple):
    """Offset maps: how many stretches each document has, and of all in order what `OffsetMap` has."""

    counts: Ints
    fields: Ints
    raw_starts: Ints
    raw_ends: Ints
    starts: Ints
    ends: Ints


class Layers(NamedTuple):
    """All layers of some documents. Starts and ends count code points of each document's own text."""

    blocks: Spans
    sentences: Spans
    stretches: Stretches
    entities: Entities


def layers_of(documents: Sequence[Document]) -> Layers:
    """The layers of these documents."""
    maps = [document.offsets for document in documents]
    entities = [document.entity_layer for document in documents]
    return Layers(
        spans_of([document.block_layer for document in documents]),
        spans_of([document.sentence_layer for document in documents]),
        Stretches(
            _counts([found.fields for found in maps]),
            _ints([found.fields for found in maps]),
            _ints([found.raw_starts for found in maps]),
            _ints([found.raw_ends for found in maps]),
            _ints([found.clean_starts for found in maps]),
            _ints([found.clean_ends for found in maps]),
        ),
        Entities(
            _counts([layer.starts for layer in entities]),
            _ints([layer.starts for layer in entities]),
            _ints([layer.ends for layer in entities]),
            _ints([layer.labels for layer in entities]),
            _ints([layer.annotators for layer in entities]),
            np.fromiter(chain.from_iterable([layer.scores for layer in entities]), np.float64),
        ),
    )


def spans_of(layers: Sequence[SpanLayer]) -> Spans:
    """The spans of these layers, one of each document."""
    return Spans(
        _counts([layer.starts for layer in layers]),
        _ints([layer.starts for layer in layers]),
        _ints([layer.ends for layer in layers]),
        _ints([layer.kinds for layer in layers]),
    )


def _counts(columns: Sequence[tuple[int, ...]]) -> Ints:
    return np.array(list(map(len, columns)), np.int64)


def _ints(columns: Sequence[tuple[int, ...]]) -> Ints:
    numbers = list(chain.from_iterable(columns))
    # `struct` reads a list of numbers in two thirds of the time that NumPy takes.
    return np.frombuffer(struct.pack(f"{len(numbers)}q", *numbers), np.int64)
