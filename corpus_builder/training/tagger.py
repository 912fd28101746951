"""The one way in which a tagger's model file is made."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import compress
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped, unused-ignore]

from corpus_builder.annotators.tagger.attribute_names import attributes_of
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
    Fitted,
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
FIRST = Penalty(l1=0.1, l2=3.0, iterations=70)
SECOND = Penalty(l1=0.05, l2=1.0, iterations=60)
CALIBRATING = replace(SECOND, iterations=25)
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
    whole documents, so that what a corpus says twice in neighbouring articles is not learned and tested at
    once.
    """

    sentences: list[Tagged]
    documents: list[int]
    folds: list[int]

    def fold(self, number: int) -> Gold:
        return self._only([fold == number for fold in self.folds])

    def without(self, number: int) -> Gold:
        return self._only([fold != number for fold in self.folds])

    def _only(self, keep: Sequence[bool]) -> Gold:
        return Gold(
            list(compress(self.sentences, keep)),
            list(compress(self.documents, keep)),
            list(compress(self.folds, keep)),
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
    gold: Gold, lexicon: Lexicon, bands: dict[int, int], cuts: dict[str, float]
) -> tuple[Weights, Sequence[str]]:
    """The model of gold sentences, and the names of its attributes.

    The second pass learns from first-pass scores of models that did not train on the document in question
    (``FOLDS`` of them), the calibration from second passes that did not either.
    """
    fitted, held_out = _first_passes(gold, lexicon, Knowledge(lexicon.kinds, bands, lexicon.beginnings))
    fold_of_word = _per_word(gold, gold.folds)
    model = Weights(
        labels=NAMES,
        attributes=attributes_of(fitted.attributes, fitted.weights),
        transitions=only_iob2(fitted.transitions),
        trust=TRUST,
        repetition=np.zeros(0, dtype=np.float32),
        second_transitions=np.zeros(0, dtype=np.float32),
        lexicon=lexicon,
        bands=bands,
        cuts=cuts,
        calibration=np.zeros(0, dtype=np.float32),
    )
    judged: list[Judged] = []
    for fold in sorted(set(gold.folds)):
        rest_pass = _second_pass(gold.without(fold), held_out[fold_of_word != fold], fitted, CALIBRATING)
        second = model._replace(repetition=rest_pass[0], second_transitions=rest_pass[1])
        judged.append(_judged(second, gold.fold(fold), held_out[fold_of_word == fold]))
    table, transitions = _second_pass(gold, held_out, fitted, SECOND)
    curve = calibration_curve(
        np.concatenate([some.chances for some in judged]), np.concatenate([some.right for some in judged])
    )
    # In a file the attributes stand in the order of their names.
    order = sorted(range(len(fitted.attributes)), key=fitted.attributes.__getitem__)
    names = [fitted.attributes[i] for i in order]
    attributes = attributes_of(names, fitted.weights[order])
    model = model._replace(
        attributes=attributes, repetition=table, second_transitions=transitions, calibration=curve
    )
    return model, names


def _first_passes(gold: Gold, lexicon: Lexicon, knowledge: Knowledge) -> tuple[Fitted, NDArray[np.float32]]:
    """A first pass that learned from all gold, and the scores (words, labels) by those that learned from all but
    the fold of the word in question.
    """
    folds = sorted(set(gold.folds))
    with ProcessPoolExecutor(min(len(folds) + 1, os.cpu_count() or 1), get_context("spawn")) as processes:
        running = [
            processes.submit(_fitted, rest, lexicon, knowledge)
            for rest in (gold, *(gold.without(fold) for fold in folds))
        ]
        fitted, *others = [future.result() for future in running]
    fold_of_word = _per_word(gold, gold.folds)
    held_out = np.zeros((len(fold_of_word), len(NAMES)), dtype=np.float32)
    for fold, other in zip(folds, others, strict=True):
        held_out[fold_of_word == fold] = scores_of(other, gold.fold(fold).sentences, lexicon, knowledge)
    return fitted, held_out


def _fitted(gold: Gold, lexicon: Lexicon, knowledge: Knowledge) -> Fitted:
    # A product over several threads may differ in its last bit from one run to the next.
    with threadpool_limits(1):
        return fit(gold.sentences, lexicon, knowledge, FIRST)


def _per_word(gold: Gold, numbers: Sequence[int]) -> NDArray[np.intp]:
    """A number of each sentence, repeated for its words."""
    lengths = [len(sentence.words) for sentence in gold.sentences]
    return np.repeat(np.asarray(numbers, dtype=np.intp), lengths)


