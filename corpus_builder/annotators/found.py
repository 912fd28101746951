"""What an annotator finds in a batch of documents: a list of spans for each, or all of them as columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
#: ``(start, end, label, score)``: offsets in code points of the document's text, a probability.
Found = tuple[int, int, str, float]


class Columns(NamedTuple):
    """Spans of several documents, document by document: whose each is, its start and end (code points of that document's text),
    the number of its label among ``names``, and its score.
    """

    owners: Ints
    starts: Ints
    ends: Ints
    labels: Ints
    names: Sequence[str]
    scores: npt.NDArray[np.float64]

    @classmethod
    def of(cls, lists: Sequence[Sequence[Found]]) -> Columns:
        """The columns of a list of spans for each document."""
        owners = np.repeat(np.arange(len(lists)), list(map(len, lists)))
        everything = list(chain.from_iterable(lists))
        starts, ends, labels, scores = zip(*everything, strict=True) if everything else ((), (), (), ())
        names = list(dict.fromkeys(labels))
        numbers = {name: number for number, name in enumerate(names)}
        return cls(
            owners,
            np.array(starts, np.int64),
            np.array(ends, np.int64),
            np.fromiter(map(numbers.__getitem__, labels), np.int64, len(labels)),
            names,
            np.array(scores, np.float64),
        )

    def lists(self, documents: int) -> list[list[Found]]:
        """The list of spans of each of so many documents."""
        names = map(self.names.__getitem__, self.labels.tolist())
        spans = list(zip(self.starts.tolist(), self.ends.tolist(), names, self.scores.tolist(), strict=True))
        edges = self.owners.searchsorted(np.arange(documents + 1)).tolist()
        return [spans[low:high] for low, high in pairwise(edges)]

    def moved(self, documents: Sequence[int]) -> Columns:
        """The same where document *i* is number ``documents[i]`` among others; they stand in the same order."""
        return self._replace(owners=np.array(documents, np.int64).take(self.owners))

    def only(self, documents: Sequence[int]) -> Columns:
        """What some of the documents have, these numbered anew from 0; they are given in order."""
        wanted = np.array(documents, np.int64)
        chosen = np.isin(self.owners, wanted)
        columns = (column[chosen] for column in (self.owners, self.starts, self.ends, self.labels))
        owners, starts, ends, labels = columns
        return Columns(wanted.searchsorted(owners), starts, ends, labels, self.names, self.scores[chosen])


def joined(parts: Sequence[tuple[int, Columns]], names: Sequence[str]) -> Columns:
    """Columns of documents that follow one another, each with the number of its first document; all have the same ``names``."""
    if not parts:
        return Columns.of([])._replace(names=names)
    owners, starts, ends, labels, scores = (
        np.concatenate(columns)
        for columns in zip(
            *((c.owners + first, c.starts, c.ends, c.labels, c.scores) for first, c in parts), strict=True
        )
    )
    return Columns(owners, starts, ends, labels, names, scores)
