"""Sentence boundaries against gold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus_builder.evaluation.cases import Case, Range
from corpus_builder.evaluation.matching import Figures


@dataclass(frozen=True, slots=True)
class BoundaryFigures:
    """``every`` boundary, and those ``inner`` ones after which the line goes on."""

    every: Figures
    inner: Figures


def boundary_figures(cases: Iterable[Case]) -> BoundaryFigures:
    """Figures over the texts whose sentences are gold; the last boundary of a text is not counted on either side."""
    every, inner = Figures(), Figures()
    for case in cases:
        if case.gold.sentences is None or case.gold.given:
            continue
        gold, predicted = boundaries(case)
        every += Figures(len(gold), len(predicted), len(gold & predicted))
        gold, predicted = (_inner(case.gold.text, ends) for ends in (gold, predicted))
        inner += Figures(len(gold), len(predicted), len(gold & predicted))
    return BoundaryFigures(every, inner)


def boundaries(case: Case) -> tuple[set[int], set[int]]:
    """The ends of gold and predicted sentences as offsets behind their last letter or mark."""
    gold, predicted = (
        _ends(case.gold.text, ranges) for ranges in (case.gold.sentences or (), case.sentences)
    )
    last = {max(gold, default=-1), max(predicted, default=-1)}
    return gold - last, predicted - last


def _ends(text: str, ranges: Iterable[Range]) -> set[int]:
    return {start + len(text[start:end].rstrip()) for start, end in ranges}


def _inner(text: str, ends: Iterable[int]) -> set[int]:
    return {end for end in ends if not _at_line_end(text, end)}


def _at_line_end(text: str, place: int) -> bool:
    while place < len(text) and text[place].isspace():
        if text[place] == "\n":
            return True
        place += 1
    return place == len(text)
