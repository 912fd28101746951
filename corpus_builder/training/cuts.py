"""Learning where particles end and names begin, from text in which people cut them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus_builder.annotators.tagger.clitics import cut_evidence, cuttable
from corpus_builder.annotators.tagger.features import Knowledge, fold
from corpus_builder.annotators.tagger.lexicon import Lexicon
from corpus_builder.tokens import token_spans
from corpus_builder.training.corpora import LABELS, Tagged, marked_fields
from corpus_builder.training.crf import Array, owl_qn

PARTICLES = frozenset("وفبلك")


@dataclass(frozen=True, slots=True)
class Cut:
    """The first word of a name as written, its label, and how many letters of it are attached particles."""

    word: str
    label: str
    count: int


def cuts_in(sentences: Iterable[Tagged]) -> list[Cut]:
    """The names of sentences whose particles stand alone as words, joined to what they were cut from."""
    found = []
    for sentence in sentences:
        for i, (word, label) in enumerate(zip(sentence.words, sentence.labels, strict=True)):
            if not label.startswith("B-"):
                continue
            before = ""
            while len(before) < min(i, 2) and sentence.words[i - len(before) - 1] in PARTICLES:
                before = sentence.words[i - len(before) - 1] + before
            found.append(Cut(before + word, label[2:], len(before)))
    return found


def cuts_of(path: Path) -> list[Cut]:
    """The names of a marked article, each with the letters that stand before it in its first word."""
    found = []
    for text, _, entities in marked_fields(path):
        places = {start: (a, b) for a, b in token_spans(text) for start in range(a, b)}
        for start, _, label in entities:
            if label in LABELS and start in places:
                first, last = places[start]
                found.append(
                    Cut(text[first:last], label, len(fold(text[first:start])) if start > first else 0)
                )
    return found


def doubled(lexicon: Lexicon) -> list[Cut]:
    """Countries with two particles before them (وبالأردن), which gold seldom has and which are all alike."""
    made = []
    for word, kinds in lexicon.words.items():
        if any(kind.startswith("LOC.country") for kind in kinds):
            particles = ("وب",) if word.startswith("ال") else ("وب", "ول")
            made += [Cut(two + word, "LOC", 2) for two in particles]
    return made


def learn_cuts(
    cuts: Sequence[Cut], knowledge: Knowledge, *, l1: float = 0.1, l2: float = 0.1
) -> dict[str, float]:
    """Weights of a logistic regression over `cut_evidence`, ``bias`` among them."""
    rows: list[list[int]] = []
    right: list[bool] = []
    index: dict[str, int] = {"bias": 0}
    for cut in cuts:
        folded = fold(cut.word)
        for count in cuttable(folded):
            names = ["bias", *cut_evidence(folded, count, cut.label, knowledge)]
            rows.append([index.setdefault(name, len(index)) for name in dict.fromkeys(names)])
            right.append(count == cut.count)
    flat = np.concatenate([np.array(row, dtype=np.intp) for row in rows])
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    target = np.array(right, dtype=np.float64)

    def function(x: Array) -> tuple[float, Array]:
        score = np.bincount(owner, weights=x[flat], minlength=len(rows))
        value = float(np.logaddexp(0, score).sum() - (score * target).sum())
        slope = 1 / (1 + np.exp(-score)) - target
        return value, np.bincount(flat, weights=slope[owner], minlength=len(index)).astype(np.float64)

    found = owl_qn(function, np.zeros(len(index)), l1=l1, l2=l2, iterations=200)
    return {name: round(float(found[i]), 3) for name, i in index.items() if abs(found[i]) >= 0.0005}
