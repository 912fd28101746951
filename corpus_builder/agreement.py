"""How far two sets of gold annotations of the same articles agree, and where they do not.

Everything is symmetric: the order of the articles, of the spans, and of the two sets changes no figure.

- *Exact F1*: spans with equal field, offsets and label; nested spans count like the others.
- *Overlap F1*: spans that share at least one code point with a span of their label in the other set.
- *Cohen's κ* on tokens (Cohen 1960): the label of the outermost span that holds the token's last letter, or
  none. For one label, the question is whether the token bears it. Tokens that neither set has in a block are
  left out.
- *Sentence ends* and *blocks*: F1 of equal ends, of inner ends (those that no block ends at), and of equal
  blocks with equal kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from corpus_builder.model import FIELDS, Article, Gold, GoldSpan
from corpus_builder.tokens import token_spans

Key = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Matches:
    """How many things each set has, and how many of them the other has too."""

    first: int
    second: int
    first_matched: int
    second_matched: int

    @property
    def f1(self) -> float:
        """2PR/(P+R) with P and R the matched shares of the two sets; 1.0 where neither has anything."""
        if not self.first or not self.second:
            return float(self.first == self.second)
        p, r = self.first_matched / self.first, self.second_matched / self.second
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on the entities of one label, or of all."""

    exact: Matches
    overlap: Matches
    kappa: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Spans of an article that one set has and the other has not; offsets over the raw field.

    ``kind`` is "label" (one range, two labels), "range" (overlapping spans of one label), "first" or "second"
    (only that set has it), "sentence" (an end only one set has) or "block".
    """

    article_id: str
    field: str
    kind: str
    first: GoldSpan | None
    second: GoldSpan | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """All figures over the articles that both sets hold with the same text; ``labels`` is ordered by name.

    ``unmatched`` names the articles that are left out: only one set holds them, or their texts differ.
    """

    articles: int
    tokens: int
    observed: float
    overall: LabelAgreement
    labels: Mapping[str, LabelAgreement]
    sentence_ends: Matches
    inner_sentence_ends: Matches
    blocks: Matches
    disagreements: tuple[Disagreement, ...]
    unmatched: tuple[str, ...]


def agree(first: Iterable[Article], second: Iterable[Article]) -> Agreement:
    """Compare the gold annotations of two sets of articles, paired by id.

    Articles without gold are passed over.
    """
    a = {article.id: article for article in first if article.gold is not None}
    b = {article.id: article for article in second if article.gold is not None}
    pairs = [(a[i], b[i]) for i in sorted(a.keys() & b.keys()) if _same_text(a[i], b[i])]
    unmatched = sorted((a.keys() | b.keys()) - {article.id for article, _other in pairs})
    token_labels = [found for pair in pairs for found in _token_labels(*pair)]
    left, right = (_keys((pair[side] for pair in pairs), _entities) for side in (0, 1))
    names = sorted({key[4] for key in left | right})
    labels = {name: _label_agreement(left, right, token_labels, name) for name in names}
    ends_a, ends_b = (_ends((pair[side] for pair in pairs), inner=False) for side in (0, 1))
    inner_a, inner_b = (_ends((pair[side] for pair in pairs), inner=True) for side in (0, 1))
    blocks_a, blocks_b = (_keys((pair[side] for pair in pairs), _blocks) for side in (0, 1))
    same = sum(x == y for x, y in token_labels)
    return Agreement(
        len(pairs),
        len(token_labels),
        same / len(token_labels) if token_labels else 1.0,
        _label_agreement(left, right, token_labels, None),
        labels,
        _exact(ends_a, ends_b),
        _exact(inner_a, inner_b),
        _exact(blocks_a, blocks_b),
        tuple(found for pair in pairs for found in _disagreements(*pair)),
        tuple(unmatched),
    )


def _same_text(a: Article, b: Article) -> bool:
    return (a.title, a.text) == (b.title, b.text)


def _gold(article: Article) -> Gold:
    return article.gold or Gold()


def _entities(gold: Gold) -> Sequence[GoldSpan]:
    return gold.entities


def _blocks(gold: Gold) -> Sequence[GoldSpan]:
    return gold.blocks


def _sentences(gold: Gold) -> Sequence[GoldSpan]:
    return gold.sentences


def _keys(articles: Iterable[Article], layer: Callable[[Gold], Sequence[GoldSpan]]) -> set[Key]:
    return {(x.id, s.field, s.start, s.end, s.value) for x in articles for s in layer(_gold(x))}


def _ends(articles: Iterable[Article], *, inner: bool) -> set[tuple[str, str, int]]:
    ends = set()
    for article in articles:
        gold = _gold(article)
        outer = {(block.field, block.end) for block in gold.blocks} if inner else set()
        ends |= {(article.id, s.field, s.end) for s in gold.sentences if (s.field, s.end) not in outer}
    return ends


def _exact(a: AbstractSet[object], b: AbstractSet[object]) -> Matches:
    both = len(a & b)
    return Matches(len(a), len(b), both, both)


def _label_agreement(
    a: set[Key], b: set[Key], token_labels: Sequence[tuple[str, str]], name: str | None
) -> LabelAgreement:
    if name is not None:
        a, b = ({key for key in keys if key[4] == name} for keys in (a, b))
        token_labels = [(x if x == name else "", y if y == name else "") for x, y in token_labels]
    overlap = Matches(len(a), len(b), len(_overlapping(a, b)), len(_overlapping(b, a)))
    return LabelAgreement(_exact(a, b), overlap, _kappa(token_labels))


def _overlapping(a: set[Key], b: set[Key]) -> set[Key]:
    """The spans of ``a`` that share a code point with a span of ``b`` of the same label."""
    by_place: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for article, field, start, end, label in b:
        by_place.setdefault((article, field, label), []).append((start, end))
    return {
        key
        for key in a
        if any(start < key[3] and key[2] < end for start, end in by_place.get((key[0], key[1], key[4]), ()))
    }


def _kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's κ; 1.0 where chance alone explains full agreement (one category, or no tokens)."""
    total = len(pairs)
    if not total:
        return 1.0
    observed = sum(x == y for x, y in pairs) / total
    left, right = Counter(x for x, _ in pairs), Counter(y for _, y in pairs)
    chance = sum(left[name] * right[name] for name in left) / total**2
    return (observed - chance) / (1 - chance) if chance < 1 else 1.0


