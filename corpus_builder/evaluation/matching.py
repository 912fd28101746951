"""Counting: what is right, what is half right, and in which way the rest is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus_builder.evaluation.cases import Case, Labelled, of_labels, outermost

KINDS = ("missed", "spurious", "wrong label", "wrong boundary", "wrong label and boundary")


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over a test set. ``right`` may be halves: a partial match counts 0.5."""

    gold: int = 0
    predicted: int = 0
    right: float = 0

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where nothing is right."""
        return 2 * self.right / (self.gold + self.predicted) if self.right else 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.gold + other.gold, self.predicted + other.predicted, self.right + other.right)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One gold span, one predicted span, or two that ought to have been one; offsets over the text of ``case``."""

    case: Case
    kind: str
    gold: Labelled | None
    predicted: Labelled | None

    @property
    def start(self) -> int:
        return min(span.start for span in (self.gold, self.predicted) if span)

    @property
    def end(self) -> int:
        return max(span.end for span in (self.gold, self.predicted) if span)


Pairs = list[tuple[list[Labelled], list[Labelled]]]


def sides(cases: Iterable[Case], *, nested: bool) -> Pairs:
    """Gold and predicted spans of each text, of the labels that the gold vouches for; only the outermost unless ``nested``."""
    pairs = []
    for case in cases:
        left = of_labels(case.gold.entities or (), case.gold.labels)
        right = of_labels(case.entities, case.gold.labels)
        pairs.append((left, right) if nested else (outermost(left), outermost(right)))
    return pairs


def only(pairs: Pairs, label: str) -> Pairs:
    """The spans of one label."""
    return [
        ([s for s in left if s.label == label], [s for s in right if s.label == label])
        for left, right in pairs
    ]


def strict(pairs: Pairs) -> Figures:
    """Equal range and label: seqeval's definition, said of sets, so that nested spans count too."""
    total = Figures()
    for left, right in pairs:
        both = {s.key for s in left} & {s.key for s in right}
        total += Figures(len(left), len(right), len(both))
    return total


def partial(pairs: Pairs) -> Figures:
    """Equal range 1, overlap 0.5, whatever the label: nervaluate's *partial* (SemEval 2013, task 9).

    Predicted spans are taken in order; each takes the first untaken gold span of its range, else the first that it
    overlaps.
    """
    total = Figures()
    for left, right in pairs:
        taken: set[int] = set()
        points = 0.0
        for span in right:
            overlapping = [
                n
                for n, gold in enumerate(left)
                if n not in taken and gold.start < span.end and span.start < gold.end
            ]
            equal = [n for n in overlapping if (left[n].start, left[n].end) == (span.start, span.end)]
            if overlapping:
                taken.add((equal or overlapping)[0])
                points += 1.0 if equal else 0.5
        total += Figures(len(left), len(right), points)
    return total


def mistakes(cases: Sequence[Case], *, nested: bool) -> Iterator[Mistake]:
    """Every difference between gold and prediction, each span in one of them, in the order of the texts."""
    for case, (left, right) in zip(cases, sides(cases, nested=nested), strict=True):
        both = {s.key for s in left} & {s.key for s in right}
        missed = [s for s in left if s.key not in both]
        extra = [s for s in right if s.key not in both]
        found = [Mistake(case, kind, gold, span) for kind, gold, span in _paired(missed, extra)]
        used = {id(side) for mistake in found for side in (mistake.gold, mistake.predicted)}
        found += [Mistake(case, "missed", span, None) for span in missed if id(span) not in used]
        found += [Mistake(case, "spurious", None, span) for span in extra if id(span) not in used]
        yield from sorted(found, key=lambda m: (m.start, -m.end, m.kind))


def _paired(
    missed: Sequence[Labelled], extra: Sequence[Labelled]
) -> Iterator[tuple[str, Labelled, Labelled]]:
    """Spans that ought to have been one, nearest first: same range, then same label with the longest common part."""
    candidates = []
    for i, gold in enumerate(missed):
        for j, span in enumerate(extra):
            common = min(gold.end, span.end) - max(gold.start, span.start)
            if common <= 0:
                continue
            if (gold.start, gold.end) == (span.start, span.end):
                kind = KINDS[2]
            else:
                kind = KINDS[3] if gold.label == span.label else KINDS[4]
            candidates.append((KINDS.index(kind), -common, i, j))
    left: set[int] = set()
    right: set[int] = set()
    for number, _common, i, j in sorted(candidates):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            yield KINDS[number], missed[i], extra[j]


def confusions(found: Iterable[Mistake]) -> Counter[tuple[str, str, str]]:
    """How often each (kind, gold label, predicted label) occurs; "" for the side that has no span."""
    return Counter(
        (m.kind, m.gold.label if m.gold else "", m.predicted.label if m.predicted else "") for m in found
    )


def calibration_error(pairs: Pairs, bins: int = 10) -> float | None:
    """Expected calibration error of the predicted scores: |share right − mean score|, weighted over equal bins.

    (Guo et al. 2017.) None where nothing was predicted.
    """
    scored: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for left, right in pairs:
        keys = {span.key for span in left}
        for span in right:
            scored[min(bins - 1, int(span.score * bins))].append((span.score, span.key in keys))
    count = sum(map(len, scored))
    if not count:
        return None
    return sum(abs(sum(right - score for score, right in some)) for some in scored) / count
