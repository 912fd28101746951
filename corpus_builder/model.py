"""The nouns: what an article is when it comes in, and what a document is when it goes out.

Offsets are half-open ``[start, end)`` and count Unicode code points, always. Everything here is frozen: a `Document`'s text
never changes after cleaning, and each later stage gives back a new `Document` with one more layer over the same text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

#: The two raw fields that carry text; an offset over a raw article always names one of them.
FIELDS = ("title", "text")
#: What a block may be; a sentence has the kind of its block. The order numbers the kinds.
BLOCK_KINDS = ("title", "dateline", "heading", "paragraph", "list_item")
#: How the annotations of a document came about.
ANNOTATION_ORIGINS = ("gold", "machine", "mixed")


class Span(NamedTuple):
    """A half-open range of code points over a named text."""

    start: int
    end: int


class Block(NamedTuple):
    """A title, dateline, heading, paragraph or list item of a document."""

    start: int
    end: int
    kind: str


class Sentence(NamedTuple):
    """A sentence of a document, with the kind of the block it stands in."""

    start: int
    end: int
    kind: str


class Entity(NamedTuple):
    """A named entity; ``text`` is the document's text at ``[start, end)``, ``score`` a probability in [0, 1]."""

    start: int
    end: int
    label: str
    text: str
    annotator: str
    score: float


class Dropped(NamedTuple):
    """A part of a raw field that cleaning left out of the text: offsets over that field, and the rule that did it."""

    start: int
    end: int
    field: str
    rule: str
    text: str


class Origin(NamedTuple):
    """Where a record came from. ``line`` and ``column`` count from 1; ``record`` counts a file's records from 0."""

    path: str
    line: int | None = None
    column: int | None = None
    record: int | None = None


class Problem(NamedTuple):
    """A fault of the data: a stable code, a level, where it is, and a sentence that says what to do."""

    code: str
    level: str
    message: str
    origin: Origin
    article_id: str | None = None


class GoldSpan(NamedTuple):
    """A span that a person vouches for: offsets over the raw ``field``, with the text they must quote.

    ``value`` is a block's kind, an entity's label, or "" for a sentence.
    """

    start: int
    end: int
    field: str
    value: str
    text: str


class Gold(NamedTuple):
    """Gold annotations of one article. A layer or label that is complete gets no machine spans beside it."""

    blocks: tuple[GoldSpan, ...] = ()
    sentences: tuple[GoldSpan, ...] = ()
    entities: tuple[GoldSpan, ...] = ()
    complete_layers: frozenset[str] = frozenset()
    complete_labels: frozenset[str] = frozenset()
    annotator: str = "gold"
    origin: Origin | None = None


class Article(NamedTuple):
    """One raw article, validated, not yet cleaned. ``published`` is an ISO 8601 date or date-time, or None."""

    id: str
    title: str
    text: str
    language: str
    published: str | None = None
    source: str | None = None
    url: str | None = None
    license: str | None = None
    split: str | None = None
    gold: Gold | None = None
    origin: Origin = Origin("<memory>")


class Rejected(NamedTuple):
    """A record that cannot go on, with every reason why. ``record`` is what was read, as far as it could be read."""

    problems: tuple[Problem, ...]
    origin: Origin
    article_id: str | None = None
    record: object = None


class OffsetMap(NamedTuple):
    """Which raw code points each stretch of a document's text came from, as columns of equal length.

    Stretch *i* says: ``text[clean_starts[i]:clean_ends[i]]`` was made of
    ``raw_field[raw_starts[i]:raw_ends[i]]``, where the field is ``FIELDS[fields[i]]``. Where both have one length, offsets inside map
    one to one; otherwise (composition of letters) only the stretch as a whole does. Stretches are ordered in
    both texts and never touch two fields. Clean text between stretches (blank lines between blocks) has no raw source, raw text
    between them was dropped.
    """

    fields: tuple[int, ...] = ()
    raw_starts: tuple[int, ...] = ()
    raw_ends: tuple[int, ...] = ()
    clean_starts: tuple[int, ...] = ()
    clean_ends: tuple[int, ...] = ()

    def span_to_raw(self, start: int, end: int) -> tuple[str, int, int] | None:
        """Map a span of the clean text to ``(field, start, end)`` of the raw article; None where no raw text stands behind it."""
        first = bisect_right(self.clean_ends, start)
        last = bisect_right(self.clean_starts, end - 1) - 1
        if start >= end or first > last or self.fields[first] != self.fields[last]:
            return None
        raw_start = self._inside(first, start, clean_to_raw=True, upper=False)
        raw_end = self._inside(last, end, clean_to_raw=True, upper=True)
        return FIELDS[self.fields[first]], raw_start, raw_end

    def span_to_clean(self, field: str, start: int, end: int) -> tuple[int, int] | None:
        """Map a span of a raw field to the clean text; None where nothing of it was kept."""
        number = FIELDS.index(field)
        low = bisect_right(self.fields, number - 1)
        high = bisect_right(self.fields, number)
        first = bisect_right(self.raw_ends, start, low, high)
        last = bisect_right(self.raw_starts, end - 1, low, high) - 1
        if start >= end or first > last or first >= high:
            return None
        clean_start = self._inside(first, start, clean_to_raw=False, upper=False)
        clean_end = self._inside(last, end, clean_to_raw=False, upper=True)
        return clean_start, clean_end

    def _inside(self, i: int, offset: int, *, clean_to_raw: bool, upper: bool) -> int:
        here = (self.clean_starts[i], self.clean_ends[i])
        there = (self.raw_starts[i], self.raw_ends[i])
        if not clean_to_raw:
            here, there = there, here
        if offset <= here[0]:
            return there[0]
        if offset >= here[1]:
            return there[1]
        if here[1] - here[0] == there[1] - there[0]:
            return there[0] + offset - here[0]
        return there[1] if upper else there[0]


