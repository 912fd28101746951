"""What the rest of a document says of a word: how its other mentions were read at first sight.

A name is often told by one of its mentions (the full name, a title before it) and bare in the others. So a first pass reads each
sentence alone, and a second one sees, for each word, what the first thought of the same word elsewhere in the document.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.decoding import Floats, Ints

BOUNDS = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Between these the mean probability of being in a name, over the other mentions, is told apart."""

KINDS = 4
ONCE = 0
"""The code of a word that the document has once."""
NO_NAME = 1 + KINDS * (len(BOUNDS) + 1)
"""The code of a word whose other mentions are no names."""
CODES = NO_NAME + 1

REPETITION_OFFSETS = (-2, -1, 0, 1, 2)
"""From where a repeated word has a say in the label of a word."""


def repetition_codes(marginals: Floats, keys: NDArray[np.int64], documents: Ints) -> NDArray[np.intp]:
    """For each word, what its other mentions in the document are: one of ``CODES`` codes.

    Args:
        marginals: (words, 1 + 2 * KINDS), from the first pass, labels in the order O, B, I, B, I, …
        keys: (words, 3) numbers of the folded word and of what may be left of it without attached particles, -1 for none. A word
            counts as a mention of such a rest where the document has the rest as a word.
        documents: (words,) the number of the document that each word is in.
    """
    span = int(keys.max(initial=0)) + 1
    base = documents.astype(np.int64) * span
    group = base + keys[:, 0]
    there = np.unique(group)
    for column in (2, 1):
        rest = base + keys[:, column]
        at = np.searchsorted(there, rest)
        at[at == len(there)] = 0
        group = np.where((keys[:, column] >= 0) & (there[at] == rest), rest, group)
    _, number = np.unique(group, return_inverse=True)
    mentions = np.bincount(number)
    others = mentions[number] - 1
    name = marginals[:, 1::2] + marginals[:, 2::2]
    total = np.stack([np.bincount(number, weights=name[:, kind]) for kind in range(KINDS)], axis=1)
    mean = (total[number] - name) / np.maximum(others, 1)[:, None]
    level = np.digitize(mean.sum(axis=1), BOUNDS)
    codes = np.where(level == 0, NO_NAME, 1 + mean.argmax(axis=1) * (len(BOUNDS) + 1) + level)
    return np.where(others == 0, ONCE, codes)
