"""The word lists as the tagger uses them: kinds of single words, and phrases found in running text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import fold, listed, without_proclitics
from corpus_builder.annotators.tagger.forms import Forms
from corpus_builder.annotators.tagger.hashing import NONE

LONGEST_PHRASE = 7
"""In words; longer entries are left out."""

PHRASE_OFFSETS = (-1, 0, 1)
"""From where a phrase has a say in the label of a word."""


class Lexicon(NamedTuple):
    """Folded surfaces and their kinds, ``label.kind``, the label ``-`` where it is no name."""

    words: Mapping[str, tuple[str, ...]]
    """Single words."""
    beginnings: Mapping[str, frozenset[str]]
    """The words that names begin with, single words too, each with the labels of those names."""
    phrases: PhraseTrie
    """Surfaces of several words, with a space between."""

    def kinds(self, folded: str) -> tuple[str, ...]:
        return self.words.get(folded, ())


def lexicon_of(entries: Iterable[tuple[str, str]]) -> Lexicon:
    """A lexicon of ``(surface, kind)`` pairs; surfaces are folded here, order does not matter."""
    words: dict[str, set[str]] = {}
    phrases: dict[str, set[str]] = {}
    for surface, kind in entries:
        folded = [fold(word) for word in surface.split()]
        if len(folded) == 1:
            words.setdefault(folded[0], set()).add(kind)
        elif 1 < len(folded) <= LONGEST_PHRASE:
            phrases.setdefault(" ".join(folded), set()).add(kind)
    beginnings: dict[str, frozenset[str]] = {}
    for surface, kinds in sorted((words | phrases).items()):
        if labels := _labels_of(kinds):
            first = surface.partition(" ")[0]
            beginnings[first] = beginnings.get(first, frozenset()) | labels
    return Lexicon(
        {word: tuple(sorted(kinds)) for word, kinds in sorted(words.items())},
        beginnings,
        trie_of({phrase: tuple(sorted(kinds)) for phrase, kinds in sorted(phrases.items())}),
    )


def _labels_of(kinds: Iterable[str]) -> frozenset[str]:
    return frozenset({kind.partition(".")[0] for kind in kinds} - {"-"})


class PhraseTrie(NamedTuple):
    """The phrases of a lexicon as a trie over word numbers, in arrays, so that a whole batch is matched at
    once.

    Code ``2k + 1`` is the first word of a phrase with the ``k``-th combination of kinds, ``2k + 2`` any other
    word of it, 0 no phrase.
    """

    numbers: Mapping[str, int]
    roots: NDArray[np.int32]
    """The node that each word leads to as a first one, `NONE` where no phrase begins with it and behind the last."""
    edges: NDArray[np.int64]
    """From which node with which word, ``node * words + word``, in rising order; the ``k``-th leads to node ``k + 1``."""
    codes: NDArray[np.int64]
    """Of each node; the root is the first."""
    combinations: Sequence[tuple[str, ...]]

    def names(self, code: int) -> list[str]:
        """The attribute names of a code, without their offset."""
        if code == 0:
            return []
        place = "B" if code % 2 else "I"
        return [f"{place}.{name}" for name in listed(self.combinations[(code - 1) // 2])]

    def _follow(self, nodes: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.int64]:
        keys = nodes * len(self.numbers) + words
        keys[words < 0] = NONE
        at = np.searchsorted(self.edges, keys)
        at[at == len(self.edges)] = 0
        return np.where(self.edges[at] == keys, at + 1, NONE)

    def word_numbers(self, word: str) -> tuple[int, int, int]:
        """Of an unfolded word: the node that it leads to as a first word, that of the word less its attached
        particles,
        and its number inside phrases; `NONE` where there is none."""
        folded = fold(word)
        number = self.numbers.get(folded, NONE)
        rest_node = NONE
        for rest in without_proclitics(folded):
            rest_node = int(self.roots[self.numbers.get(rest, NONE)])
            if rest_node != NONE:
                break
        return int(self.roots[number]), rest_node, number

    def numbers_of(self, forms: Forms) -> NDArray[np.int32]:
        """`word_numbers` of many words: (words, 3)."""
        out = np.full((len(forms.folded), 3), NONE, dtype=np.int32)
        out[:, 2] = [self.numbers.get(word, NONE) for word in forms.folded]
        out[:, 0] = self.roots[out[:, 2]]
        for count, some in ((2, forms.two), (1, forms.one)):
            nodes = self.roots[[self.numbers.get(forms.folded[i][count:], NONE) for i in some.tolist()]]
            out[some[nodes != NONE], 1] = nodes[nodes != NONE]
        return out

    def find(
        self,
        first: NDArray[np.int64],
        first_rest: NDArray[np.int64],
        inner: NDArray[np.int64],
        left: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """The code of each word of a batch: that of the longest phrase over it, of two as long the later
        one's.

        Args are per word: the three numbers of `word_numbers`, and how many words follow it in its sentence.
        """
        found: list[tuple[int, NDArray[np.intp], NDArray[np.int64]]] = []
        for roots in (first_rest, first):
            at = np.flatnonzero((roots >= 0) & (left > 0))
            nodes = roots[at]
            for length in range(2, LONGEST_PHRASE + 1):
                nodes = self._follow(nodes, inner[at + length - 1])
                alive = nodes >= 0
                at, nodes = at[alive], nodes[alive]
                codes = self.codes[nodes]
                ends = codes > 0
                if ends.any():
                    found.append((length, at[ends], codes[ends]))
                alive = left[at] >= length
                at, nodes = at[alive], nodes[alive]
                if not len(at):
                    break
        out = np.zeros(len(inner), dtype=np.int64)
        for length, starts, codes in sorted(found, key=lambda match: match[0]):
            for place in range(1, length):
                out[starts + place] = codes + 1
            out[starts] = codes
        return out


def trie_from(
    words: Sequence[str],
    edges: NDArray[np.int64],
    codes: NDArray[np.int64],
    combinations: Sequence[tuple[str, ...]],
) -> PhraseTrie:
    """The trie of these arrays, ``words`` in the order of their numbers."""
    roots = np.full(len(words) + 1, NONE, dtype=np.int32)
    firsts = edges[: np.searchsorted(edges, len(words))]
    roots[firsts] = np.arange(len(firsts)) + 1
    return PhraseTrie(dict(zip(words, range(len(words)), strict=True)), roots, edges, codes, combinations)


def trie_of(phrases: Mapping[str, tuple[str, ...]]) -> PhraseTrie:
    """The trie of folded phrases and their kinds."""
    words = " ".join(phrases).split(" ") if phrases else []
    numbers = {word: i for i, word in enumerate(dict.fromkeys(words))}
    inner = np.fromiter(map(numbers.__getitem__, words), dtype=np.int64, count=len(words))
    lengths = np.array([phrase.count(" ") + 1 for phrase in phrases], dtype=np.intp)
    starts = np.cumsum(lengths) - lengths
    combinations = sorted(set(phrases.values()))
    place = {kinds: 2 * i + 1 for i, kinds in enumerate(combinations)}
    said = np.array([place[kinds] for kinds in phrases.values()], dtype=np.int64)

    # Level by level, so that the nodes are numbered as their edges rise.
    node = np.zeros(len(lengths), dtype=np.int64)
    edges = [np.zeros(0, dtype=np.int64)]
    codes = [np.zeros(1, dtype=np.int64)]
    count = 1
    alive = np.arange(len(lengths))
    for depth in range(int(lengths.max(initial=0))):
        own, at = np.unique(node[alive] * len(numbers) + inner[starts[alive] + depth], return_inverse=True)
        node[alive] = count + at
        ending = lengths[alive] == depth + 1
        code = np.zeros(len(own), dtype=np.int64)
        code[at[ending]] = said[alive[ending]]
        edges.append(own)
        codes.append(code)
        count += len(own)
        alive = alive[~ending]
    return trie_from(list(numbers), np.concatenate(edges), np.concatenate(codes), combinations)
