"""The word lists as the tagger uses them: kinds of single words, and phrases found in running text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import fold, listed, without_proclitics
from corpus_builder.annotators.tagger.forms import Forms
from corpus_builder.annotators.tagger.hashing import NONE

LONGEST_PHRASE = 7
"""In words; longer entries are left out."""

PHRASE_OFFSETS = (-1, 0, 1)
"""From where a phrase has a say in the label of a word."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded surfaces to their kinds: ``words`` for single words, ``phrases`` for several with a space between."""

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, frozenset[str]]
    """The words that names begin with, single words too, each with the labels of those names."""

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
    return lexicon_from(
        {word: tuple(sorted(kinds)) for word, kinds in sorted(words.items())},
        {phrase: tuple(sorted(kinds)) for phrase, kinds in sorted(phrases.items())},
    )


def lexicon_from(words: Mapping[str, tuple[str, ...]], phrases: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """A lexicon of surfaces that are folded already; kinds are ``label.kind``, the label ``-`` where it is no
    name.
    """
    labels = {kinds: _labels_of(kinds) for kinds in {*words.values(), *phrases.values()}}
    beginnings = {word: labels[kinds] for word, kinds in words.items() if labels[kinds]}
    for phrase, kinds in phrases.items():
        if labels[kinds]:
            first = phrase[: phrase.index(" ")]
            known = beginnings.get(first)
            beginnings[first] = labels[kinds] if known is None else known | labels[kinds]
    return Lexicon(words, phrases, beginnings)


def _labels_of(kinds: Iterable[str]) -> frozenset[str]:
    return frozenset({kind.partition(".")[0] for kind in kinds} - {"-"})


@dataclass(frozen=True, slots=True)
class PhraseTrie:
    """The phrases of a lexicon as a trie over word numbers, in arrays, so that a whole batch is matched at
    once.

    Code ``2k + 1`` is the first word of a phrase with the ``k``-th combination of kinds, ``2k + 2`` any other
    word of it, 0 no phrase.
    """

    numbers: Mapping[str, int]
    roots: NDArray[np.int32]
    """The node that each word leads to as a first one, `NONE` where no phrase begins with it and behind the last."""
    edges: NDArray[np.int64]
    targets: NDArray[np.int64]
    codes: NDArray[np.int64]
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
        return np.where(self.edges[at] == keys, self.targets[at], NONE)

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


def trie_of(lexicon: Lexicon) -> PhraseTrie:
    words = " ".join(lexicon.phrases).split(" ") if lexicon.phrases else []
    numbers = {word: i for i, word in enumerate(dict.fromkeys(words))}
    inner = np.fromiter(map(numbers.__getitem__, words), dtype=np.int64, count=len(words))
    lengths = np.array([phrase.count(" ") + 1 for phrase in lexicon.phrases], dtype=np.intp)
    starts = np.cumsum(lengths) - lengths
    combinations = sorted(set(lexicon.phrases.values()))
    place = {kinds: 2 * i + 1 for i, kinds in enumerate(combinations)}
    said = np.array([place[kinds] for kinds in lexicon.phrases.values()], dtype=np.int64)

    node = np.zeros(len(lengths), dtype=np.int64)
    roots = np.full(len(numbers) + 1, NONE, dtype=np.int32)
    edges: list[NDArray[np.int64]] = []
    codes = [np.zeros(1, dtype=np.int64)]
    count = 1
    alive = np.arange(len(lengths))
    for depth in range(int(lengths.max(initial=0))):
        own, at = np.unique(node[alive] * len(numbers) + inner[starts[alive] + depth], return_inverse=True)
        if depth == 0:
            roots[own] = count + np.arange(len(own))
        node[alive] = count + at
        ending = lengths[alive] == depth + 1
        code = np.zeros(len(own), dtype=np.int64)
        code[at[ending]] = said[alive[ending]]
        edges.append(own)
        codes.append(code)
        count += len(own)
        alive = alive[~ending]
    keys = np.concatenate(edges) if edges else np.zeros(0, dtype=np.int64)
    order = np.argsort(keys)
    return PhraseTrie(numbers, roots, keys[order], order + 1, np.concatenate(codes), combinations)
