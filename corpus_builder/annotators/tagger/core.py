"""The tagger: words in, IOB2 labels or entity spans out, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.clitics import particle_length
from corpus_builder.annotators.tagger.decoding import Floats, Ints, Posterior
from corpus_builder.annotators.tagger.entities import calibrated, chances_of, entities
from corpus_builder.annotators.tagger.features import (
    BOUNDARY,
    OFFSETS,
    Knowledge,
    attributes,
    fold,
    without_proclitics,
)
from corpus_builder.annotators.tagger.lexicon import NONE, PHRASE_OFFSETS, trie_of
from corpus_builder.annotators.tagger.passes import laid_out, read_twice
from corpus_builder.annotators.tagger.weights import Weights, load
from corpus_builder.token_columns import tokens_of
from corpus_builder.tokens import token_spans

SHIPPED = Path(__file__).parents[2] / "data" / "tagger" / "arabic-news.npz"
SHORTEST_REST = 3
"""Letters that must be left of a word without its particles for it to count as a mention of that rest."""
MOST_TYPES = 200_000
"""Word types kept; when more have been seen the table starts anew, which costs time and changes no label."""


class Tagger:
    """A linear-chain CRF over words. Its one state is a table of word types met so far, with what each
    contributes.
    """

    def __init__(self, model: Weights) -> None:
        self.labels = model.labels
        self._model = model
        self._rows = {name: row for row, name in enumerate(model.attributes)}
        self._trie = trie_of(model.lexicon)
        self._knowledge = Knowledge(model.lexicon.kinds, model.bands, model.lexicon.beginnings)
        count = 2 * len(self._trie.combinations) + 1
        self._phrase_scores = [
            np.array(
                [self._sum(f"ph{offset}{name}" for name in self._trie.names(code)) for code in range(count)],
                dtype=np.float32,
            )
            for offset in PHRASE_OFFSETS
        ]
        self._names = np.array(model.labels, dtype=object)
        self._forget()

    @classmethod
    def load(cls, path: Path | None = None) -> Tagger:
        """The tagger of a model file, of the shipped one by default.

        Raises:
            ValueError: the file is no model of this format.
            OSError: it cannot be read.
        """
        return cls(load(SHIPPED if path is None else path))

    def tag(
        self, sentences: Sequence[Sequence[str]], documents: Sequence[int] | None = None
    ) -> list[list[str]]:
        """The IOB2 label of every word.

        A word that holds several tokens (``(د``) gets the label of its first that is in a name.

        Args:
            sentences: their words.
            documents: the number of the document that each sentence is in; by default all are of one.
        """
        owners = [0] * len(sentences) if documents is None else documents
        cut = self._cut(sentences)
        if cut:
            sentences = [cut[i][0] if i in cut else words for i, words in enumerate(sentences)]
        numbers, _ = self._label(sentences, owners, scores=False)
        flat = self._names[numbers].tolist()
        out: list[list[str]] = []
        at = 0
        for words in sentences:
            out.append(flat[at : at + len(words)])
            at += len(words)
        for i, (_, counts) in cut.items():
            out[i] = _rejoined(out[i], counts)
        return out

    def spans(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], *, scores: bool = True
    ) -> list[list[tuple[int, int, str, float]]]:
        """The entities of each document: ``(start, end, label, score)``, code points of its text, in order.

        Attached particles and marks at the ends are left outside. The score is the calibrated probability
        that the span and its label are right; 1.0 for all without ``scores``.
        """
        bounds = [(i, *bound) for i, found in enumerate(sentences) for bound in found]
        pieces = [texts[owner][start:end] for owner, start, end in bounds]
        whole = "".join(pieces)
        ends_of = np.cumsum([len(piece) for piece in pieces], dtype=np.intp)
        begins, ends = tokens_of(pieces)
        # A token's place in its document, from its place in the sentences laid end to end.
        holder = np.searchsorted(ends_of, begins, side="right")
        shift = (
            np.array([start for _owner, start, _end in bounds], np.intp) + [len(p) for p in pieces] - ends_of
        )
        moved = shift[holder]
        places = list(zip((begins + moved).tolist(), (ends + moved).tolist(), strict=True))
        flat = [whole[start:end] for start, end in zip(begins.tolist(), ends.tolist(), strict=True)]
        words: list[list[str]] = []
        owners: list[int] = []
        at = 0
        for (owner, _start, _end), count in zip(
            bounds, np.bincount(holder, minlength=len(bounds)).tolist(), strict=True
        ):
            if count:
                words.append(flat[at : at + count])
                owners.append(owner)
                at += count
        numbers, posterior = self._label(words, owners, scores=scores)
        lengths = np.array([len(sentence) for sentence in words], dtype=np.intp)
        owner_of = np.repeat(np.array(owners, dtype=np.intp), lengths)
        firsts, lasts, kinds = entities(numbers, self.labels)
        if posterior is None:
            chances = np.ones(len(firsts))
        else:
            raw = chances_of(posterior, firsts, lasts, kinds, lengths)
            chances = calibrated(raw, self._model.calibration)
        out: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
        for first, last, kind, chance in zip(
            firsts.tolist(), lasts.tolist(), kinds.tolist(), chances.tolist(), strict=True
        ):
            owner = owner_of[first]
            start, end = places[first][0], places[last][1]
            label = self.labels[kind][2:]
            word = texts[owner][start : places[first][1]]
            start += particle_length(word, label, self._knowledge, self._model.cuts)
            out[owner].append((start, end, label, chance))
        return out

    def _cut(self, sentences: Sequence[Sequence[str]]) -> dict[int, tuple[list[str], list[int]]]:
        """Of sentences in which a word holds several tokens: the tokens, and how many each word has."""
        lengths = np.fromiter(map(len, sentences), dtype=np.intp, count=len(sentences))
        types = self._types_of(list(chain.from_iterable(sentences)))
        ends = np.cumsum(lengths)
        cut: dict[int, tuple[list[str], list[int]]] = {}
        for i in np.unique(
            np.searchsorted(ends, np.flatnonzero(self._several[types]), side="right")
        ).tolist():
            pieces = [[word[a:b] for a, b in token_spans(word)] or [word] for word in sentences[i]]
            cut[i] = (list(chain.from_iterable(pieces)), [len(piece) for piece in pieces])
        return cut

    def _label(
        self, sentences: Sequence[Sequence[str]], documents: Sequence[int], *, scores: bool
    ) -> tuple[NDArray[np.int8], Posterior | None]:
        """Label numbers of all words, sentences laid end to end, and what is known of them if ``scores``."""
        lengths = np.fromiter(map(len, sentences), dtype=np.intp, count=len(sentences))
        types = self._types_of(list(chain.from_iterable(sentences)))
        owners = np.repeat(np.asarray(documents, dtype=np.intp), lengths)
        return read_twice(
            self._model, self._scores(types, lengths), self._keys[types], owners, lengths, scores
        )

    def _scores(self, types: NDArray[np.intp], lengths: Ints) -> Floats:
        """The first pass's log potentials (words, labels) of sentences laid end to end."""
        place, stream = laid_out(types, lengths)
        total = np.zeros((len(types), len(self.labels)), dtype=np.float32)
        for offset, table in zip(OFFSETS, self._tables, strict=True):
            total += table[stream[place + offset]]
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(types)) - 1
        first, first_rest, inner = self._phrase_words[types].T
        codes = self._trie.find(first, first_rest, inner, left)
        if codes.any():
            stream[place] = codes
            for offset, table in zip(PHRASE_OFFSETS, self._phrase_scores, strict=True):
                beside = stream[place + offset]
                at = np.flatnonzero(beside)
                total[at] += table[beside[at]]
        return total

    def _forget(self) -> None:
        width = len(self.labels)
        self._types: dict[str, int] = {}
        self._several = np.zeros(1024, dtype=bool)
        self._tables = [np.zeros((1024, width), dtype=np.float32) for _ in OFFSETS]
        self._phrase_words = np.full((1024, 3), NONE, dtype=np.int64)
        self._folded: dict[str, int] = {}
        self._keys = np.full((1024, 3), NONE, dtype=np.int64)
        self._learn([BOUNDARY])

    def _types_of(self, words: list[str]) -> NDArray[np.intp]:
        count = len(words)
        try:
            return np.fromiter(map(self._types.__getitem__, words), dtype=np.intp, count=count)
        except KeyError:
            new = [word for word in dict.fromkeys(words) if word not in self._types]
            if len(self._types) + len(new) > MOST_TYPES:
                self._forget()
                new = list(dict.fromkeys(words))
            self._learn(new)
            return np.fromiter(map(self._types.__getitem__, words), dtype=np.intp, count=count)

    def _learn(self, words: list[str]) -> None:
        need = len(self._types) + len(words)
        while need > len(self._phrase_words):
            self._tables = [np.concatenate([table, np.zeros_like(table)]) for table in self._tables]
            self._phrase_words = np.concatenate([self._phrase_words, np.full_like(self._phrase_words, NONE)])
            self._keys = np.concatenate([self._keys, np.full_like(self._keys, NONE)])
            self._several = np.concatenate([self._several, np.zeros_like(self._several)])
        for word in words:
            number = self._types[word] = len(self._types)
            for table, names in zip(self._tables, attributes(word, self._knowledge), strict=True):
                table[number] = self._sum(names)
            if word != BOUNDARY:
                self._phrase_words[number] = self._trie.word_numbers(word)
                self._keys[number] = word_keys(word, self._folded)
                self._several[number] = len(token_spans(word)) > 1

    def _sum(self, names: Iterable[str]) -> Floats:
        rows = [row for row in map(self._rows.get, dict.fromkeys(names)) if row is not None]
        total: Floats = self._model.weights[rows].sum(axis=0, dtype=np.float32)
        return total


def word_keys(word: str, numbers: dict[str, int]) -> list[int]:
    """The word's row of the keys that `repetition_codes` takes; ``numbers`` has folded words, and grows."""
    folded = fold(word)
    forms = [folded, *(rest for rest in without_proclitics(folded) if len(rest) >= SHORTEST_REST)]
    keys = [numbers.setdefault(form, len(numbers)) for form in forms]
    return keys + [NONE] * (3 - len(keys))


def _rejoined(labels: list[str], counts: list[int]) -> list[str]:
    """One label for each word of ``counts`` tokens: its first that is not ``O``; what goes on in it begins no
    new name.
    """
    out: list[str] = []
    at = 0
    for count in counts:
        some = labels[at : at + count]
        at += count
        label = next((name for name in some if name != "O"), "O")
        if label.startswith("I-") and (not out or out[-1][2:] != label[2:]):
            label = f"B-{label[2:]}"
        out.append(label)
    return out