def _token_labels(a: Article, b: Article) -> Iterator[tuple[str, str]]:
    for field in FIELDS:
        left, right = _covered(a, field), _covered(b, field)
        blocks = [s for x in (a, b) for s in _gold(x).blocks if s.field == field]
        for start, end in token_spans(getattr(a, field)):
            if not blocks or any(s.start <= start and end <= s.end for s in blocks):
                yield left.get(end - 1, ""), right.get(end - 1, "")


def _covered(article: Article, field: str) -> dict[int, str]:
    """The label of the outermost span at each offset that a span holds."""
    spans = [span for span in _gold(article).entities if span.field == field]
    covered: dict[int, str] = {}
    for span in sorted(spans, key=lambda s: (s.end - s.start, s.start, s.value)):
        covered.update(dict.fromkeys(range(span.start, span.end), span.value))
    return covered


def _disagreements(a: Article, b: Article) -> Iterator[Disagreement]:
    found = [*_entity_disagreements(a, b)]
    keys: tuple[tuple[str, Callable[[GoldSpan], object], Callable[[Gold], Sequence[GoldSpan]]], ...] = (
        ("sentence", lambda s: (s.field, s.end), _sentences),
        ("block", lambda s: s, _blocks),
    )
    for kind, key, layer in keys:
        left, right = ({key(s): s for s in layer(_gold(x))} for x in (a, b))
        found += [Disagreement(a.id, s.field, kind, s, None) for k, s in left.items() if k not in right]
        found += [Disagreement(a.id, s.field, kind, None, s) for k, s in right.items() if k not in left]
    yield from sorted(found, key=lambda d: (FIELDS.index(d.field), *_place(d)))


def _place(found: Disagreement) -> tuple[int, int, str]:
    span = found.first or found.second
    return (span.start, -span.end, found.kind) if span else (0, 0, found.kind)


def _range(span: GoldSpan) -> tuple[int, int]:
    return span.start, span.end


def _order(span: GoldSpan) -> tuple[str, int, int, str]:
    return span.field, span.start, -span.end, span.value


def _entity_disagreements(a: Article, b: Article) -> Iterator[Disagreement]:
    """Pair what only one set has, each span once: by range, then by the longest common part of one label."""
    left = sorted(set(_gold(a).entities) - set(_gold(b).entities), key=_order)
    right = sorted(set(_gold(b).entities) - set(_gold(a).entities), key=_order)
    candidates = []
    for x in left:
        for y in right:
            common = min(x.end, y.end) - max(x.start, y.start)
            if x.field == y.field and common > 0 and (_range(x) == _range(y) or x.value == y.value):
                candidates.append((-common, abs(len(x.text) - len(y.text)), *_order(x), *_order(y), x, y))
    used: set[tuple[str, GoldSpan]] = set()
    for candidate in sorted(candidates, key=lambda c: c[:-2]):
        x, y = candidate[-2:]
        if ("first", x) not in used and ("second", y) not in used:
            used |= {("first", x), ("second", y)}
            yield Disagreement(a.id, x.field, "label" if _range(x) == _range(y) else "range", x, y)
    for x in left:
        if ("first", x) not in used:
            yield Disagreement(a.id, x.field, "first", x, None)
    for y in right:
        if ("second", y) not in used:
            yield Disagreement(a.id, y.field, "second", None, y)
