"""Training the embedded tagger. Needs the ``train`` extra; nothing here is imported when text is annotated."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus_builder.annotators.tagger.lexicon import Lexicon, lexicon_of
from corpus_builder.annotators.tagger.weights import Weights, save
from corpus_builder.training.corpora import Tagged, read_columns
from corpus_builder.training.cuts import cuts_in, learn_cuts
from corpus_builder.training.fitting import NAMES, fit, only_iob2

GAZETTEER = Path(__file__).parents[1] / "data" / "gazetteer"
L1, L2 = 0.05, 0.3


def read_lexicon(folder: Path = GAZETTEER) -> Lexicon:
    """The package's word lists, each entry under ``label.kind``."""
    entries: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            entries += [(row["surface"], f"{row['label']}.{row['kind']}") for row in rows]
    return lexicon_of(entries)


def has_cut_particles(sentences: Sequence[Tagged]) -> bool:
    """Whether attached particles are words of their own in this text: then و alone is among its commonest words."""
    words = sum(len(sentence.words) for sentence in sentences)
    return sum(sentence.words.count("و") for sentence in sentences) > 0.02 * words


def train(gold: Sequence[Path], out: Path, *, l1: float = L1, l2: float = L2, iterations: int = 120) -> None:
    """Train a tagger on gold files and write its model file.

    Args:
        gold: IOB2 column files; those whose particles are cut off teach where to cut.
    """
    lexicon = read_lexicon()
    sentences: list[Tagged] = []
    cut: list[Tagged] = []
    for path in gold:
        read = list(read_columns(path))
        if has_cut_particles(read):
            cut += read
        else:
            sentences += read
    print(f"{len(sentences)} sentences, {len(cut)} with particles cut", file=sys.stderr)
    fitted = fit(sentences, lexicon, l1=l1, l2=l2, iterations=iterations)
    save(
        Weights(
            labels=NAMES,
            attributes=fitted.attributes,
            weights=fitted.weights,
            transitions=only_iob2(fitted.transitions),
            lexicon=lexicon,
            cuts=learn_cuts(cuts_in(cut), lexicon) if cut else {},
            calibration=np.linspace(0, 1, 33, dtype=np.float32),
        ),
        out,
    )
