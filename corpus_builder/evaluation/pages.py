"""An evaluation as one HTML file: gold and prediction side by side, each line of text written as its language is.

The page has no script, and its Content-Security-Policy admits one style sheet by its hash and nothing else. Text from
articles is escaped and its bidirectional controls are shown by name, so that it is never markup and reorders nothing.
"""

from __future__ import annotations

import base64
import hashlib
import html
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from corpus_builder.evaluation.boundaries import boundaries
from corpus_builder.evaluation.cases import Case, Labelled, of_labels, rows
from corpus_builder.evaluation.evaluating import Evaluation
from corpus_builder.evaluation.matching import Mistake, mistakes
from corpus_builder.evaluation.reports import evaluation_table
from corpus_builder.showing.directions import direction

_CLASSES = {
    "missed": "missed",
    "spurious": "spurious",
    "wrong label": "label",
    "wrong boundary": "edge",
    "wrong label and boundary": "both",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A span as it is drawn: what it is, its label, and the class of the mistake or ``right``."""

    start: int
    end: int
    label: str
    judged: str


def evaluation_page(found: Evaluation, *, title: str) -> str:
    """The page: the figures, what the colours mean, then every text with a mistake open and the others closed."""
    style = (files("corpus_builder") / "data" / "evaluation" / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    name = html.escape(_visible(title))
    key = "".join(f'<mark class="{css}" data-label="{html.escape(kind)}">…</mark> ' for kind, css in _KEY)
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{name}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        f"<h1><bdi>{name}</bdi></h1>",
        f"<pre>{html.escape(evaluation_table(found, 0))}</pre>",
        f'<p class="key">{key}<i class="end missed">‖</i> missed boundary <i class="end spurious">‖</i> spurious</p>',
        *(_text(case) for case in found.cases),
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


_KEY = (("right", "right"), *_CLASSES.items())


def _text(case: Case) -> str:
    gold, predicted = _judged(case)
    left, right = (
        boundaries(case) if case.gold.sentences is not None and not case.gold.given else (set(), set())
    )
    wrong = sum(span.judged != "right" for span in (*gold, *predicted)) + len(left ^ right)
    spans = [(span.start, span.end) for span in (*gold, *predicted)]
    marks = (
        {end: "right" if end in right else "missed" for end in left},
        {end: "right" if end in left else "spurious" for end in right},
    )
    lines = []
    for start, end in rows(case.gold.text, spans):
        cells = (
            f"<td>{_line(case.gold.text, start, end, some, ends)}</td>"
            for some, ends in zip((gold, predicted), marks, strict=True)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f"<details{' open' if wrong else ''}><summary><bdi>{html.escape(_visible(case.gold.name))}</bdi> "
        f"<small>{html.escape(case.gold.layout)}, {wrong} marks of difference</small></summary>"
        f'<table dir="{direction(case.gold.language)}" lang="{html.escape(case.gold.language)}">'
        f'<thead dir="ltr" lang="en"><tr><th>gold</th><th>predicted</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></details>"
    )


def _judged(case: Case) -> tuple[list[Drawn], list[Drawn]]:
    found: Sequence[Mistake] = list(mistakes([case], nested=True)) if case.gold.entities is not None else []
    gold = {m.gold.key: _CLASSES[m.kind] for m in found if m.gold}
    predicted = {m.predicted.key: _CLASSES[m.kind] for m in found if m.predicted}

    def drawn(spans: Iterable[Labelled], judged: dict[tuple[int, int, str], str]) -> list[Drawn]:
        kept = of_labels(spans, case.gold.labels)
        return [Drawn(s.start, s.end, s.label, judged.get(s.key, "right")) for s in kept]

    return drawn(case.gold.entities or (), gold), drawn(case.entities, predicted)


def _line(text: str, start: int, end: int, spans: Sequence[Drawn], ends: dict[int, str]) -> str:
    """The text of a line with its spans as nested elements; where two cross, the later is closed and opened again."""
    inside = [span for span in spans if start <= span.start and span.end <= end]
    cuts = sorted(
        {start, end, *(e for s in inside for e in (s.start, s.end)), *(e for e in ends if start < e <= end)}
    )
    parts: list[str] = []
    opened: list[Drawn] = []
    for here, there in zip(cuts, [*cuts[1:], end], strict=True):
        keep = next((n for n, span in enumerate(opened) if span.end <= here), len(opened))
        parts.append("</mark>" * (len(opened) - keep))
        again = [span for span in opened[keep:] if span.end > here]
        opened = opened[:keep]
        if here in ends and here > start:
            parts.append(f'<i class="end {ends[here]}">‖</i>')
        fresh = sorted((span for span in inside if span.start == here), key=lambda s: -s.end)
        for span in (*again, *fresh):
            parts.append(f'<mark class="{span.judged}" data-label="{html.escape(span.label)}">')
            opened.append(span)
        parts.append("".join(_escaped(text[here:there])))
    parts.append("</mark>" * len(opened))
    return "".join(parts)


def _escaped(text: str) -> Iterator[str]:
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in "\t\n\u200c\u200d":
            yield f"<small>U+{ord(char):04X}</small>"
        else:
            yield html.escape(char)


def _visible(name: str) -> str:
    return "".join(
        f"<U+{ord(c):04X}>" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in name
    )
