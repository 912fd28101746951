"""A text with its gold, and the same text with what was predicted for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Labelled:
    """A span of code points with its label; ``score`` is 1.0 for gold."""

    start: int
    end: int
    label: str
    score: float = 1.0

    @property
    def key(self) -> tuple[int, int, str]:
        """What two spans must share to be the same."""
        return self.start, self.end, self.label


@dataclass(frozen=True, slots=True)
class GoldText:
    """One text and what people say of it; all offsets are code points of ``text``.

    Args:
        name: the id of the article, or file and number.
        sentences: their ranges, None where nobody has marked them.
        entities: None where nobody has marked them.
        labels: those that are marked completely, so that a span with one of them that is not in ``entities`` is wrong.
        tokens: the ranges of the tokens where the gold labels whole tokens, attached particles and all.
        given: whether annotators are told the sentences instead of finding them.
        layout: how the text was laid out, for sentence files.
    """

    name: str
    text: str
    language: str = "ar"
    sentences: tuple[Range, ...] | None = None
    entities: tuple[Labelled, ...] | None = None
    labels: frozenset[str] = frozenset()
    tokens: tuple[Range, ...] | None = None
    given: bool = False
    layout: str = "as written"


@dataclass(frozen=True, slots=True)
class Case:
    """Gold beside prediction, over the gold's text."""

    gold: GoldText
    sentences: tuple[Range, ...]
    entities: tuple[Labelled, ...]


def outermost(spans: Iterable[Labelled]) -> list[Labelled]:
    """The spans that lie in no other, in order; of spans that cross, the first."""
    kept: list[Labelled] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.label)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def of_labels(spans: Iterable[Labelled], labels: Collection[str]) -> list[Labelled]:
    """The spans that bear one of these labels, each key once, in order."""
    seen: dict[tuple[int, int, str], Labelled] = {}
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.label, -s.score)):
        if span.label in labels:
            seen.setdefault(span.key, span)
    return list(seen.values())


def nests(case: Case) -> bool:
    """Whether the gold has a span inside another."""
    gold = of_labels(case.gold.entities or (), case.gold.labels)
    return len(outermost(gold)) < len(gold)


def rows(text: str, spans: Iterable[Range]) -> Iterator[Range]:
    """The lines of a text that hold more than white space; a line end inside a span does not part lines."""
    inside: set[int] = set()
    for start, end in spans:
        inside.update(place for place in range(start, end) if text[place] == "\n")
    begin = 0
    for place in [*(i for i, char in enumerate(text) if char == "\n" and i not in inside), len(text)]:
        if text[begin:place].strip():
            yield begin, place
        begin = place + 1
