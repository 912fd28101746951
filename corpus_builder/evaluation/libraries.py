"""The same counts by the libraries that others report with, on flat gold."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from corpus_builder.evaluation.cases import Labelled
from corpus_builder.evaluation.matching import Figures, Pairs
from corpus_builder.problems import CorpusError

if TYPE_CHECKING:
    from nervaluate.entities import EvaluationResult


def require_libraries() -> None:
    """Raise `CorpusError` with the way out where seqeval or nervaluate is missing."""
    for name in ("seqeval", "nervaluate"):
        if find_spec(name) is None:
            raise CorpusError(f"{name} is not installed: pip install 'corpus-builder[evaluate]'")


def tag_rows(pairs: Pairs) -> tuple[list[list[str]], list[list[str]]]:
    """Flat spans as IOB2 rows over the pieces that both sides' edges cut a text into, so that no span is rounded.

    A text without spans has no row.
    """
    gold_rows, predicted_rows = [], []
    for left, right in pairs:
        edges = sorted({edge for span in (*left, *right) for edge in (span.start, span.end)})
        if edges:
            gold_rows.append(_tags(left, edges))
            predicted_rows.append(_tags(right, edges))
    return gold_rows, predicted_rows


def _tags(spans: list[Labelled], edges: list[int]) -> list[str]:
    pieces = {edge: number for number, edge in enumerate(edges)}
    tags = ["O"] * (len(edges) - 1)
    for span in spans:
        first, stop = pieces[span.start], pieces[span.end]
        tags[first:stop] = [f"B-{span.label}", *[f"I-{span.label}"] * (stop - first - 1)]
    return tags


def seqeval_figures(pairs: Pairs, labels: Iterable[str]) -> dict[str, Figures]:
    """Strict figures per label, counted by seqeval in strict IOB2 mode."""
    from seqeval.scheme import IOB2, Entities

    gold, predicted = (Entities(rows, IOB2) for rows in tag_rows(pairs))
    found = {}
    for label in labels:
        left, right = gold.filter(label), predicted.filter(label)
        found[label] = Figures(len(left), len(right), len(left & right))
    return found


def nervaluate_figures(pairs: Pairs, labels: Iterable[str]) -> tuple[Figures, dict[str, Figures]]:
    """Partial figures of all labels together and of each, by nervaluate's *partial* strategy."""
    from nervaluate import Evaluator

    names = list(labels)
    gold, predicted = tag_rows(pairs)
    if not gold:
        return Figures(), {name: Figures() for name in names}
    results = Evaluator(gold, predicted, tags=names, loader="list").evaluate()
    entities = results["entities"]
    return (
        _figures(results["overall"]["partial"]),
        {name: _figures(entities[name]["partial"]) if name in entities else Figures() for name in names},
    )


def _figures(result: EvaluationResult) -> Figures:
    return Figures(
        result.correct + result.incorrect + result.partial + result.missed,
        result.correct + result.incorrect + result.partial + result.spurious,
        result.correct + 0.5 * result.partial,
    )
