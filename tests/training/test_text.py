"""`training/`: annotated text of our own to learn from, which nothing is ever measured on."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from corpus_builder.splits.similarity import signatures
from corpus_builder.training.corpora import article_id, is_marked, marked_fields, read_marked
from corpus_builder.training.tagger import files_of, of_train_split
from corpus_builder.validation import validate

ROOT = Path(__file__).parents[2]
TEXT = ROOT / "training"
LEDGER = ROOT / "splits.tsv"
ARTICLES = sorted(TEXT.glob("*.marked.txt"))
ALIKE = 0.3
"""Share of three-word runs; different articles on one subject stay far below."""


def text_of(path: Path) -> str:
    return "\n".join(text for text, _, _ in marked_fields(path))


@pytest.fixture(scope="module")
def held_out() -> list[Path]:
    """Our articles that figures are given for: validation and test, and the frozen gold."""
    raw = sorted((ROOT / "raw").glob("*.marked.txt"))
    taught = of_train_split(raw, LEDGER)
    return [path for path in raw if path not in taught] + sorted(
        (ROOT / "tests" / "gold").glob("*.marked.txt")
    )


def test_every_article_is_read_without_a_problem_and_keeps_the_contract() -> None:
    # What is "suspect" is unusual beside other articles, and right often enough.
    problems = [problem for problem in validate([TEXT]) if not problem.code.startswith("suspect-")]
    assert problems == []


def test_the_folder_holds_articles_alone() -> None:
    assert {path.name for path in TEXT.iterdir() if not is_marked(path)} == {"README.md"}
    assert all(path.name == f"{article_id(path)}.marked.txt" for path in ARTICLES)


def test_the_ledger_leaves_them_all_to_training_and_none_of_the_held_out(held_out: list[Path]) -> None:
    assert of_train_split(files_of([TEXT]), LEDGER) == ARTICLES
    ids = [article_id(path) for path in held_out]
    assert len(ids) > 24
    assert not set(ids) & {article_id(path) for path in ARTICLES}


def test_no_article_is_nearly_one_that_figures_are_given_for(held_out: list[Path]) -> None:
    ours = signatures([text_of(path) for path in ARTICLES])
    theirs = signatures([text_of(path) for path in held_out])
    alike = (ours[:, None, :] == theirs[None, :, :]).mean(axis=2)
    assert alike.max() < ALIKE
    changed = text_of(held_out[0]).replace("في", "على", 1)
    assert (signatures([changed])[0] == theirs[0]).mean() > ALIKE


def test_there_is_enough_of_every_label() -> None:
    begun = Counter(
        label
        for path in ARTICLES
        for sentence in read_marked(path)
        for label in sentence.labels
        if label.startswith("B-")
    )
    assert min(begun[f"B-{label}"] for label in ("PER", "ORG", "LOC", "MISC")) >= 300
    assert np.sum([*begun.values()]) > 5000