class SpanLayer(NamedTuple):
    """Spans over a document's text as columns; ``kinds`` numbers `BLOCK_KINDS`."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    kinds: tuple[int, ...] = ()


class EntityLayer(NamedTuple):
    """Entities as columns, ordered by (start, -end): ``labels`` and ``annotators`` number the document's registries."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    annotators: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()


class Document(NamedTuple):
    """A cleaned article whose text never changes again, and the layers of spans over it.

    ``text`` is the title, a blank line, then the blocks with blank lines between. ``label_names`` and
    ``annotator_names`` are the registries that `EntityLayer` numbers.
    """

    article: Article
    text: str
    offsets: OffsetMap
    block_layer: SpanLayer
    dropped: tuple[Dropped, ...] = ()
    sentence_layer: SpanLayer = SpanLayer()
    entity_layer: EntityLayer = EntityLayer()
    label_names: tuple[str, ...] = ()
    annotator_names: tuple[str, ...] = ()

    @property
    def article_id(self) -> str:
        return self.article.id

    @property
    def language(self) -> str:
        return self.article.language

    @property
    def title(self) -> str:
        """The cleaned title: the text of the first block when it is a title, else empty."""
        layer = self.block_layer
        if layer.kinds and layer.kinds[0] == 0:
            return self.text[layer.starts[0] : layer.ends[0]]
        return ""

    @property
    def blocks(self) -> list[Block]:
        layer = self.block_layer
        return [
            Block(s, e, BLOCK_KINDS[k]) for s, e, k in zip(layer.starts, layer.ends, layer.kinds, strict=True)
        ]

    @property
    def sentences(self) -> list[Sentence]:
        layer = self.sentence_layer
        return [
            Sentence(s, e, BLOCK_KINDS[k])
            for s, e, k in zip(layer.starts, layer.ends, layer.kinds, strict=True)
        ]

    @property
    def entities(self) -> list[Entity]:
        layer = self.entity_layer
        return [
            Entity(s, e, self.label_names[n], self.text[s:e], self.annotator_names[a], p)
            for s, e, n, a, p in zip(
                layer.starts, layer.ends, layer.labels, layer.annotators, layer.scores, strict=True
            )
        ]

    @property
    def annotation(self) -> str:
        """Whether the entities are "gold", "machine" or "mixed"; a document without entities follows its gold, if any."""
        annotators = {self.annotator_names[a] == "gold" for a in self.entity_layer.annotators}
        if annotators == {True, False}:
            return "mixed"
        if True in annotators:
            return "gold"
        gold = self.article.gold
        complete = gold is not None and "entities" in gold.complete_layers
        return "gold" if complete and not annotators else "machine"

    def with_sentences(self, layer: SpanLayer) -> Document:
        return Document(
            self.article,
            self.text,
            self.offsets,
            self.block_layer,
            self.dropped,
            layer,
            self.entity_layer,
            self.label_names,
            self.annotator_names,
        )

    def with_entities(
        self, layer: EntityLayer, label_names: tuple[str, ...], annotator_names: tuple[str, ...]
    ) -> Document:
        return Document(
            self.article,
            self.text,
            self.offsets,
            self.block_layer,
            self.dropped,
            self.sentence_layer,
            layer,
            label_names,
            annotator_names,
        )

    def as_record(self) -> Mapping[str, object]:
        """The document as plain data, in the form that ``corpus-builder annotate`` prints."""
        return {
            "article_id": self.article.id,
            "title": self.title,
            "text": self.text,
            "language": self.article.language,
            "blocks": [{"start": b.start, "end": b.end, "kind": b.kind} for b in self.blocks],
            "sentences": [{"start": s.start, "end": s.end, "kind": s.kind} for s in self.sentences],
            "entities": [
                {
                    "start": e.start,
                    "end": e.end,
                    "label": e.label,
                    "text": e.text,
                    "annotator": e.annotator,
                    "score": e.score,
                }
                for e in self.entities
            ],
            "dropped": [
                {"field": d.field, "start": d.start, "end": d.end, "rule": d.rule, "text": d.text}
                for d in self.dropped
            ],
        }
