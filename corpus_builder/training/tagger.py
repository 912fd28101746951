"""The one way in which a tagger's model file is made."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.entities import chances_of, entities
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.lexicon import Lexicon, lexicon_of
from corpus_builder.annotators.tagger.passes import read_twice
from corpus_builder.annotators.tagger.weights import Weights, save
from corpus_builder.training.calibration import calibration_curve
from corpus_builder.training.corpora import Tagged, read_documents
from corpus_builder.training.cuts import cuts_in, learn_cuts
from corpus_builder.training.fitting import (
    NAMES,
    TRUST,
    Penalty,
    fit,
    fit_repetition,
    keys_of,
    only_iob2,
    scores_of,
)
from corpus_builder.training.frequencies import word_bands

GAZETTEER = Path(__file__).parents[1] / "data" / "gazetteer"
FIRST = Penalty(l1=0.03, l2=0.6, iterations=80)
SECOND = Penalty(l1=0.05, l2=0.3, iterations=60)
FOLDS = 4


def read_lexicon(folder: Path = GAZETTEER) -> Lexicon:
    """The package's word lists, each entry under ``label.kind``."""
    entries: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            entries += [(row["surface"], f"{row['label']}.{row['kind']}") for row in rows]
    return lexicon_of(entries)


@dataclass(frozen=True, slots=True)
class Gold:
    """Annotated sentences and the number of the document that each is in."""

    sentences: list[Tagged]
    documents: list[int]

    def only(self, keep: Sequence[bool]) -> Gold:
        return Gold(
            [sentence for sentence, kept in zip(self.sentences, keep, strict=True) if kept],
            [document for document, kept in zip(self.documents, keep, strict=True) if kept],
        )


def read_gold(paths: Sequence[Path]) -> tuple[Gold, list[Tagged]]:
    """The gold of files, and apart from it the sentences of those whose attached particles are words of their own."""
    gold = Gold([], [])
    cut: list[Tagged] = []
    for path in paths:
        documents = read_documents(path)
        sentences = [sentence for document in documents for sentence in document]
        if _has_cut_particles(sentences):
            cut += sentences
            continue
        for document in documents:
            number = gold.documents[-1] + 1 if gold.documents else 0
            gold.sentences.extend(document)
            gold.documents.extend([number] * len(document))
    return gold, cut


def _has_cut_particles(sentences: Sequence[Tagged]) -> bool:
    """And alone is among the commonest words where particles are cut off, and rare elsewhere."""
    words = sum(len(sentence.words) for sentence in sentences)
    return sum(sentence.words.count("و") for sentence in sentences) > 0.02 * words


def model_of(
    gold: Gold, lexicon: Lexicon, bands: dict[int, int], cuts: dict[str, float], *, first: Penalty = FIRST
) -> Weights:
    """The model of gold sentences. The second pass and the calibration learn from first-pass scores of models that did not
    train on the document in question (``FOLDS`` of them)."""
    knowledge = Knowledge(lexicon.kinds, bands)
    lengths = [len(sentence.words) for sentence in gold.sentences]
    place = np.concatenate([[0], np.cumsum(lengths)])
    held_out = np.zeros((place[-1], len(NAMES)), dtype=np.float32)
    for fold in range(FOLDS):
        inside = [document % FOLDS == fold for document in gold.documents]
        rest = gold.only([not held for held in inside])
        fitted = fit(rest.sentences, lexicon, knowledge, first, [1.0] * len(rest.sentences))
        held = gold.only(inside)
        where = np.concatenate([np.arange(place[i], place[i + 1]) for i in range(len(inside)) if inside[i]])
        held_out[where] = scores_of(fitted, held.sentences, lexicon, knowledge)
    fitted = fit(gold.sentences, lexicon, knowledge, first, [1.0] * len(gold.sentences))
    table, transitions = fit_repetition(
        gold.sentences,
        gold.documents,
        held_out * np.float32(TRUST),
        fitted.transitions * np.float32(TRUST),
        SECOND,
        [1.0] * len(gold.sentences),
    )
    weights = Weights(
        labels=NAMES,
        attributes=fitted.attributes,
        weights=fitted.weights,
        transitions=only_iob2(fitted.transitions),
        trust=TRUST,
        repetition=table,
        second_transitions=only_iob2(transitions),
        lexicon=lexicon,
        bands=bands,
        cuts=cuts,
        calibration=np.zeros(0, dtype=np.float32),
    )
    return replace(weights, calibration=_calibration(weights, gold, held_out))


def _calibration(model: Weights, gold: Gold, held_out: NDArray[np.float32]) -> NDArray[np.float32]:
    """The calibration curve, from the scores of words by models that did not train on them."""
    lengths = np.array([len(sentence.words) for sentence in gold.sentences], dtype=np.intp)
    owners = np.repeat(np.array(gold.documents, dtype=np.intp), lengths)
    numbers, posterior = read_twice(model, held_out, keys_of(gold.sentences), owners, lengths, True)
    if posterior is None:
        raise ValueError("no gold to calibrate on")
    firsts, lasts, kinds = entities(numbers, NAMES)
    number = {name: i for i, name in enumerate(NAMES)}
    flat = [number.get(label, -1) for sentence in gold.sentences for label in sentence.labels]
    truth = np.array(flat, dtype=np.int8)
    known = np.flatnonzero(truth >= 0)
    is_known = np.zeros(len(truth), dtype=bool)
    is_known[known] = True
    true_spans = set(zip(*(part.tolist() for part in entities(np.maximum(truth, 0), NAMES)), strict=True))
    found = list(zip(firsts.tolist(), lasts.tolist(), kinds.tolist(), strict=True))
    judged = np.array([bool(is_known[a : b + 1].all()) for a, b, _ in found])
    right = np.array([span in true_spans for span in found])
    return calibration_curve(chances_of(posterior, firsts, lasts, kinds, lengths)[judged], right[judged])


def train(gold: Sequence[Path], out: Path) -> None:
    """Train a tagger on gold files and write its model file; the same input gives the same bytes on the same machine.

    Args:
        gold: marked articles and IOB2 column files; column files whose attached particles are words of their own
            teach where particles end and nothing else.
    """
    lexicon = read_lexicon()
    read, cut = read_gold(gold)
    print(f"{len(read.sentences)} sentences, {len(cut)} more with particles cut", file=sys.stderr)
    cuts = learn_cuts(cuts_in(cut), lexicon) if cut else {}
    save(model_of(read, lexicon, word_bands(), cuts), out)
