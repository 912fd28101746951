"""The tagger: words in, IOB2 labels or entity spans out, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.clitics import particle_length
from corpus_builder.annotators.tagger.decoding import (
    SENTENCES_AT_ONCE,
    Floats,
    Ints,
    Posterior,
    forward_backward,
    in_steps,
    viterbi,
)
from corpus_builder.annotators.tagger.features import BOUNDARY, OFFSETS, REACH, attributes
from corpus_builder.annotators.tagger.lexicon import NONE, PHRASE_OFFSETS, trie_of
from corpus_builder.annotators.tagger.weights import Weights, load
from corpus_builder.tokens import token_spans

SHIPPED = Path(__file__).parents[2] / "data" / "tagger" / "arabic-news.npz"
MOST_TYPES = 200_000
"""Word types kept; when more have been seen the table starts anew, which costs time and changes no label."""


class Tagger:
    """A linear-chain CRF over words. Its one state is a table of word types met so far, with what each contributes."""

    def __init__(self, model: Weights) -> None:
        self.labels = model.labels
        self._model = model
        self._rows = {name: row for row, name in enumerate(model.attributes)}
        self._trie = trie_of(model.lexicon)
        self._transitions = model.transitions
        width = len(model.labels)
        count = 2 * len(self._trie.combinations) + 1
        self._phrase_scores = [
            np.array(
                [self._sum(f"ph{offset}{name}" for name in self._trie.names(code)) for code in range(count)],
                dtype=np.float32,
            )
            for offset in PHRASE_OFFSETS
        ]
        no_inside = np.zeros(width, dtype=np.float32)
        no_inside[[label.startswith("I-") for label in model.labels]] = -1e4
        self._first = no_inside
        self._forget()

    @classmethod
    def load(cls, path: Path | None = None) -> Tagger:
        """The tagger of a model file, of the shipped one by default.

        Raises:
            ValueError: the file is no model of this format.
            OSError: it cannot be read.
        """
        return cls(load(SHIPPED if path is None else path))

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """The IOB2 label of every word. A word that holds several tokens (``(د``) gets the label of its first name or word."""
        pieces = [self._pieces(words) for words in sentences]
        whole = [words if cut is None else cut[0] for words, cut in zip(sentences, pieces, strict=True)]
        numbers, _ = self._label(whole, scores=False)
        names = np.array(self.labels, dtype=object)
        flat = names[numbers].tolist()
        out: list[list[str]] = []
        at = 0
        for words, cut in zip(whole, pieces, strict=True):
            labels = flat[at : at + len(words)]
            at += len(words)
            out.append(labels if cut is None else _rejoined(labels, cut[1]))
        return out

    def spans(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], *, scores: bool = True
    ) -> list[list[tuple[int, int, str, float]]]:
        """The entities of each document: ``(start, end, label, score)``, code points of its text, in order.

        Attached particles and marks at the ends are left outside. The score is the calibrated probability that the
        span and its label are right; 1.0 for all without ``scores``.
        """
        places: list[tuple[int, int]] = []
        words: list[list[str]] = []
        owners: list[int] = []
        for owner, (text, bounds) in enumerate(zip(texts, sentences, strict=True)):
            for start, end in bounds:
                tokens = token_spans(text, start, end)
                if tokens:
                    places += tokens
                    words.append([text[a:b] for a, b in tokens])
                    owners.append(owner)
        numbers, posterior = self._label(words, scores=scores)
        lengths = np.array([len(sentence) for sentence in words], dtype=np.intp)
        owner_of = np.repeat(np.array(owners, dtype=np.intp), lengths)
        firsts, lasts, kinds = self._entities(numbers, lengths)
        chances = (
            np.ones(len(firsts))
            if posterior is None
            else self._chances(posterior, firsts, lasts, kinds, lengths)
        )
        out: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
        for first, last, kind, chance in zip(
            firsts.tolist(), lasts.tolist(), kinds.tolist(), chances.tolist(), strict=True
        ):
            owner = owner_of[first]
            start, end = places[first][0], places[last][1]
            label = self.labels[kind][2:]
            word = texts[owner][start : places[first][1]]
            start += particle_length(word, label, self._model.lexicon, self._model.cuts)
            out[owner].append((start, end, label, chance))
        return out

    def _pieces(self, words: Sequence[str]) -> tuple[list[str], list[int]] | None:
        """The tokens of the words and how many each has, when any has more than one."""
        table = self._split
        for word in words:
            if word not in table:
                cut = [word[a:b] for a, b in token_spans(word)]
                table[word] = cut if len(cut) > 1 else None
        if not any(map(table.__getitem__, words)):
            return None
        tokens: list[str] = []
        counts: list[int] = []
        for word in words:
            cut = table[word] or [word]
            tokens += cut
            counts.append(len(cut))
        return tokens, counts

    def _label(
        self, sentences: Sequence[Sequence[str]], *, scores: bool
    ) -> tuple[NDArray[np.int8], Posterior | None]:
        lengths = np.fromiter(map(len, sentences), dtype=np.intp, count=len(sentences))
        emitted = self._scores(list(chain.from_iterable(sentences)), lengths)
        numbers = np.zeros(len(emitted), dtype=np.int8)
        filled = np.flatnonzero(lengths)
        starts = np.cumsum(lengths) - lengths
        parts: list[Posterior] = []
        for at in range(0, len(filled), SENTENCES_AT_ONCE):
            some = filled[at : at + SENTENCES_AT_ONCE]
            begin, end = starts[some[0]], starts[some[-1]] + lengths[some[-1]]
            steps = in_steps(starts[some] - begin, lengths[some])
            numbers[begin:end] = viterbi(emitted[begin:end], self._transitions, steps)
            if scores:
                parts.append(forward_backward(emitted[begin:end], self._transitions, steps))
        if not parts:
            return numbers, None
        return numbers, Posterior(
            np.concatenate([part.forward for part in parts]),
            np.concatenate([part.backward for part in parts]),
            np.concatenate([part.emitted for part in parts]),
            parts[0].moves,
            np.concatenate([part.scale for part in parts]),
        )

    def _scores(self, words: list[str], lengths: Ints) -> Floats:
        """The log potentials (words, labels) of sentences laid end to end."""
        types = self._types_of(words)
        sentence = np.repeat(np.arange(len(lengths)), lengths)
        place = np.arange(len(words)) + REACH * (sentence + 1)
        stream = np.zeros(len(words) + REACH * (len(lengths) + 1), dtype=np.intp)
        stream[place] = types
        total = np.zeros((len(words), len(self.labels)), dtype=np.float32)
        for offset, table in zip(OFFSETS, self._tables, strict=True):
            total += table[stream[place + offset]]
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(words)) - 1
        first, first_rest, inner = self._phrase_words[types].T
        codes = self._trie.find(first, first_rest, inner, left)
        if codes.any():
            stream[:] = 0
            stream[place] = codes
            for offset, table in zip(PHRASE_OFFSETS, self._phrase_scores, strict=True):
                beside = stream[place + offset]
                at = np.flatnonzero(beside)
                total[at] += table[beside[at]]
        filled = lengths > 0
        total[(np.cumsum(lengths) - lengths)[filled]] += self._first
        return total

    def _forget(self) -> None:
        width = len(self.labels)
        self._types: dict[str, int] = {}
        self._split: dict[str, list[str] | None] = {}
        self._tables = [np.zeros((1024, width), dtype=np.float32) for _ in OFFSETS]
        self._phrase_words = np.full((1024, 3), NONE, dtype=np.int64)
        self._learn([BOUNDARY])

    def _types_of(self, words: list[str]) -> NDArray[np.intp]:
        known = self._types
        new = [word for word in dict.fromkeys(words) if word not in known]
        if len(known) + len(new) > MOST_TYPES and len(known) > 1:
            self._forget()
            known = self._types
            new = list(dict.fromkeys(words))
        if new:
            self._learn(new)
        return np.fromiter(map(known.__getitem__, words), dtype=np.intp, count=len(words))

    def _learn(self, words: list[str]) -> None:
        need = len(self._types) + len(words)
        while need > len(self._phrase_words):
            self._tables = [np.concatenate([table, np.zeros_like(table)]) for table in self._tables]
            self._phrase_words = np.concatenate([self._phrase_words, np.full_like(self._phrase_words, NONE)])
        kinds = self._model.lexicon.kinds
        for word in words:
            number = self._types[word] = len(self._types)
            for table, names in zip(self._tables, attributes(word, kinds), strict=True):
                table[number] = self._sum(names)
            if word != BOUNDARY:
                self._phrase_words[number] = self._trie.word_numbers(word)

    def _sum(self, names: Iterable[str]) -> Floats:
        rows = [row for row in map(self._rows.get, dict.fromkeys(names)) if row is not None]
        total: Floats = self._model.weights[rows].sum(axis=0, dtype=np.float32)
        return total

    def _entities(self, numbers: NDArray[np.int8], lengths: Ints) -> tuple[Ints, Ints, Ints]:
        """First words, last words and the number of the ``B-`` label of each entity."""
        inside = np.array([label.startswith("I-") for label in self.labels])
        begins = np.array([label.startswith("B-") for label in self.labels])
        firsts = np.flatnonzero(begins[numbers])
        goes_on = np.append(inside[numbers], False)
        stops = np.flatnonzero(~goes_on)
        lasts = stops[np.searchsorted(stops, firsts + 1)] - 1
        return firsts, lasts, numbers[firsts].astype(np.intp)

    def _chances(
        self, posterior: Posterior, firsts: Ints, lasts: Ints, kinds: Ints, lengths: Ints
    ) -> NDArray[np.float64]:
        """The calibrated probability of each entity: of its labels, and that it does not go on after its last word."""
        inside = kinds + 1
        chance = posterior.forward[firsts, kinds] * posterior.backward[firsts, kinds]
        at, state = firsts.copy(), kinds.copy()

        def step(words: Ints, now: Ints, then: Ints) -> NDArray[np.float32]:
            reached: NDArray[np.float32] = (
                posterior.moves[now, then]
                * posterior.emitted[words + 1, then]
                * posterior.backward[words + 1, then]
                / np.maximum(posterior.backward[words, now], 1e-30)
            )
            return reached

        longest = int((lasts - firsts).max(initial=0))
        for _ in range(longest):
            going = np.flatnonzero(at < lasts)
            chance[going] *= step(at[going], state[going], inside[going])
            at[going] += 1
            state[going] = inside[going]
        last_word = np.zeros(len(posterior.forward), dtype=bool)
        last_word[np.cumsum(lengths)[lengths > 0] - 1] = True
        open_end = np.flatnonzero(~last_word[lasts])
        chance[open_end] *= 1 - step(lasts[open_end], state[open_end], inside[open_end])
        return calibrated(chance.astype(np.float64), self._model.calibration)


CALIBRATION_REACH = 8.0
"""Calibration is given at evenly spaced logits from minus this to this."""


def calibrated(chance: NDArray[np.float64], calibration: Floats) -> NDArray[np.float64]:
    """Raw span probabilities mapped through the calibration curve, rounded to 3 decimals, within [0.001, 0.999]."""
    inner = np.clip(chance, 1e-6, 1 - 1e-6)
    logit = np.log(inner / (1 - inner))
    points = np.linspace(-CALIBRATION_REACH, CALIBRATION_REACH, len(calibration))
    return np.clip(np.interp(logit, points, calibration), 0.001, 0.999).round(3)


def _rejoined(labels: list[str], counts: list[int]) -> list[str]:
    """One label for each word of ``counts`` tokens: its first that is not ``O``; what goes on in it begins no new name."""
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
