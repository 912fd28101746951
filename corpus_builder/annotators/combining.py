"""Put the spans of several annotators together, the earlier in the configured order first.

A batch is worked on by whole columns, its texts laid end to end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus_builder.annotators.found import Columns, Found
from corpus_builder.annotators.overlaps import Flags, Ints, Spans, fitting
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.layer_columns import Entities, spans_of
from corpus_builder.layer_columns import Spans as SentenceColumns
from corpus_builder.model import Document, Gold

Scores = npt.NDArray[np.float64]
#: Amounts and dates hold no names that a machine need look for.
_UNDIVIDED = ("DATE", "MONEY", "PERCENT")


def nonsense(document: Document, spans: Sequence[Found], labels: frozenset[str]) -> str | None:
    """What is wrong with the first of an annotator's spans that breaks the contract; None when all are sound."""
    text = document.text
    for span in spans:
        start, end, label, score = span
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            return f"[{start}, {end}) is no range of the text's {len(text)} code points"
        if (
            text[start].isspace()
            or text[end - 1].isspace()
            or inside_grapheme(text, start)
            or inside_grapheme(text, end)
        ):
            return f"[{start}, {end}) begins or ends in white space or inside a grapheme"
        if label not in labels:
            return f"{label!r} is not a registered label"
        if not isinstance(score, (int, float)) or not 0.0 <= score <= 1.0:
            return f"the score {score!r} is no probability"
    return None


def gold_is_complete(gold: Gold | None) -> bool:
    """Whether no annotator can add anything to this gold."""
    return gold is not None and "entities" in gold.complete_layers and not gold.complete_labels


def combine(
    documents: Sequence[Document],
    found: Sequence[Columns | Sequence[Sequence[Found]]],
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    min_score: float,
) -> list[tuple[Document, int]]:
    """Each document with its entity layer, and the number of spans left out: see `combined`."""
    sentences = spans_of([document.sentence_layer for document in documents])
    entities, crossed = combined(documents, sentences, found, labels, annotators, min_score)
    finished = [
        document.with_entities(layer, labels, annotators)
        for document, layer in zip(documents, entities.layers(), strict=True)
    ]
    return list(zip(finished, crossed, strict=True))


def combined(
    documents: Sequence[Document],
    sentences: SentenceColumns,
    found: Sequence[Columns | Sequence[Sequence[Found]]],
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    min_score: float,
) -> tuple[Entities, list[int]]:
    """The entities of documents with these ``sentences``, and of each document the number of spans left out because they crossed
    another or a sentence's end.

    ``found`` holds what each annotator gave: a list of spans for each document, or all as columns. A span that repeats an
    earlier one's range, crosses an earlier one, or lies inside or around an earlier one with the same label is left out, unless
    it is gold; so is a machine's span inside an earlier date, amount or percentage. Where gold is complete for a label, other
    annotators add none. A label that the registry ``labels`` does not hold is one that the corpus does not ask for.
    """
    base = np.zeros(len(documents) + 1, np.int64)
    np.cumsum([len(document.text) + 1 for document in documents], out=base[1:])
    asked = _asked(documents, found, labels, annotators, min_score, base)
    inside = asked.human | _in_one_sentence(sentences, asked, base)
    crossed = np.bincount(asked.owners[~inside], minlength=len(documents))
    if not inside.all():
        asked = asked.only(inside)
    undivided = np.array([label in _UNDIVIDED for label in labels], np.bool_)
    fits, crosses = fitting(
        Spans(asked.starts, asked.ends, asked.labels, asked.turns, asked.human), undivided
    )
    crossed += np.bincount(asked.owners[crosses], minlength=len(documents))
    kept = asked.only(fits)
    at = base[kept.owners]
    entities = Entities(
        np.bincount(kept.owners, minlength=len(documents)),
        kept.starts - at,
        kept.ends - at,
        kept.labels,
        kept.annotators,
        _rounded(kept.scores),
    )
    return entities, crossed.tolist()


