"""Train the model of :mod:`corpus_builder.splitters.headings`, and score splitters against gold sentences.

    python -m corpus_builder.splitters.training GOLD… --splits splits.tsv --out headings.json

A gold file is one of: ``NAME.tsv`` with ``document id TAB sentence`` lines, a document's first line being its
headline; ``NAME.txt`` with a sentence a line and blank lines between documents, headline first; a folder of
marked articles (``*.marked.txt``), of which those alone are read that the split ledger has in ``train``. Needs
scikit-learn (``pip install corpus-builder[train]``).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.splitters import arabic
from corpus_builder.splitters.headings import gaps

_DROPPED = re.compile(r"⟨drop⟩.*?(?:⟨/⟩|$)", re.MULTILINE)
_CODE_POINT = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_ENTITY = re.compile(r"⟦[A-Z]+ |⟧")
_OTHER_MARK = re.compile(r"⟨[^⟩]*⟩")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document as the sentences of its blocks; the first block is the headline."""

    name: str
    blocks: tuple[tuple[str, ...], ...]


def read_gold(path: Path, articles: Container[str] | None = None) -> list[GoldDocument]:
    """Read the gold sentences at ``path``, in one of the forms the module names; of a folder these ``articles`` alone."""
    if path.is_dir():
        return [
            _marked(file)
            for file in sorted(path.glob("*.marked.txt"))
            if articles is None or file.name.removesuffix(".marked.txt") in articles
        ]
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".tsv":
        sentences: dict[str, list[str]] = {}
        for line in text.splitlines():
            name, sentence = line.split("\t", 1)
            sentences.setdefault(name, []).append(sentence.strip())
        return [_paragraphs(name, lines) for name, lines in sentences.items()]
    documents = [part.split("\n") for part in re.split(r"\n\s*\n", text.strip())]
    return [
        _paragraphs(f"{path.stem}-{number}", [line.strip() for line in lines if line.strip()])
        for number, lines in enumerate(documents)
    ]


def _paragraphs(name: str, sentences: list[str]) -> GoldDocument:
    """A document whose gold has no paragraphs: its headline, then paragraphs of two to five sentences."""
    chance = random.Random(name)
    blocks = [tuple(sentences[:1])]
    position = 1
    while position < len(sentences):
        size = chance.randint(2, 5)
        blocks.append(tuple(sentences[position : position + size]))
        position += size
    return GoldDocument(name, tuple(blocks))


def _marked(path: Path) -> GoldDocument:
    body = path.read_text(encoding="utf-8").split("+++\n", 2)[2]
    body = _DROPPED.sub("", body).replace("⟨+⟩\n", " ")
    body = _ENTITY.sub("", _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), body))
    body = _INVISIBLE.sub("", _OTHER_MARK.sub("", body))
    lines = ([part.strip() for part in line.split("‖") if part.strip()] for line in body.splitlines())
    return GoldDocument(path.name, tuple(tuple(line) for line in lines if line))


def glue(document: GoldDocument, between_blocks: str) -> tuple[str, list[int]]:
    """Return the document as one text and the end offset (code points) of each of its sentences.

    Sentences of a block are joined by a space, blocks by ``between_blocks``: a line break, or a space for a
    document that lost its line breaks.
    """
    text, ends = "", []
    for number, block in enumerate(document.blocks):
        for place, sentence in enumerate(block):
            if text:
                text += between_blocks if number and not place else " "
            text += sentence
            ends.append(len(text))
    return text, ends


def boundary_counts(text: str, gold: Sequence[int], found: Iterable[int]) -> tuple[int, int, int]:
    """Return right, spurious and missed boundaries; the document's last is not counted.

    A boundary is known by how many characters other than white space come before it, so that it does not
    matter on which side of a space it was put.
    """
    before = [0]
    for char in text:
        before.append(before[-1] + (not char.isspace()))
    edges = (0, before[-1])
    wanted = {before[end] for end in gold}.difference(edges)
    given = {before[end] for end in found}.difference(edges)
    return len(wanted & given), len(given - wanted), len(wanted - given)


def _examples(documents: Iterable[GoldDocument]) -> Iterator[tuple[list[str], bool]]:
    for document in documents:
        text, ends = glue(document, " ")
        gold = set(ends)
        for start, end in arabic.at_items(text, arabic.by_marks(text, 0, len(text))):
            for stop, _, features in gaps(text, start, end, start == 0):
                yield features, stop in gold


def train(documents: Sequence[GoldDocument], *, strength: float = 0.1) -> dict[str, float]:
    """Fit a logistic regression on every gap of the flattened ``documents``; the empty name is the intercept.

    ``strength`` is the inverse of the L2 penalty. Features seen once are left out, weights are rounded.
    """
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression

    rows = list(_examples(documents))
    seen = Counter(feature for features, _ in rows for feature in set(features))
    names = sorted(feature for feature, count in seen.items() if count > 1)
    column = {name: number for number, name in enumerate(names)}
    indices: list[int] = []
    starts = [0]
    for features, _ in rows:
        indices += sorted({column[feature] for feature in features if feature in column})
        starts.append(len(indices))
    matrix = csr_matrix(([1.0] * len(indices), indices, starts), shape=(len(rows), len(names)))
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=500, random_state=0)
    model.fit(matrix, [label for _, label in rows])
    weights = {"": round(float(model.intercept_[0]), 3)}
    for name, weight in zip(names, model.coef_[0], strict=True):
        if abs(weight) >= 0.01:
            weights[name] = round(float(weight), 3)
    return weights


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on the gold files named on the command line and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m corpus_builder.splitters.training", description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument(
        "--splits", type=Path, help="the split ledger: articles of a folder are read from train alone"
    )
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    articles = None
    if options.splits is not None:
        rows = [line.split("\t") for line in options.splits.read_text(encoding="utf-8").splitlines()]
        articles = {row[0] for row in rows if row[1] == "train"}
    documents = [document for path in options.gold for document in read_gold(path, articles)]
    content = {"license": "CC-BY-SA-4.0", "weights": train(documents)}
    options.out.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
