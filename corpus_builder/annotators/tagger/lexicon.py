"""The word lists as the tagger uses them: kinds of single words, and phrases found in running text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import fold, without_proclitics

LONGEST_PHRASE = 7
"""In words; longer entries are left out."""

PHRASE_OFFSETS = (-1, 0, 1)
"""From where a phrase has a say in the label of a word."""

NONE = -1


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
    beginnings: dict[str, set[str]] = {}
    for surface, kinds in (*words.items(), *phrases.items()):
        labels = {kind.partition(".")[0] for kind in kinds} - {"-"}
        if labels:
            beginnings.setdefault(surface.partition(" ")[0], set()).update(labels)
    return Lexicon(words, phrases, {word: frozenset(labels) for word, labels in beginnings.items()})


@dataclass(frozen=True, slots=True)
class PhraseTrie:
    """The phrases of a lexicon as a trie over word numbers, in arrays, so that a whole batch is matched at
    once.

    Code ``2k + 1`` is the first word of a phrase with the ``k``-th combination of kinds, ``2k + 2`` any other
    word of it, 0 no phrase.
    """

    numbers: Mapping[str, int]
    edges: NDArray[np.int64]
    targets: NDArray[np.int64]
    codes: NDArray[np.int64]
    combinations: Sequence[tuple[str, ...]]

    def names(self, code: int) -> list[str]:
        """The attribute names of a code, without their offset."""
        if code == 0:
            return []
        place = "B" if code % 2 else "I"
        return [f"{place}.{kind}" for kind in self.combinations[(code - 1) // 2]]

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
        roots = [NONE if n == NONE else self._root(n) for n in (number,)]
        rest_node = NONE
        for rest in without_proclitics(folded):
            found = self.numbers.get(rest, NONE)
            if found != NONE and self._root(found) != NONE:
                rest_node = self._root(found)
                break
        return roots[0], rest_node, number

    def _root(self, number: int) -> int:
        at = int(np.searchsorted(self.edges, number))
        return int(self.targets[at]) if at < len(self.edges) and self.edges[at] == number else NONE

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
    numbers: dict[str, int] = {}
    children: dict[tuple[int, int], int] = {}
    kinds_at: dict[int, tuple[str, ...]] = {}
    for phrase, kinds in lexicon.phrases.items():
        node = 0
        for word in phrase.split(" "):
            number = numbers.setdefault(word, len(numbers))
            node = children.setdefault((node, number), len(children) + 1)
        kinds_at[node] = kinds
    combinations = sorted(set(kinds_at.values()))
    place = {kinds: 2 * i + 1 for i, kinds in enumerate(combinations)}
    codes = np.zeros(len(children) + 1, dtype=np.int64)
    for node, kinds in kinds_at.items():
        codes[node] = place[kinds]
    keys = np.array([node * len(numbers) + number for node, number in children], dtype=np.int64)
    targets = np.array(list(children.values()), dtype=np.int64)
    order = np.argsort(keys)
    return PhraseTrie(numbers, keys[order], targets[order], codes, combinations)
