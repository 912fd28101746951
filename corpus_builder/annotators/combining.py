"""Put the spans of several annotators together, the earlier in the configured order first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document, EntityLayer, Gold

Found = tuple[int, int, str, float]
#: ``(start, -end, label number, annotator number, score)``, which sorts as an `EntityLayer` is ordered.
Kept = tuple[int, int, int, int, float]
#: ``(start, -end, annotator number, place in what it gave, label number, score)``.
_Asked = tuple[int, int, int, int, int, float]
#: Amounts and dates hold no names that a machine need look for.
_UNDIVIDED = ("DATE", "MONEY", "PERCENT")


def nonsense(document: Document, spans: Sequence[Found], labels: frozenset[str]) -> str | None:
    """What is wrong with the first of an annotator's spans that breaks the contract; None when all are sound."""
    text = document.text
    for span in spans:
        start, end, label, score = span
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            return f"[{start}, {end}) is no range of the text's {len(text)} code points"
        if (
            text[start].isspace()
            or text[end - 1].isspace()
            or inside_grapheme(text, start)
            or inside_grapheme(text, end)
        ):
            return f"[{start}, {end}) begins or ends in white space or inside a grapheme"
        if label not in labels:
            return f"{label!r} is not a registered label"
        if not isinstance(score, (int, float)) or not 0.0 <= score <= 1.0:
            return f"the score {score!r} is no probability"
    return None


def combine(
    document: Document,
    found: Sequence[Sequence[Found]],
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    min_score: float,
) -> tuple[Document, int]:
    """Add the entity layer from one list of spans per annotator; also the number of spans left out because they crossed.

    A span that repeats an earlier one's range, crosses an earlier one, or lies inside or around an earlier one with the
    same label is left out, unless it is gold; so is a machine's span inside an earlier date, amount or percentage.
    Where gold is complete for a label, other annotators add none. A label that the registry ``labels`` does not hold is one
    that the corpus does not ask for.
    """
    gold = document.article.gold
    closed = gold.complete_labels if gold else frozenset()
    numbers = {label: number for number, label in enumerate(labels)}
    asked: list[_Asked] = []
    for number, (name, spans) in enumerate(zip(annotators, found, strict=True)):
        if name == "gold":
            asked += [
                (start, -end, number, place, numbers[label], score)
                for place, (start, end, label, score) in enumerate(spans)
            ]
        elif spans and not gold_is_complete(gold):
            asked += [
                (start, -end, number, place, numbers[label], score)
                for place, (start, end, label, score) in enumerate(spans)
                if score >= min_score and label in numbers and label not in closed
            ]
    asked.sort()
    human = annotators.index("gold") if "gold" in annotators else -1
    inside = (
        asked if human >= 0 and all(span[2] == human for span in asked) else _in_one(document, asked, human)
    )
    kept, crossed = _apart(
        inside, human, frozenset(numbers[label] for label in _UNDIVIDED if label in numbers)
    )
    crossed += len(asked) - len(inside)
    if not kept:
        return document.with_entities(EntityLayer(), labels, annotators), crossed
    starts, ends, label_numbers, annotator_numbers, scores = zip(*kept, strict=True)
    layer = EntityLayer(starts, tuple(-e for e in ends), label_numbers, annotator_numbers, scores)
    return document.with_entities(layer, labels, annotators), crossed


def _in_one(document: Document, asked: Sequence[_Asked], human: int) -> list[_Asked]:
    """The spans, which are in order, that lie in one sentence; a person's all do."""
    starts, ends = document.sentence_layer.starts, document.sentence_layer.ends
    last = len(starts) - 1
    i = 0
    inside = []
    for span in asked:
        start = span[0]
        while i < last and starts[i + 1] <= start:
            i += 1
        if (i <= last and starts[i] <= start and -span[1] <= ends[i]) or span[2] == human:
            inside.append(span)
    return inside


def _apart(asked: Sequence[_Asked], human: int, undivided: frozenset[int]) -> tuple[list[Kept], int]:
    """What is kept of spans in order, and how many crossed another. Only those that overlap have to be compared."""
    kept: list[Kept] = []
    crossed = reach = 0
    alone: _Asked | None = None
    together: list[_Asked] = []
    for span in asked:
        start, end = span[0], -span[1]
        if start >= reach:
            if alone is not None:
                kept.append((alone[0], alone[1], alone[4], alone[2], round(alone[5], 3)))
            elif together:
                crossed += _settle(together, human, undivided, kept)
                together = []
            alone, reach = span, end
        else:
            if alone is not None:
                together, alone = [alone], None
            together.append(span)
            if end > reach:
                reach = end
    if alone is not None:
        kept.append((alone[0], alone[1], alone[4], alone[2], round(alone[5], 3)))
    return kept, crossed + _settle(together, human, undivided, kept)


def _settle(spans: Sequence[_Asked], human: int, undivided: frozenset[int], kept: list[Kept]) -> int:
    """Put the spans of one stretch that fit behind ``kept``; gives how many crossed another."""
    here: list[Kept] = []
    longest = crossed = 0
    for start, minus_end, number, _place, label, score in sorted(spans, key=_turn):
        end = -minus_end
        near = here[bisect_left(here, (start - longest,)) : bisect_left(here, (end,))]
        is_gold = number == human
        fit = _fits(near, start, end, label, frozenset() if is_gold else undivided, nests_alike=is_gold)
        if fit == "crosses":
            crossed += 1
        elif fit == "fits":
            insort(here, (start, minus_end, label, number, round(score, 3)))
            longest = max(longest, end - start)
    kept += here
    return crossed


def _turn(span: _Asked) -> tuple[int, int]:
    """The order in which spans are asked: that of the annotators, and of what each gave."""
    return span[2], span[3]


def gold_is_complete(gold: Gold | None) -> bool:
    """Whether no annotator can add anything to this gold."""
    return gold is not None and "entities" in gold.complete_layers and not gold.complete_labels


def _fits(
    near: Sequence[Kept], start: int, end: int, label: int, undivided: frozenset[int], *, nests_alike: bool
) -> str:
    """How a span stands to the earlier spans near it: it "fits", "crosses" one, or "repeats" what one says."""
    answer = "fits"
    for other_start, minus_end, other_label, _number, _score in near:
        other_end = -minus_end
        if end <= other_start or other_end <= start:
            continue
        if (start, end) == (other_start, other_end):
            return "repeats"
        inside = other_start <= start and end <= other_end
        if not inside and not (start <= other_start and other_end <= end):
            return "crosses"
        if (label == other_label and not nests_alike) or (inside and other_label in undivided):
            answer = "repeats"
    return answer
