"""The tagger: words in, IOB2 labels or entity spans out, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.attribute_index import AttributeIndex
from corpus_builder.annotators.tagger.clitics import particle_length
from corpus_builder.annotators.tagger.decoding import Floats, Ints, Posterior
from corpus_builder.annotators.tagger.entities import calibrated, chances_of, entities
from corpus_builder.annotators.tagger.features import OFFSETS, REACH, Knowledge, fold, without_proclitics
from corpus_builder.annotators.tagger.hashing import NONE, codes_of
from corpus_builder.annotators.tagger.lexicon import PHRASE_OFFSETS
from corpus_builder.annotators.tagger.passes import laid_out, read_twice
from corpus_builder.annotators.tagger.weights import Weights, load
from corpus_builder.annotators.tagger.word_types import WordTypes
from corpus_builder.token_columns import tokens_of
from corpus_builder.tokens import token_spans

SHIPPED = Path(__file__).parents[2] / "data" / "tagger" / "arabic-news.npz"
SHORTEST_REST = 3
"""Letters that must be left of a word without its particles for it to count as a mention of that rest."""
LETTERS_AT_ONCE = 1 << 18
"""Documents are read together up to so many code points: enough to hide numpy's cost per call, few enough that the arrays
of their words stay in cache.
"""
WORDS_AT_ONCE = 4096
"""Few enough that what their types say stays in cache."""


class Tagger:
    """A linear-chain CRF over words. Its one state is a table of word types met so far, with what each
    contributes.
    """

    def __init__(self, model: Weights) -> None:
        self.labels = model.labels
        self._model = model
        self._trie = model.lexicon.phrases
        self._knowledge = Knowledge(model.lexicon.kinds, model.bands, model.lexicon.beginnings)
        index = AttributeIndex(model.attributes, self._knowledge)
        said = [self._trie.names(code) for code in range(2 * len(self._trie.combinations) + 1)]
        self._phrase_scores = [
            index.sums_of([[f"ph{offset}{name}" for name in names] for names in said])
            for offset in PHRASE_OFFSETS
        ]
        self._names = np.array(model.labels, dtype=object)
        self._types = WordTypes(index, self._trie, len(model.labels))

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
        owners = np.zeros(len(sentences), np.intp) if documents is None else np.asarray(documents, np.intp)
        types, lengths = self._read(sentences)
        cut = self._cut(sentences, types, lengths)
        if cut:
            sentences = [cut[i][0] if i in cut else words for i, words in enumerate(sentences)]
            types, lengths = self._read(sentences)
        numbers, _ = self._decode(types, np.repeat(owners, lengths), lengths, scores=False)
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
        out: list[list[tuple[int, int, str, float]]] = []
        for some in _a_cacheful(texts):
            out += self._spans(texts[some], sentences[some], scores)
        return out

    def _spans(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], scores: bool
    ) -> list[list[tuple[int, int, str, float]]]:
        counts = [len(found) for found in sentences]
        pieces = [text[a:b] for text, found in zip(texts, sentences, strict=True) for a, b in found]
        lengths = np.fromiter(map(len, pieces), dtype=np.intp, count=len(pieces))
        places = np.fromiter((a for found in sentences for a, _ in found), dtype=np.intp, count=len(pieces))
        ends_of = np.cumsum(lengths)
        begins, ends = tokens_of(pieces)
        holder = np.searchsorted(ends_of, begins, side="right")
        words = np.bincount(holder, minlength=len(pieces))
        whole = "".join(pieces)
        types = self._types.numbers(whole, codes_of(whole), begins, ends)
        owners = np.repeat(np.arange(len(texts)), counts)[holder]
        numbers, posterior = self._decode(types, owners, words, scores=scores)
        firsts, lasts, kinds = entities(numbers, self.labels)
        if posterior is None:
            chances = np.ones(len(firsts))
        else:
            raw = chances_of(posterior, firsts, lasts, kinds, words)
            chances = calibrated(raw, self._model.calibration)
        # A token's place in its document, from its place in the sentences laid end to end.
        shift = (places + lengths - ends_of)[holder]
        first_words = [
            whole[a:b] for a, b in zip(begins[firsts].tolist(), ends[firsts].tolist(), strict=True)
        ]
        cut = self._particles(first_words, types[firsts].tolist(), kinds.tolist())
        found = zip(
            owners[firsts].tolist(),
            (begins[firsts] + shift[firsts] + cut).tolist(),
            (ends[lasts] + shift[lasts]).tolist(),
            kinds.tolist(),
            chances.tolist(),
            strict=True,
        )
        out: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
        for owner, start, end, kind, chance in found:
            out[owner].append((start, end, self.labels[kind][2:], chance))
        return out

    def _particles(self, words: Sequence[str], types: Sequence[int], kinds: Sequence[int]) -> Ints:
        """The length of the particles attached to each first word of a name, given its type and ``B-`` label."""
        known, width = self._types.cuts, len(self.labels)
        out = np.empty(len(words), dtype=np.intp)
        for i, (word, type_, kind) in enumerate(zip(words, types, kinds, strict=True)):
            key = type_ * width + kind
            if key not in known:
                known[key] = particle_length(word, self.labels[kind][2:], self._knowledge, self._model.cuts)
            out[i] = known[key]
        return out

    def _cut(
        self, sentences: Sequence[Sequence[str]], types: Ints, lengths: Ints
    ) -> dict[int, tuple[list[str], list[int]]]:
        """Of sentences in which a word holds several tokens: the tokens, and how many each word has."""
        several = self._types.several
        new = np.flatnonzero(several[types] < 0)
        if len(new):
            words = list(chain.from_iterable(sentences))
            for i in new.tolist():
                if several[types[i]] < 0:
                    several[types[i]] = not words[i].isalpha() and len(token_spans(words[i])) > 1
        ends = np.cumsum(lengths)
        cut: dict[int, tuple[list[str], list[int]]] = {}
        for i in sorted(
            set(np.searchsorted(ends, np.flatnonzero(several[types] > 0), side="right").tolist())
        ):
            pieces = [[word[a:b] for a, b in token_spans(word)] or [word] for word in sentences[i]]
            cut[i] = (list(chain.from_iterable(pieces)), [len(piece) for piece in pieces])
        return cut

    def _read(self, sentences: Sequence[Sequence[str]]) -> tuple[Ints, Ints]:
        """The types of the words of sentences laid end to end, and the sentences' lengths."""
        lengths = np.fromiter(map(len, sentences), dtype=np.intp, count=len(sentences))
        words = list(chain.from_iterable(sentences))
        sizes = np.fromiter(map(len, words), dtype=np.intp, count=len(words))
        ends = np.cumsum(sizes)
        whole = "".join(words)
        return self._types.numbers(whole, codes_of(whole), ends - sizes, ends), lengths

    def _label(
        self, sentences: Sequence[Sequence[str]], documents: Sequence[int], *, scores: bool
    ) -> tuple[NDArray[np.int8], Posterior | None]:
        """Label numbers of all words, sentences laid end to end, and what is known of them if ``scores``."""
        types, lengths = self._read(sentences)
        owners = np.repeat(np.asarray(documents, dtype=np.intp), lengths)
        return self._decode(types, owners, lengths, scores=scores)

    def _decode(
        self, types: Ints, owners: Ints, lengths: Ints, *, scores: bool
    ) -> tuple[NDArray[np.int8], Posterior | None]:
        """As `_label`, of word types and the document of each."""
        keys = self._types.keys[types].astype(np.int64)
        return read_twice(self._model, self._scores(types, lengths), keys, owners, lengths, scores)

    def _scores(self, types: Ints, lengths: Ints) -> Floats:
        """The first pass's log potentials (words, labels) of sentences laid end to end."""
        place, stream = laid_out(types, lengths)
        every = np.zeros((len(stream), len(self.labels)), dtype=np.float32)
        for begin in range(REACH, len(stream) - REACH, WORDS_AT_ONCE):
            own = every[begin : min(begin + WORDS_AT_ONCE, len(stream) - REACH)]
            said = self._types.scores[stream[begin - REACH : begin + len(own) + REACH]]
            for i in range(len(OFFSETS)):
                own += said[i : i + len(own), i]
        total: Floats = every[place]
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(types)) - 1
        first, first_rest, inner = self._types.phrase_words[types].astype(np.int64).T
        codes = self._trie.find(first, first_rest, inner, left)
        if codes.any():
            stream[place] = codes
            for offset, table in zip(PHRASE_OFFSETS, self._phrase_scores, strict=True):
                beside = stream[place + offset]
                at = np.flatnonzero(beside)
                total[at] += table[beside[at]]
        return total


def _a_cacheful(texts: Sequence[str]) -> Iterator[slice]:
    """Stretches of texts of about ``LETTERS_AT_ONCE`` code points, each of at least one text."""
    begin, letters = 0, 0
    for i, text in enumerate(texts, 1):
        letters += len(text)
        if letters >= LETTERS_AT_ONCE or i == len(texts):
            yield slice(begin, i)
            begin, letters = i, 0


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