class _Asked(NamedTuple):
    """Spans as columns, ordered by (start, -end): the document of each, start and end in the whole, numbers of label and annotator,
    score, whether a person's, and the turn in which it is asked.
    """

    owners: Ints
    starts: Ints
    ends: Ints
    labels: Ints
    annotators: Ints
    scores: Scores
    human: Flags
    turns: Ints

    def only(self, chosen: Flags | Ints) -> _Asked:
        """Some of the spans."""
        return _Asked(
            self.owners[chosen],
            self.starts[chosen],
            self.ends[chosen],
            self.labels[chosen],
            self.annotators[chosen],
            self.scores[chosen],
            self.human[chosen],
            self.turns[chosen],
        )


def _asked(
    documents: Sequence[Document],
    found: Sequence[Columns | Sequence[Sequence[Found]]],
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    min_score: float,
    base: Ints,
) -> _Asked:
    """What all annotators gave, less what the corpus or its gold does not ask for."""
    numbers = {label: number for number, label in enumerate(labels)}
    columns = [given if isinstance(given, Columns) else Columns.of(given) for given in found]
    owners = np.concatenate([np.zeros(0, np.int64), *(given.owners for given in columns)])
    base = base.take(owners)
    starts = np.concatenate([*(given.starts for given in columns), np.zeros(0, np.int64)]) + base
    ends = np.concatenate([*(given.ends for given in columns), np.zeros(0, np.int64)]) + base
    score = np.concatenate([*(given.scores for given in columns), np.zeros(0)])
    label = np.concatenate([np.zeros(0, np.int64), *(_numbered(given, numbers) for given in columns)])
    by = np.repeat(np.arange(len(annotators)), [len(given.owners) for given in columns])
    human = by == (annotators.index("gold") if "gold" in annotators else -1)
    wanted = human | ((label >= 0) & (score >= min_score) & ~_closed(documents, labels)[owners, label])
    asked = _Asked(
        owners,
        starts,
        ends,
        label,
        by,
        score,
        human,
        np.arange(len(owners)),
    )
    chosen = np.flatnonzero(wanted)
    return asked.only(chosen[np.lexsort((-asked.ends[chosen], asked.starts[chosen]))])


def _numbered(given: Columns, numbers: Mapping[str, int]) -> Ints:
    """The numbers of labels in the registry; -1 for one that it does not hold."""
    return np.array([numbers.get(name, -1) for name in given.names], np.int64).take(given.labels)


def _closed(documents: Sequence[Document], labels: tuple[str, ...]) -> Flags:
    """For each document and label, whether its gold is complete for it: machines add none."""
    closed = np.zeros((len(documents), len(labels)), np.bool_)
    for number, document in enumerate(documents):
        if (gold := document.article.gold) is not None:
            closed[number] = [label in gold.complete_labels or gold_is_complete(gold) for label in labels]
    return closed


def _in_one_sentence(sentences: SentenceColumns, asked: _Asked, base: Ints) -> Flags:
    """Which spans lie in one sentence."""
    at = np.repeat(base[:-1], sentences.counts)
    if not len(at):
        return np.zeros(len(asked.starts), np.bool_)
    place = np.searchsorted(sentences.starts + at, asked.starts, side="right") - 1
    return np.asarray((place >= 0) & (asked.ends <= (sentences.ends + at)[place]))


def _rounded(scores: Scores) -> Scores:
    """The scores to three decimals, exactly as `round` gives them."""
    thousandths = np.rint(scores * 1000)
    rounded = thousandths / 1000
    # Only `round` knows on which side of the middle between two thousandths a number lies.
    for place in np.flatnonzero(np.abs(np.abs(scores * 1000 - thousandths) - 0.5) < 1e-6).tolist():
        rounded[place] = round(float(scores[place]), 3)
    return rounded
