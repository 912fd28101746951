"""From tagged sentences and word lists to the weights of a tagger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from corpus_builder.annotators.tagger.decoding import in_steps
from corpus_builder.annotators.tagger.features import BOUNDARY, OFFSETS, REACH, attributes
from corpus_builder.annotators.tagger.lexicon import PHRASE_OFFSETS, Lexicon, PhraseTrie, trie_of
from corpus_builder.training.corpora import LABELS, Tagged
from corpus_builder.training.crf import Block, Problem, loss, owl_qn

NAMES = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))
UNKNOWN = "?"
"""The label of a word of which nobody knows whether it is part of a name; training sums over what it may be."""

NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Described:
    """One block of a problem before its attributes are numbered."""

    rows: NDArray[np.intp]
    names: list[list[str]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Attribute names, their weights (attributes, labels) and the transitions (from, to)."""

    attributes: tuple[str, ...]
    weights: NDArray[np.float32]
    transitions: NDArray[np.float32]


def described(sentences: Sequence[Tagged], lexicon: Lexicon, trie: PhraseTrie) -> list[Described]:
    """What each word, and each phrase, says at each distance: the very attributes that the tagger looks up."""
    types: dict[str, int] = {BOUNDARY: 0}
    flat = [word for sentence in sentences for word in sentence.words]
    numbers = np.array([types.setdefault(word, len(types)) for word in flat], dtype=np.intp)
    lengths = np.array([len(sentence.words) for sentence in sentences], dtype=np.intp)
    place = np.arange(len(flat)) + REACH * (np.repeat(np.arange(len(lengths)), lengths) + 1)
    stream = np.zeros(len(flat) + REACH * (len(lengths) + 1), dtype=np.intp)
    stream[place] = numbers
    per_type = [attributes(word, lexicon.kinds) for word in types]
    blocks = [
        Described(stream[place + offset], [names[i] for names in per_type])
        for i, offset in enumerate(OFFSETS)
    ]
    parts = np.array([trie.word_numbers(word) if word else (-1, -1, -1) for word in types], dtype=np.int64)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(flat)) - 1
    first, first_rest, inner = parts[numbers].T
    stream[:] = 0
    stream[place] = trie.find(first, first_rest, inner, left)
    codes = 2 * len(trie.combinations) + 1
    for offset in PHRASE_OFFSETS:
        names = [[f"ph{offset}{name}" for name in trie.names(code)] for code in range(codes)]
        blocks.append(Described(stream[place + offset], names))
    return blocks


def _matrix(names: Iterable[Iterable[str]], index: dict[str, int]) -> sparse.csr_matrix:
    columns: list[int] = []
    ends = [0]
    for row in names:
        columns += sorted({index[name] for name in row if name in index})
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_matrix(
        (ones, np.array(columns, dtype=np.int32), np.array(ends)), shape=(len(ends) - 1, len(index))
    )


def problem_of(
    sentences: Sequence[Tagged],
    blocks: Sequence[Described],
    indexes: Sequence[dict[str, int]],
    weights: Sequence[float],
) -> Problem:
    """The problem over numbered attributes; ``weights`` gives how much each sentence counts."""
    number = {name: i for i, name in enumerate(NAMES)}
    lengths = np.array([len(sentence.words) for sentence in sentences], dtype=np.intp)
    starts = np.cumsum(lengths) - lengths
    continues = np.ones(int(lengths.sum()), dtype=bool)
    continues[starts] = False
    built: list[Block] = []
    first = 0
    for block, index in zip(blocks, indexes, strict=True):
        built.append(Block(block.rows, _matrix(block.names, index), first))
        first += len(index)
    return Problem(
        blocks=built,
        gold=np.array(
            [number.get(label, -1) for sentence in sentences for label in sentence.labels], dtype=np.intp
        ),
        steps=in_steps(starts, lengths),
        continues=np.flatnonzero(continues),
        weight=np.repeat(np.asarray(weights, dtype=np.float32), lengths),
        labels=len(NAMES),
        attributes=first,
    )


def numbered(blocks: Sequence[Described], least: int) -> list[dict[str, int]]:
    """Of each block the attributes that occur at least so often, numbered in sorted order."""
    indexes = []
    for block in blocks:
        seen = np.bincount(block.rows, minlength=len(block.names))
        counts: Counter[str] = Counter()
        for names, often in zip(block.names, seen.tolist(), strict=True):
            for name in names:
                counts[name] += often
        indexes.append({name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= least))})
    return indexes


def fit(
    sentences: Sequence[Tagged],
    lexicon: Lexicon,
    *,
    l1: float,
    l2: float,
    iterations: int,
    least: int = 1,
    weights: Sequence[float] | None = None,
) -> Fitted:
    """Train; the same input gives the same weights on the same machine."""
    blocks = described(sentences, lexicon, trie_of(lexicon))
    indexes = numbered(blocks, least)
    problem = problem_of(sentences, blocks, indexes, [1.0] * len(sentences) if weights is None else weights)
    size = problem.attributes * problem.labels
    start = np.zeros(size + problem.labels**2)
    found = owl_qn(lambda flat: loss(problem, flat), start, l1=l1, l2=l2, iterations=iterations)
    names = tuple(name for index in indexes for name in index)
    table = found[:size].reshape(-1, problem.labels).astype(np.float32)
    used = np.flatnonzero(np.abs(table).max(axis=1) > 0)
    transitions = found[size:].reshape(problem.labels, problem.labels).astype(np.float32)
    return Fitted(tuple(names[i] for i in used), table[used], transitions)


def only_iob2(transitions: NDArray[np.float32]) -> NDArray[np.float32]:
    """The transitions with those that IOB2 forbids ruled out."""
    out = transitions.copy()
    for i, before in enumerate(NAMES):
        for j, name in enumerate(NAMES):
            if name.startswith("I-") and before[2:] != name[2:]:
                out[i, j] = NEVER
    return out
