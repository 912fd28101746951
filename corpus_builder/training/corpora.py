"""Reading annotated sentences: IOB2 columns of several corpora and our own gold records, under one set of
labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_builder.model import Origin
from corpus_builder.readers.marked import parse_marked
from corpus_builder.tokens import token_spans

LABELS = ("PER", "ORG", "LOC", "MISC")
UNKNOWN = "?"
"""The label of a word of which nobody knows whether it is in a name; training sums over what it may be."""

COARSE: dict[str, str] = {
    **dict.fromkeys(("PER", "PERS"), "PER"),
    **dict.fromkeys(("LOC", "GPE", "FAC"), "LOC"),
    "ORG": "ORG",
    **dict.fromkeys(("MISC", "MIS", "EVENT", "PRODUCT", "LAW", "LANGUAGE"), "MISC"),
    # NewsFANE's fine labels. Group (العرب, المسلمون) and the rest that is not here are no names in ANERcorp.
    **dict.fromkeys(
        [
            "Politician",
            "Athlete",
            "Artist",
            "Other_PER",
            "Scientist",
            "Religious_PER",
            "Businessperson",
            "Engineer",
            "Lawyer",
            "Police",
        ],
        "PER",
    ),
    **dict.fromkeys(
        [
            "Nation",
            "Population-Center",
            "State-or-Province",
            "Water-Body",
            "Continent",
            "County-or-District",
            "Path",
            "GPE-Cluster",
            "Land",
            "Land-Region-Natural",
            "Building-Grounds",
            "Airport",
            "Celestial",
        ],
        "LOC",
    ),
    **dict.fromkeys(
        [
            "Non-Governmental",
            "Government",
            "Sports",
            "Media",
            "Educational",
            "Commercial",
            "Medical-Science",
            "Entertainment",
            "Religious_ORG",
        ],
        "ORG",
    ),
    **dict.fromkeys(
        ["Book", "Movie", "Air", "Software", "Hardware", "Food", "Projectile", "Drug", "Water", "Shooting"],
        "MISC",
    ),
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


Span = tuple[int, int, str]


def marked_fields(path: Path) -> Iterator[tuple[str, list[tuple[int, int]], list[Span]]]:
    """The title and the text of a marked article: the field, its sentences, its entities (nested ones too).

    Raises:
        ValueError: the article's marks are at fault.
    """
    article, annotation, problems = parse_marked(path.read_text(encoding="utf-8"), Origin(str(path), 1, 1))
    if problems:
        raise ValueError(f"{path}: {problems[0]}")
    records: Any = annotation
    for field in ("title", "text"):
        sentences = [(s["start"], s["end"]) for s in records["sentences"] if s["field"] == field]
        entities = [(e["start"], e["end"], e["label"]) for e in records["entities"] if e["field"] == field]
        yield str(article[field]), sentences, sorted(entities, key=lambda span: (span[0], -span[1]))


def read_marked(path: Path) -> list[Tagged]:
    """The sentences of a marked article, the title first. Of nested entities the outermost counts.

    Words of labels that the tagger does not learn (dates, money, percentages) are `UNKNOWN`: other corpora
    call a currency MISC, and no side is to be taken.
    """
    found: list[Tagged] = []
    for text, sentences, entities in marked_fields(path):
        for begin, stop in sentences:
            tokens = token_spans(text, begin, stop)
            labels = ["O"] * len(tokens)
            reached = -1
            for start, end, label in entities:
                if end <= reached or not begin <= start < stop:
                    continue
                reached = end
                inside = [i for i, (a, b) in enumerate(tokens) if a < end and b > start]
                for i in inside:
                    place = "B" if i == inside[0] else "I"
                    labels[i] = f"{place}-{label}" if label in LABELS else UNKNOWN
            found.append(Tagged([text[a:b] for a, b in tokens], labels))
    return found


def is_marked(path: Path) -> bool:
    """Whether the file's name is that of a marked article."""
    return path.name.endswith(".marked.txt")


def article_id(path: Path) -> str:
    """The id of a marked article."""
    article, _, _ = parse_marked(path.read_text(encoding="utf-8"), Origin(str(path), 1, 1))
    return str(article["id"])


SENTENCES_A_DOCUMENT = 30
"""Column files say nothing of documents; so many sentences in a row are taken for one."""


def read_documents(path: Path) -> list[list[Tagged]]:
    """The documents of a gold file: a marked article (``*.marked.txt``) or IOB2 columns."""
    if is_marked(path):
        return [read_marked(path)]
    sentences = list(read_columns(path))
    return [
        sentences[at : at + SENTENCES_A_DOCUMENT] for at in range(0, len(sentences), SENTENCES_A_DOCUMENT)
    ]
