"""Reading annotated sentences: IOB2 columns of several corpora and our own gold records, under one set of labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.tokens import token_spans

LABELS = ("PER", "ORG", "LOC", "MISC")

COARSE: dict[str, str] = {
    **dict.fromkeys(("PER", "PERS"), "PER"),
    **dict.fromkeys(("LOC", "GPE", "FAC"), "LOC"),
    "ORG": "ORG",
    **dict.fromkeys(("MISC", "MIS", "EVENT", "PRODUCT", "LAW", "LANGUAGE"), "MISC"),
    # NewsFANE's fine labels. Group (العرب, المسلمون) and the rest that is not here are no names in ANERcorp.
    **dict.fromkeys(
        "Politician Athlete Artist Other_PER Scientist Religious_PER Businessperson Engineer Lawyer Police".split(),
        "PER",
    ),
    **dict.fromkeys(
        "Nation Population-Center State-or-Province Water-Body Continent County-or-District Path GPE-Cluster Land "
        "Land-Region-Natural Building-Grounds Airport Celestial".split(),
        "LOC",
    ),
    **dict.fromkeys(
        "Non-Governmental Government Sports Media Educational Commercial Medical-Science Entertainment "
        "Religious_ORG".split(),
        "ORG",
    ),
    **dict.fromkeys("Book Movie Air Software Hardware Food Projectile Drug Water Shooting".split(), "MISC"),
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """One sentence: its words and their IOB2 labels."""

    words: list[str]
    labels: list[str]


def iob2(labels: Iterable[str]) -> list[str]:
    """The labels with every ``I-`` that continues nothing turned into ``B-``."""
    mended: list[str] = []
    before = "O"
    for label in labels:
        if label.startswith("I-") and before[2:] != label[2:]:
            label = f"B-{label[2:]}"
        mended.append(label)
        before = label
    return mended


def _coarse(tags: Sequence[str]) -> str:
    for tag in tags:
        mapped = COARSE.get(tag[2:])
        if mapped is not None:
            return f"{tag[:2]}{mapped}"
    return "O"


def split_words(words: Sequence[str], labels: Sequence[str]) -> Tagged:
    """The sentence with each word cut as the package's tokenizer cuts it (``(د`` → ``(``, ``د``).

    Marks at the ends of a labelled word get no label; ``O`` stays ``O``.
    """
    cut_words: list[str] = []
    cut_labels: list[str] = []
    for word, label in zip(words, labels, strict=True):
        pieces = [word[start:end] for start, end in token_spans(word)] or [word]
        letters = [i for i, piece in enumerate(pieces) if any(map(str.isalnum, piece))]
        first, last = (letters[0], letters[-1]) if letters else (0, len(pieces) - 1)
        for i, piece in enumerate(pieces):
            cut_words.append(piece)
            if label == "O" or not first <= i <= last:
                cut_labels.append("O")
            else:
                cut_labels.append(label if i == first else f"I-{label[2:]}")
    return Tagged(cut_words, iob2(cut_labels))


def read_columns(path: Path, *, cut: bool = True) -> Iterator[Tagged]:
    """Sentences of a file with ``word TAG [TAG …]`` a line and an empty line between sentences.

    Of nested tags the first that is one of ours counts, which is the outermost in Wojood's order.
    """
    words: list[str] = []
    labels: list[str] = []
    for line in [*path.read_text(encoding="utf-8-sig").splitlines(), ""]:
        fields = line.split()
        if len(fields) > 1 and fields[0] != "$#$":
            words.append(fields[0])
            labels.append(_coarse(fields[1:]))
        elif words and not fields:
            yield split_words(words, labels) if cut else Tagged(words, iob2(labels))
            words, labels = [], []
