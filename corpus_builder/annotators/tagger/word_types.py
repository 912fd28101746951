"""The word types that a tagger has met, and what is kept of each so that it is worked out once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.attribute_index import AttributeIndex
from corpus_builder.annotators.tagger.features import BOUNDARY, OFFSETS
from corpus_builder.annotators.tagger.forms import Forms, forms_of
from corpus_builder.annotators.tagger.hashing import NONE, Ints, Numbering, hashes_of
from corpus_builder.annotators.tagger.lexicon import PhraseTrie

MOST_TYPES = 400_000
"""Word types kept, of about 300 bytes each; when more have been seen the table starts anew, which costs time and changes
no label."""

TYPES_AT_ONCE = 2048
"""Few enough that what is worked out of them stays in cache."""

_WORD = np.uint64(0x9E3779B97F4A7C15)
"""Added to the hashes of words, so that none is 0."""


class WordTypes:
    """Arrays with a row for each type, in the order in which they were met; the first is the boundary.

    ``scores`` (types, offsets, labels) is what a type says of the word that has it at each of ``OFFSETS``; ``phrase_words``
    and ``keys`` are the rows that `PhraseTrie.find` and `repetition_codes` take; ``several`` tells whether a word is
    several tokens: 1 or 0, -1 where nobody has looked. ``cuts`` keeps the length of the particles at the
    beginning of a name by ``type * labels + label``.
    """

    def __init__(self, index: AttributeIndex, trie: PhraseTrie, labels: int) -> None:
        self._index = index
        self._trie = trie
        self._labels = labels
        self._forget()

    def _forget(self) -> None:
        self._numbering = Numbering()
        self._forms = Numbering()
        self.scores = np.zeros((1024, len(OFFSETS), self._labels), dtype=np.float32)
        self.phrase_words = np.full((1024, 3), NONE, dtype=np.int32)
        self.keys = np.full((1024, 3), NONE, dtype=np.int32)
        self.several = np.full(1024, -1, dtype=np.int8)
        self.cuts: dict[int, int] = {}
        self._numbering.numbered(np.array([_WORD]))
        self._learn([BOUNDARY])

    def __len__(self) -> int:
        return len(self._numbering)

    def numbers(self, text: str, codes: NDArray[np.uint32], begins: Ints, ends: Ints) -> Ints:
        """The types of the words of a text that begin and end there, in their order; new ones are learned.

        The arrays are valid for these numbers until the next call.
        """
        keys = hashes_of(codes, begins, ends)
        keys += _WORD
        before = len(self)
        numbers, new = self._numbering.numbered(keys)
        if len(self) > MOST_TYPES and before > 1:
            self._forget()
            numbers, new = self._numbering.numbered(keys)
        if len(new):
            self._learn([text[a:b] for a, b in zip(begins[new].tolist(), ends[new].tolist(), strict=True)])
        return numbers

    def _learn(self, words: Sequence[str]) -> None:
        """Fill the rows of the words that were numbered last."""
        begin = len(self) - len(words)
        self._grow(len(self))
        for at in range(0, len(words), TYPES_AT_ONCE):
            some = words[at : at + TYPES_AT_ONCE]
            rows = slice(begin + at, begin + at + len(some))
            forms = forms_of(some)
            self.scores[rows] = self._index.contributions(some, forms)
            self.phrase_words[rows] = self._trie.numbers_of(forms)
            self._number_forms(forms, self.keys[rows])

    def _number_forms(self, forms: Forms, keys: NDArray[np.int32]) -> None:
        """Write into ``keys`` the number of each folded word and of what its particles may leave."""
        written = np.flatnonzero(forms.sizes)
        hashes = (forms.hashes()[written], forms.rests(forms.one, 1), forms.rests(forms.two, 2))
        numbers, _ = self._forms.numbered(np.concatenate(hashes))
        ends = np.cumsum([len(some) for some in hashes])
        for column, (some, own) in enumerate(
            zip((written, forms.one, forms.two), np.split(numbers, ends[:-1]), strict=True)
        ):
            keys[some, column] = own

    def _grow(self, need: int) -> None:
        room = len(self.several)
        if need > room:
            more = max(need, 2 * room) - room
            # Zeros take no memory until they are written over.
            scores = np.zeros((room + more, *self.scores.shape[1:]), np.float32)
            scores[:room] = self.scores
            self.scores = scores
            self.phrase_words = np.concatenate([self.phrase_words, np.full((more, 3), NONE, np.int32)])
            self.keys = np.concatenate([self.keys, np.full((more, 3), NONE, np.int32)])
            self.several = np.concatenate([self.several, np.full(more, -1, np.int8)])
