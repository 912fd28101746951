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
from corpus_builder.training.corpora import Tagged, article_id, is_marked, read_documents
from corpus_builder.training.cuts import cuts_in, cuts_of, doubled, learn_cuts
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
from corpus_builder.training.mending import doubted

GAZETTEER = Path(__file__).parents[1] / "data" / "gazetteer"
FIRST = Penalty(l1=0.1, l2=0.3, iterations=70)
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
    """Annotated sentences, the number of the document that each is in, and the fold: folds are stretches of
    whole
    documents, so that what a corpus says twice in neighbouring articles is not learned and tested at once."""

    sentences: list[Tagged]
    documents: list[int]
    folds: list[int]

    def only(self, keep: Sequence[bool]) -> Gold:
        return Gold(
            [sentence for sentence, kept in zip(self.sentences, keep, strict=True) if kept],
            [document for document, kept in zip(self.documents, keep, strict=True) if kept],
            [fold for fold, kept in zip(self.folds, keep, strict=True) if kept],
        )


def read_gold(paths: Sequence[Path]) -> tuple[Gold, list[Tagged]]:
    """The gold of files, and apart from it the sentences of those whose attached particles are words of their
    own.
    """
    gold = Gold([], [], [])
    cut: list[Tagged] = []
    for path in paths:
        documents = read_documents(path)
        sentences = [sentence for document in documents for sentence in document]
        if _has_cut_particles(sentences):
            cut += sentences
            continue
        for place, document in enumerate(documents):
            number = gold.documents[-1] + 1 if gold.documents else 0
            gold.sentences.extend(document)
            gold.documents.extend([number] * len(document))
            fold = number % FOLDS if len(documents) < FOLDS else place * FOLDS // len(documents)
            gold.folds.extend([fold] * len(document))
    return gold, cut


def _has_cut_particles(sentences: Sequence[Tagged]) -> bool:
    """And alone is among the commonest words where particles are cut off, and rare elsewhere."""
    words = sum(len(sentence.words) for sentence in sentences)
    return sum(sentence.words.count("و") for sentence in sentences) > 0.02 * words


def model_of(
    gold: Gold, lexicon: Lexicon, bands: dict[int, int], cuts: dict[str, float], *, first: Penalty = FIRST
) -> Weights:
    """The model of gold sentences. The second pass and the calibration learn from first-pass scores of models
    that did not
    train on the document in question (``FOLDS`` of them)."""
    knowledge = Knowledge(lexicon.kinds, bands, lexicon.beginnings)
    lengths = [len(sentence.words) for sentence in gold.sentences]
    place = np.concatenate([[0], np.cumsum(lengths)])
    held_out = np.zeros((place[-1], len(NAMES)), dtype=np.float32)
    for fold in range(FOLDS):
        inside = [own == fold for own in gold.folds]
        if not any(inside):
            continue
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


def _of_train(paths: Sequence[Path], ledger: Path | None) -> list[Path]:
    if ledger is None:
        return list(paths)
    lines = ledger.read_text(encoding="utf-8").splitlines()
    train_ids = {line.partition("\t")[0] for line in lines if line.partition("\t")[2] == "train"}
    return [path for path in paths if not is_marked(path) or article_id(path) in train_ids]


def train(gold: Sequence[Path], out: Path, *, ledger: Path | None = None) -> None:
    """Train a tagger on gold files and write its model file; the same input gives the same bytes on the same
    machine.

    Args:
        gold: marked articles and IOB2 column files; column files whose attached particles are words of their
        own
            teach where particles end, and cast doubt on words that other files leave unmarked in the same
            sentences.
        out: the model file to write.
        ledger: a split ledger; of marked articles only those of its ``train`` split are learned from.
    """
    lexicon, bands = read_lexicon(), word_bands()
    paths = _of_train(gold, ledger)
    read, cut = read_gold(paths)
    print(f"{len(read.sentences)} sentences, {len(cut)} more with particles cut", file=sys.stderr)
    read = replace(read, sentences=doubted(read.sentences, cut))
    examples = cuts_in(cut) + [example for path in paths if is_marked(path) for example in cuts_of(path)]
    examples += doubled(lexicon)
    cuts = learn_cuts(examples, Knowledge(lexicon.kinds, bands, lexicon.beginnings))
    save(model_of(read, lexicon, bands, cuts), out)
