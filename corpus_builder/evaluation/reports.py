"""An evaluation as plain data, or as a table for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from corpus_builder.evaluation.boundaries import boundaries
from corpus_builder.evaluation.cases import Case, Labelled
from corpus_builder.evaluation.evaluating import EntityReport, Evaluation, LabelFigures
from corpus_builder.evaluation.matching import KINDS, Figures, Mistake

EXAMPLES = 20
_CONTEXT = 40


def evaluation_record(found: Evaluation, examples: int = EXAMPLES) -> dict[str, object]:
    """The evaluation as plain data; shares are rounded to four decimals, offsets count code points of title and text."""
    particles = found.particles
    return {
        "texts": found.texts,
        "annotators": list(found.annotators),
        "sentences": {
            layout: {"boundaries": _figures(figures.every), "inner": _figures(figures.inner)}
            for layout, figures in found.sentences.items()
        },
        "entities": {view: _entity_record(report, examples) for view, report in found.entities.items()},
        "calibration_error": None if found.calibration is None else round(found.calibration, 4),
        "particles": particles
        and {
            "carrying": particles.carrying,
            "found": particles.found,
            "right": particles.right,
            "spoilt": particles.spoilt,
        },
        "sentence_examples": [
            {"text": case.gold.name, "offset": place, "kind": kind, "context": context(case, place, place)}
            for case, place, kind in boundary_mistakes(found.cases)[:examples]
        ],
    }


def _entity_record(report: EntityReport, examples: int) -> dict[str, object]:
    return {
        "labels": {name: _label(label) for name, label in report.labels.items()},
        "micro": _label(report.overall),
        "macro_f1": round(report.macro_f1, 4),
        "mistakes": {kind: sum(m.kind == kind for m in report.mistakes) for kind in KINDS},
        "confusions": [
            {"kind": kind, "gold": gold or None, "predicted": label or None, "count": count}
            for (kind, gold, label), count in report.confusions.items()
        ],
        "examples": [_mistake_record(mistake) for mistake in worst(report.mistakes)[:examples]],
    }


def _label(label: LabelFigures) -> dict[str, object]:
    return {"strict": _figures(label.strict), "partial": _figures(label.partial)}


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "gold": figures.gold,
        "predicted": figures.predicted,
        "right": figures.right,
        "precision": round(figures.precision, 4),
        "recall": round(figures.recall, 4),
        "f1": round(figures.f1, 4),
    }


def _mistake_record(mistake: Mistake) -> dict[str, object]:
    text = mistake.case.gold.text

    def side(span: Labelled | None) -> dict[str, object] | None:
        if span is None:
            return None
        return {
            "start": span.start,
            "end": span.end,
            "label": span.label,
            "text": text[span.start : span.end],
        }

    return {
        "text": mistake.case.gold.name,
        "kind": mistake.kind,
        "gold": side(mistake.gold),
        "predicted": side(mistake.predicted),
        "score": mistake.predicted and round(mistake.predicted.score, 3),
        "context": context(mistake.case, mistake.start, mistake.end),
    }


def worst(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """The mistakes with those first that stand in the worst company: most mistakes within one context, then the surest."""
    crowd = []
    for number, mistake in enumerate(mistakes):
        near = 0
        for step in (-1, 1):
            i = number + step
            while 0 <= i < len(mistakes) and mistakes[i].case is mistake.case:
                if abs(mistakes[i].start - mistake.start) > _CONTEXT:
                    break
                near += 1
                i += step
        score = mistake.predicted.score if mistake.predicted else 0.0
        crowd.append((-near, -score, number))
    return [mistakes[number] for _near, _score, number in sorted(crowd)]


def boundary_mistakes(cases: Sequence[Case]) -> list[tuple[Case, int, str]]:
    """Every sentence boundary that only one side has, and which: (case, offset, "missed" or "spurious")."""
    found = []
    for case in cases:
        if case.gold.sentences is None or case.gold.given:
            continue
        gold, predicted = boundaries(case)
        found += [
            (case, place, "missed" if place in gold else "spurious") for place in sorted(gold ^ predicted)
        ]
    return found


def context(case: Case, start: int, end: int) -> str:
    """The text around a range, the range in ``[[ ]]``, white space and invisible characters made plain."""
    text = case.gold.text
    parts = (text[max(0, start - _CONTEXT) : start], text[start:end], text[end : end + _CONTEXT])
    before, inside, after = (_plain(part) for part in parts)
    return f"{before}[[{inside}]]{after}"


def _plain(text: str) -> str:
    return "".join(
        " "
        if char.isspace()
        else f"<U+{ord(char):04X}>"
        if unicodedata.category(char) in ("Cc", "Cf")
        else char
        for char in text
    )


def evaluation_table(found: Evaluation, examples: int = EXAMPLES) -> str:
    """The evaluation as lines for a terminal, figures in percent."""
    lines = [f"{found.texts} texts; annotators: {', '.join(found.annotators) or 'none'}"]
    if found.sentences:
        lines += ["", _row("sentence boundaries", _HEAD)]
        for layout, figures in found.sentences.items():
            lines.append(_row(layout, _cells(figures.every)))
            lines.append(_row(f"{layout}, inner", _cells(figures.inner)))
    for view, report in found.entities.items():
        lines += ["", _row(f"entities, {view}", (*_HEAD, "part. P", "part. R", "part. F1"))]
        for name, label in [*report.labels.items(), ("micro", report.overall)]:
            lines.append(_row(name, (*_cells(label.strict), *_cells(label.partial)[3:])))
        lines.append(_row("macro", ("", "", "", "", "", _percent(report.macro_f1))))
        counts = [f"{sum(m.kind == kind for m in report.mistakes)} {kind}" for kind in KINDS]
        lines.append(f"mistakes: {', '.join(counts)}")
        pairs = [
            f"{gold}→{label} {n}" for (kind, gold, label), n in report.confusions.items() if kind == KINDS[2]
        ]
        if pairs:
            lines.append(f"wrong labels: {', '.join(pairs)}")
    if found.calibration is not None:
        lines += ["", f"expected calibration error of the scores: {found.calibration:.3f}"]
    if found.particles:
        p = found.particles
        lines.append(
            f"attached particles: {p.carrying} names carry one, {p.found} found, {p.right} of these cut right; "
            f"{p.spoilt} names without one lost letters"
        )
    if examples:
        lines += _examples(found, examples)
    return "\n".join(lines)


_HEAD = ("gold", "found", "right", "P", "R", "F1")


def _examples(found: Evaluation, examples: int) -> Iterator[str]:
    places = boundary_mistakes(found.cases)
    if places:
        yield from ("", "sentence boundaries, examples:")
        for case, place, kind in places[:: max(1, len(places) // examples)][:examples]:
            yield f"  {kind}\t{_plain(case.gold.name)}:{place}\t{context(case, place, place)}"
    view = found.entities.get("outermost")
    if view and view.mistakes:
        yield from ("", "entities, worst examples:")
        for m in worst(view.mistakes)[:examples]:
            labels = f"{m.gold.label if m.gold else '-'}→{m.predicted.label if m.predicted else '-'}"
            yield f"  {m.kind}\t{labels}\t{_plain(m.case.gold.name)}:{m.start}\t{context(m.case, m.start, m.end)}"


def _percent(share: float) -> str:
    return f"{100 * share:.2f}"


def _cells(figures: Figures) -> tuple[str, ...]:
    shares = (figures.precision, figures.recall, figures.f1)
    return (str(figures.gold), str(figures.predicted), f"{figures.right:g}", *map(_percent, shares))


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:34}" + "".join(f"{cell:>9}" for cell in cells)
