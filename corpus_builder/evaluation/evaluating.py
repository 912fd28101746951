"""The whole measurement: read gold, predict, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import regex

from corpus_builder.config import Config
from corpus_builder.evaluation.boundaries import BoundaryFigures, boundary_figures
from corpus_builder.evaluation.cases import Case, nests
from corpus_builder.evaluation.libraries import nervaluate_figures, require_libraries, seqeval_figures
from corpus_builder.evaluation.matching import (
    Figures,
    Mistake,
    calibration_error,
    confusions,
    mistakes,
    only,
    partial,
    sides,
    strict,
)
from corpus_builder.evaluation.predicting import predicted
from corpus_builder.evaluation.reading import read_gold
from corpus_builder.model import Problem, Rejected

LAYERS = ("entities", "sentences", "both")
_LETTER = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Strict (range and label) and partial (overlap counts half) figures."""

    strict: Figures
    partial: Figures


@dataclass(frozen=True, slots=True)
class EntityReport:
    """One view of the entities: figures by label and together, and what the mistakes are."""

    labels: Mapping[str, LabelFigures]
    overall: LabelFigures
    confusions: Mapping[tuple[str, str, str], int]
    mistakes: tuple[Mistake, ...]

    @property
    def macro_f1(self) -> float:
        """The mean of the labels' strict F1."""
        return (
            sum(label.strict.f1 for label in self.labels.values()) / len(self.labels) if self.labels else 0.0
        )


@dataclass(frozen=True, slots=True)
class ParticleFigures:
    """Names with attached particles before them: how many, how many found whatever was cut off, how many cut right.

    ``spoilt`` counts names without particles of which letters were cut off.
    """

    carrying: int
    found: int
    right: int
    spoilt: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured. ``entities`` has the view ``outermost`` and, where names nest, ``nested``.

    ``sentences`` goes by the layout of the text; ``calibration`` is the expected calibration error of the scores.
    """

    texts: int
    entities: Mapping[str, EntityReport]
    sentences: Mapping[str, BoundaryFigures]
    calibration: float | None
    particles: ParticleFigures | None
    cases: tuple[Case, ...]
    annotators: tuple[str, ...]


def evaluate_paths(
    paths: Sequence[Path],
    config: Config,
    *,
    annotators: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    layer: str = "both",
) -> tuple[Evaluation, list[Problem]]:
    """Measure the configured annotators, or those named, on the gold at these paths; also the problems met.

    Raises `CorpusError` where there is no gold, an annotator is unknown, or a library is missing.
    """
    if annotators:
        config = config._replace(annotate=tuple(annotators))
    if layer != "sentences":
        require_libraries()
    golds, problems = read_gold(paths, config, renamed or {})
    if layer == "sentences":
        golds = [(replace(gold, entities=None), article) for gold, article in golds]
    cases: list[Case] = []
    for made in predicted(golds, config):
        if isinstance(made, Rejected):
            problems += made.problems
        else:
            cases.append(made)
    if layer == "entities":
        cases = [replace(case, gold=replace(case.gold, sentences=None)) for case in cases]
    return evaluate(cases, config.labels, tuple(name for name in config.annotate if name != "gold")), problems


def evaluate(cases: Sequence[Case], labels: Iterable[str], annotators: tuple[str, ...] = ()) -> Evaluation:
    """Count. ``labels`` gives the order; a label that no gold vouches for is left out."""
    marked = [case for case in cases if case.gold.entities is not None]
    names = [name for name in labels if any(name in case.gold.labels for case in marked)]
    nested = any(map(nests, marked))
    views = {}
    if marked:
        views["outermost"] = _report(marked, names, nested=False)
        if nested:
            views["nested"] = _report(marked, names, nested=True)
    layouts: dict[str, list[Case]] = {}
    for case in cases:
        if case.gold.sentences is not None and not case.gold.given:
            layouts.setdefault(case.gold.layout, []).append(case)
    written = [case for case in marked if case.gold.tokens is None]
    return Evaluation(
        len(cases),
        views,
        {layout: boundary_figures(some) for layout, some in layouts.items()},
        calibration_error(sides(marked, nested=nested)),
        particle_figures(written) if written else None,
        tuple(cases),
        annotators,
    )


def _report(cases: Sequence[Case], names: Sequence[str], *, nested: bool) -> EntityReport:
    """Flat spans are counted by seqeval and nervaluate, nested ones by the same definitions said of sets."""
    pairs = sides(cases, nested=nested)
    if nested:
        exact = {name: strict(only(pairs, name)) for name in names}
        loose = {name: partial(only(pairs, name)) for name in names}
        overall = partial(pairs)
    else:
        exact = seqeval_figures(pairs, names)
        overall, loose = nervaluate_figures(pairs, names)
    found = tuple(mistakes(cases, nested=nested))
    return EntityReport(
        {name: LabelFigures(exact[name], loose[name]) for name in names},
        LabelFigures(sum(exact.values(), Figures()), overall),
        Counter(dict(sorted(confusions(found).items(), key=lambda item: (-item[1], item[0])))),
        found,
    )


def particle_figures(cases: Sequence[Case]) -> ParticleFigures:
    """How well particles are cut off: over gold names that begin inside a word, or were made to."""
    carrying = found = right = spoilt = 0
    for case in cases:
        text = case.gold.text
        by_end = {(span.end, span.label): span for span in case.entities}
        for span in case.gold.entities or ():
            other = by_end.get((span.end, span.label))
            inside = span.start > 0 and _LETTER.match(text[span.start - 1]) is not None
            near = (
                other is not None
                and " " not in text[min(span.start, other.start) : max(span.start, other.start)]
            )
            if inside:
                carrying += 1
                found += near
                right += near and other is not None and other.start == span.start
            elif near and other is not None and other.start > span.start:
                spoilt += 1
    return ParticleFigures(carrying, found, right, spoilt)
