"""From tagged sentences and word lists to the weights of a tagger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

from corpus_builder.annotators.tagger.core import word_keys
from corpus_builder.annotators.tagger.decoding import forward_backward, in_steps
from corpus_builder.annotators.tagger.features import BOUNDARY, OFFSETS, REACH, Knowledge, attributes, placed
from corpus_builder.annotators.tagger.lexicon import PHRASE_OFFSETS, Lexicon, PhraseTrie
from corpus_builder.annotators.tagger.repetition import CODES, REPETITION_OFFSETS, repetition_codes
from corpus_builder.training.corpora import LABELS, Tagged
from corpus_builder.training.crf import Block, Problem, loss, owl_qn, posed

NAMES = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))
NEVER = -1e4
LEAST = 2
"""How often an attribute must occur in the training text to be learned."""


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


def described(sentences: Sequence[Tagged], knowledge: Knowledge, trie: PhraseTrie) -> list[Described]:
    """What each word, and each phrase, says at each distance: the attributes that the tagger looks up."""
    types: dict[str, int] = {BOUNDARY: 0}
    flat = [word for sentence in sentences for word in sentence.words]
    numbers = np.array([types.setdefault(word, len(types)) for word in flat], dtype=np.intp)
    lengths = np.array([len(sentence.words) for sentence in sentences], dtype=np.intp)
    place = np.arange(len(flat)) + REACH * (np.repeat(np.arange(len(lengths)), lengths) + 1)
    stream = np.zeros(len(flat) + REACH * (len(lengths) + 1), dtype=np.intp)
    stream[place] = numbers
    per_type = [placed(*attributes(word, knowledge)) for word in types]
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
) -> Problem:
    """The problem over numbered attributes."""
    number = {name: i for i, name in enumerate(NAMES)}
    lengths = np.array([len(sentence.words) for sentence in sentences], dtype=np.intp)
    gold = np.array(
        [number.get(label, -1) for sentence in sentences for label in sentence.labels], dtype=np.intp
    )
    built: list[Block] = []
    first = 0
    for block, index in zip(blocks, indexes, strict=True):
        built.append(Block(block.rows, _matrix(block.names, index), first))
        first += len(index)
    return posed(built, gold, lengths, labels=len(NAMES), attributes=first)


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


@dataclass(frozen=True, slots=True)
class Penalty:
    """Weights of the penalties of `owl_qn`, and how many iterations it gets."""

    l1: float
    l2: float
    iterations: int


def fit(
    sentences: Sequence[Tagged],
    lexicon: Lexicon,
    knowledge: Knowledge,
    penalty: Penalty,
) -> Fitted:
    """Train the first pass; the same input gives the same weights on the same machine."""
    blocks = described(sentences, knowledge, lexicon.phrases)
    indexes = numbered(blocks, LEAST)
    problem = problem_of(sentences, blocks, indexes)
    size = problem.attributes * problem.labels
    found = owl_qn(
        lambda flat: loss(problem, flat),
        np.zeros(size + problem.labels**2),
        l1=penalty.l1,
        l2=penalty.l2,
        iterations=penalty.iterations,
    )
    names = tuple(name for index in indexes for name in index)
    table = found[:size].reshape(-1, problem.labels).astype(np.float32)
    used = np.flatnonzero(np.abs(table).max(axis=1) > 0)
    transitions = found[size:].reshape(problem.labels, problem.labels).astype(np.float32)
    return Fitted(tuple(names[i] for i in used), table[used], transitions)


def scores_of(
    fitted: Fitted, sentences: Sequence[Tagged], lexicon: Lexicon, knowledge: Knowledge
) -> NDArray[np.float32]:
    """The first pass's log potentials (words, labels)."""
    blocks = described(sentences, knowledge, lexicon.phrases)
    rows = {name: row for row, name in enumerate(fitted.attributes)}
    total = np.zeros((len(blocks[0].rows), len(NAMES)), dtype=np.float32)
    for block in blocks:
        total += (_matrix(block.names, rows) @ fitted.weights)[block.rows]
    return total


def fit_repetition(
    sentences: Sequence[Tagged],
    documents: Sequence[int],
    base: NDArray[np.float32],
    transitions: NDArray[np.float32],
    penalty: Penalty,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Train the second pass: its table (offsets, codes, labels) and transitions.

    Args:
        sentences: and ``documents`` the number of the document of each.
        base: first-pass scores of a model that did *not* train on the sentence in question, times the trust
        in them.
        transitions: of the first pass, times that trust; they are where training begins.
    """
    lengths = np.array([len(sentence.words) for sentence in sentences], dtype=np.intp)
    codes = repetition_codes(
        marginals(base / TRUST, transitions / TRUST, lengths),
        keys_of(sentences),
        np.repeat(np.asarray(documents, dtype=np.intp), lengths),
    )
    place = np.arange(len(codes)) + REACH * (np.repeat(np.arange(len(lengths)), lengths) + 1)
    stream = np.zeros(len(codes) + REACH * (len(lengths) + 1), dtype=np.intp)
    stream[place] = codes
    blocks = [
        Described(stream[place + offset], [[str(code)] for code in range(CODES)])
        for offset in REPETITION_OFFSETS
    ]
    index = {str(code): code for code in range(CODES)}
    problem = replace(problem_of(sentences, blocks, [index] * len(blocks)), base=base)
    size = problem.attributes * problem.labels
    start = np.concatenate([np.zeros(size), transitions.ravel()])
    found = owl_qn(
        lambda flat: loss(problem, flat), start, l1=penalty.l1, l2=penalty.l2, iterations=penalty.iterations
    )
    table = found[:size].reshape(len(blocks), CODES, problem.labels).astype(np.float32)
    return table, found[size:].reshape(problem.labels, problem.labels).astype(np.float32)


TRUST = 0.9
"""How far the second pass trusts the first one's scores."""


def marginals(
    scores: NDArray[np.float32], transitions: NDArray[np.float32], lengths: NDArray[np.intp]
) -> NDArray[np.float32]:
    """P(label | sentence) of each word, under IOB2."""
    steps = in_steps(np.cumsum(lengths) - lengths, lengths)
    posterior = forward_backward(scores, only_iob2(transitions), steps)
    product: NDArray[np.float32] = posterior.forward * posterior.backward
    return product


def keys_of(sentences: Sequence[Tagged]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    rows = [word_keys(word, numbers) for sentence in sentences for word in sentence.words]
    return np.array(rows, dtype=np.int64)


def only_iob2(transitions: NDArray[np.float32]) -> NDArray[np.float32]:
    """The transitions with those that IOB2 forbids ruled out."""
    out = transitions.copy()
    for i, before in enumerate(NAMES):
        for j, name in enumerate(NAMES):
            if name.startswith("I-") and before[2:] != name[2:]:
                out[i, j] = NEVER
    return out
