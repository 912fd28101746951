"""What the rest of a document says of a word: how its other mentions were read at first sight.

A name is often told by one of its mentions (the full name, a title before it) and bare in the others. So a
first pass reads each sentence alone, and a second one sees, for each word, what the first thought of the same
word elsewhere in the document.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.decoding import Floats, Ints
from corpus_builder.annotators.tagger.hashing import distinct

HOT = 0.01
"""A word with a mention whose probability of being in a name reaches this is looked at at all."""

BOUNDS = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Between these the mean probability of being in a name, over the other mentions, is told apart."""

KINDS = 4
NOTHING = 0
"""The code of a word that the document has once, or never as what might be a name."""
NO_NAME = 1 + KINDS * (len(BOUNDS) + 1)
"""The code of a word that may be a name here and whose other mentions are none."""
CODES = NO_NAME + 1

REPETITION_OFFSETS = (-2, -1, 0, 1, 2)
"""From where a repeated word has a say in the label of a word."""


def repetition_codes(marginals: Floats, keys: NDArray[np.int64], documents: Ints) -> NDArray[np.intp]:
    """For each word, what its other mentions in the document are: one of ``CODES`` codes.

    A word's code depends on its own document alone.

    Args:
        marginals: (words, 1 + 2 * KINDS), from the first pass, labels in the order O, B, I, B, I, …
        keys: (words, 3) numbers of the folded word and of what may be left of it without attached particles,
        -1
            for none. A word counts as a mention of such a rest where the document has the rest as a word.
        documents: (words,) the number of the document that each word is in.
    """
    codes = np.zeros(len(marginals), dtype=np.intp)
    hot = np.flatnonzero(marginals[:, 0] < 1 - HOT)
    if not len(hot):
        return codes
    span = int(keys.max(initial=0)) + 1
    hot_key = np.zeros(span + 1, dtype=bool)
    hot_key[keys[hot]] = True
    hot_key[-1] = False
    some = np.flatnonzero(hot_key[keys].any(axis=1))
    groups, count = _groups(documents[some], keys[some], span)
    hot_group = np.zeros(count + 1, dtype=bool)
    hot_group[groups[np.searchsorted(some, hot)]] = True
    hot_group[count] = False
    near = hot_group[groups].any(axis=1)
    some, groups = some[near], groups[near]

    there = np.zeros(count + 1, dtype=bool)
    there[groups[:, 0]] = True
    there[count] = False
    group = groups[:, 0]
    for column in (2, 1):
        group = np.where(there[groups[:, column]], groups[:, column], group)
    others = np.bincount(group)[group] - 1
    several = np.flatnonzero(others)
    some, group, others = some[several], group[several], others[several]
    name = marginals[some, 1::2] + marginals[some, 2::2]
    total = np.stack([np.bincount(group, weights=name[:, kind])[group] for kind in range(KINDS)], axis=1)
    mean = (total - name) / others[:, None]
    level = np.digitize(mean.sum(axis=1), BOUNDS)
    codes[some] = np.where(level == 0, NO_NAME, 1 + mean.argmax(axis=1) * (len(BOUNDS) + 1) + level)
    return codes


def _groups(documents: Ints, keys: NDArray[np.int64], span: int) -> tuple[Ints, int]:
    """Numbers that only the same key below ``span`` in the same document shares, and how many there are, which
    stands for no key.
    """
    owner, column = np.nonzero(keys >= 0)
    packed = (documents[owner].astype(np.int64) * span + keys[owner, column] + 1).astype(np.uint64)
    # An odd factor spreads the keys over the top bits and makes no two the same.
    found, count = distinct(packed * np.uint64(0x9E3779B97F4A7C15))
    groups = np.full(keys.shape, count, dtype=np.intp)
    groups[owner, column] = found
    return groups, count
