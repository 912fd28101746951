"""Put the spans of several annotators together, the earlier in the configured order first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document, EntityLayer, Gold

Found = tuple[int, int, str, float]
#: ``(start, -end, label number, annotator number, score)``, which sorts as an `EntityLayer` is ordered.
Kept = tuple[int, int, int, int, float]
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
    entities_closed = gold_is_complete(gold)
    numbers = {label: number for number, label in enumerate(labels)}
    whole = frozenset(numbers[label] for label in _UNDIVIDED if label in numbers)
    kept: list[Kept] = []
    longest = 0
    crossed = 0
    sentences = document.sentence_layer
    for number, (name, spans) in enumerate(zip(annotators, found, strict=True)):
        is_gold = name == "gold"
        if not is_gold and entities_closed:
            continue
        for start, end, label, score in spans:
            if label not in numbers or (not is_gold and (label in closed or score < min_score)):
                continue
            near = kept[bisect_left(kept, (start - longest,)) : bisect_left(kept, (end,))]
            fit = _fits(
                near, start, end, numbers[label], frozenset() if is_gold else whole, nests_alike=is_gold
            )
            inside = is_gold or _in_one(sentences.starts, sentences.ends, start, end)
            if fit == "crosses" or not inside:
                crossed += 1
            elif fit == "fits":
                insort(kept, (start, -end, numbers[label], number, round(score, 3)))
                longest = max(longest, end - start)
    if not kept:
        return document.with_entities(EntityLayer(), labels, annotators), crossed
    starts, ends, label_numbers, annotator_numbers, scores = zip(*kept, strict=True)
    layer = EntityLayer(starts, tuple(-e for e in ends), label_numbers, annotator_numbers, scores)
    return document.with_entities(layer, labels, annotators), crossed


def gold_is_complete(gold: Gold | None) -> bool:
    """Whether no annotator can add anything to this gold."""
    return gold is not None and "entities" in gold.complete_layers and not gold.complete_labels


def _in_one(starts: tuple[int, ...], ends: tuple[int, ...], start: int, end: int) -> bool:
    i = bisect_right(starts, start) - 1
    return i >= 0 and end <= ends[i]


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