def _second_pass(
    gold: Gold, held_out: NDArray[np.float32], fitted: Fitted, penalty: Penalty
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The table and the transitions of a second pass, for `Weights`."""
    trust = np.float32(TRUST)
    table, transitions = fit_repetition(
        gold.sentences, gold.documents, held_out * trust, fitted.transitions * trust, penalty
    )
    return table, only_iob2(transitions)


@dataclass(frozen=True, slots=True)
class Judged:
    """Spans that a model found: its raw probability of each, and whether it is right."""

    chances: NDArray[np.float64]
    right: NDArray[np.bool_]


def _judged(model: Weights, gold: Gold, held_out: NDArray[np.float32]) -> Judged:
    """The spans found in gold sentences, but those with a word of unknown label."""
    lengths = np.array([len(sentence.words) for sentence in gold.sentences], dtype=np.intp)
    owners = np.repeat(np.array(gold.documents, dtype=np.intp), lengths)
    numbers, posterior = read_twice(model, held_out, keys_of(gold.sentences), owners, lengths, True)
    if posterior is None:
        return Judged(np.zeros(0), np.zeros(0, dtype=bool))
    firsts, lasts, kinds = entities(numbers, NAMES)
    number = {name: i for i, name in enumerate(NAMES)}
    flat = [number.get(label, -1) for sentence in gold.sentences for label in sentence.labels]
    truth = np.array(flat, dtype=np.int8)
    true_spans = set(zip(*(part.tolist() for part in entities(np.maximum(truth, 0), NAMES)), strict=True))
    found = list(zip(firsts.tolist(), lasts.tolist(), kinds.tolist(), strict=True))
    known = np.array([bool((truth[a : b + 1] >= 0).all()) for a, b, _ in found], dtype=bool)
    right = np.array([span in true_spans for span in found], dtype=bool)
    chances = chances_of(posterior, firsts, lasts, kinds, lengths)
    return Judged(chances[known], right[known])


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files, and for a folder the marked articles in it, by name.

    Raises:
        FileNotFoundError: there is no such file, or no marked article in the folder.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.glob("*.marked.txt"))
            if not inside:
                raise FileNotFoundError(f"{path}: no marked articles (*.marked.txt) in this folder")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(f"{path}: no such file or folder")
    return found


def of_train_split(paths: Sequence[Path], ledger: Path | None) -> list[Path]:
    """The files but the marked articles that the ledger has in a split other than ``train``; all without a ledger.

    Articles that the ledger does not name are no part of the corpus that it splits.
    """
    if ledger is None:
        return list(paths)
    rows = [line.split("\t") for line in ledger.read_text(encoding="utf-8").splitlines()]
    held_out = {row[0] for row in rows if row[1:] != ["train"]}
    return [path for path in paths if not is_marked(path) or article_id(path) not in held_out]


def train(gold: Sequence[Path], out: Path, *, ledger: Path | None = None) -> None:
    """Train a tagger on gold files and write its model file; the same input gives the same bytes on the same
    machine.

    Args:
        gold: marked articles, folders of them, and IOB2 column files; column files whose attached particles are
            words of their own teach where particles end, and cast doubt on words that other files leave unmarked in the same
            sentences.
        out: the model file to write.
        ledger: a split ledger; marked articles that it has in another split than ``train`` are not learned from.

    Raises:
        FileNotFoundError: there is no such file, or no marked article in a folder.
    """
    # A product over several threads may differ in its last bit from one run to the next.
    with threadpool_limits(1):
        save(*_trained(gold, ledger), out)


def _trained(gold: Sequence[Path], ledger: Path | None) -> tuple[Weights, Sequence[str]]:
    lexicon, bands = read_lexicon(), word_bands()
    paths = of_train_split(files_of(gold), ledger)
    read, cut = read_gold(paths)
    print(f"{len(read.sentences)} sentences, {len(cut)} more with particles cut", file=sys.stderr)
    read = replace(read, sentences=doubted(read.sentences, cut))
    examples = cuts_in(cut) + [example for path in paths if is_marked(path) for example in cuts_of(path)]
    examples += doubled(lexicon)
    cuts = learn_cuts(examples, Knowledge(lexicon.kinds, bands, lexicon.beginnings))
    return model_of(read, lexicon, bands, cuts)
