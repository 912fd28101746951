"""The promises about spans, checked on every row of the three tables, a row group at a time.

This is a second pair of eyes: it shares no code with what made the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import ANNOTATION_ORIGINS, BLOCK_KINDS
from corpus_builder.verification.columns import (
    Ints,
    Spans,
    Texts,
    holders,
    misquoted,
    nulls,
    space_table,
    spans_of,
    texts_of,
    whole,
)

_NULLABLE = frozenset({"published", "source", "url", "license"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken promise: the table, the first row of the row group that breaks it, how many do, and what it
    is.
    """

    config: str
    row: int
    count: int
    detail: str


@dataclass(frozen=True, slots=True)
class Layers:
    """A sound row group of ``articles``: what the other tables are held against."""

    ids: pa.Array
    texts: Texts
    sentences: Spans
    entities: Spans
    values: pa.StructArray
    outermost: Ints


def null_faults(config: str, table: pa.Table) -> Iterator[Fault]:
    """Nulls where none are promised; the other checks need their absence."""
    for name in table.column_names:
        if name not in _NULLABLE:
            for inner in nulls(name, whole(table.column(name))):
                yield Fault(config, 0, 1, f"The column {inner} holds nulls")


def article_faults(
    table: pa.Table, labels: tuple[str, ...], annotators: tuple[str, ...]
) -> Iterator[Fault | Layers]:
    """The broken promises of a row group of ``articles``, and last its layers if their spans lie in the
    texts.
    """
    strings = whole(table.column("text"))
    texts = texts_of(strings)
    layers = {
        name: spans_of(whole(table.column(name)), texts) for name in ("blocks", "sentences", "entities")
    }
    outside = False
    for name, spans in layers.items():
        wrong = (spans.starts < 0) | (spans.starts >= spans.ends) | (spans.ends > texts.lengths[spans.rows])
        outside |= bool(wrong.any())
        yield from _in_rows(
            "articles", spans.rows[wrong], f"A span of {name} is empty or reaches out of the text"
        )
    if outside:
        return
    blocks, sentences, entities = layers.values()
    python_texts = strings.to_pylist()
    for name, spans in layers.items():
        yield from _edge_faults(name, spans, texts, python_texts)
    for name, spans in (("blocks", blocks), ("sentences", sentences)):
        yield from _cover_faults(name, spans, texts)
    yield from _kind_faults(table, blocks, sentences)
    values = whole(table.column("entities")).flatten()
    yield from _entity_faults(entities, sentences, texts, values, labels, annotators)
    yield from _row_faults(table, entities, values, python_texts)
    outermost = np.flatnonzero(
        entities.low >= np.maximum.accumulate(np.concatenate(([0], entities.high)))[:-1]
    )
    yield Layers(whole(table.column("article_id")), texts, sentences, entities, values, outermost)


def _in_rows(config: str, rows: Ints, detail: str) -> Iterator[Fault]:
    if len(rows):
        yield Fault(config, int(rows[0]), len(np.unique(rows)), detail)


def _edge_faults(name: str, spans: Spans, texts: Texts, strings: list[str]) -> Iterator[Fault]:
    spaces = space_table()
    blank = spaces[texts.codes[spans.low]] | spaces[texts.codes[spans.high - 1]]
    yield from _in_rows("articles", spans.rows[blank], f"A span of {name} begins or ends in white space")
    places = zip(spans.rows.tolist(), spans.starts.tolist(), spans.ends.tolist(), strict=True)
    cut = [
        row
        for row, start, end in places
        if inside_grapheme(strings[row], start) or inside_grapheme(strings[row], end)
    ]
    yield from _in_rows("articles", np.array(cut, np.int64), f"A span of {name} cuts a grapheme")


def _cover_faults(name: str, spans: Spans, texts: Texts) -> Iterator[Fault]:
    overlapping = np.flatnonzero(spans.low[1:] < spans.high[:-1]) + 1
    yield from _in_rows("articles", spans.rows[overlapping], f"The {name} overlap or stand out of order")
    depth = np.zeros(len(texts.codes) + 1, np.int64)
    np.add.at(depth, spans.low, 1)
    np.add.at(depth, spans.high, -1)
    bare = np.flatnonzero((np.cumsum(depth[:-1]) == 0) & ~space_table()[texts.codes])
    rows = np.searchsorted(texts.first, bare, side="right") - 1
    yield from _in_rows("articles", rows, f"Some of the text is in none of the {name}")


def _kind_faults(table: pa.Table, blocks: Spans, sentences: Spans) -> Iterator[Fault]:
    kinds = whole(table.column("blocks")).flatten().field("kind")
    unknown = ~pc.is_in(kinds, pa.array(BLOCK_KINDS)).to_numpy(zero_copy_only=False)
    yield from _in_rows("articles", blocks.rows[unknown], "A block is of an unknown kind")
    holder = holders(sentences, blocks)
    yield from _in_rows("articles", sentences.rows[holder < 0], "A sentence does not lie inside one block")
    if len(blocks):
        mine = whole(table.column("sentences")).flatten().field("kind")
        other = pc.not_equal(mine, kinds.take(pa.array(np.maximum(holder, 0)))).to_numpy(zero_copy_only=False)
        yield from _in_rows(
            "articles", sentences.rows[other & (holder >= 0)], "A sentence is not of its block's kind"
        )
    titles = pc.equal(kinds, "title").to_numpy(zero_copy_only=False)
    yield from _in_rows(
        "articles",
        blocks.rows[titles & (blocks.starts != 0)],
        "A title stands below the beginning of the text",
    )


def _entity_faults(
    spans: Spans,
    sentences: Spans,
    texts: Texts,
    values: pa.StructArray,
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
) -> Iterator[Fault]:
    wrong = misquoted(texts.codes, spans.low, spans.high, values.field("text"))
    yield from _in_rows("articles", spans.rows[wrong], "An entity's text is not the text at its offsets")
    before = (spans.low[1:] < spans.low[:-1]) | (
        (spans.low[1:] == spans.low[:-1]) & (spans.high[1:] >= spans.high[:-1])
    )
    yield from _in_rows("articles", spans.rows[1:][before], "Entities stand out of order or twice")
    yield from _in_rows(
        "articles", spans.rows[holders(spans, sentences) < 0], "An entity does not lie inside one sentence"
    )
    yield from _in_rows("articles", spans.rows[_crossing(spans)], "Two entities cross")
    for field, registry in (("label", labels), ("annotator", annotators)):
        unknown = ~pc.is_in(values.field(field), pa.array(registry, pa.string())).to_numpy(
            zero_copy_only=False
        )
        yield from _in_rows("articles", spans.rows[unknown], f"An entity's {field} is not registered")
    scores = values.field("score").to_numpy(zero_copy_only=False)
    odd = ~((scores >= 0) & (scores <= 1)) | (np.round(scores, 3) != scores)
    yield from _in_rows("articles", spans.rows[odd], "An entity's score is no probability of three decimals")


def _crossing(spans: Spans) -> Ints:
    """Which spans, in order, cross an earlier one."""
    reach = np.maximum.accumulate(np.concatenate(([0], spans.high)))[:-1]
    crossing: list[int] = []
    ends: list[int] = []
    for i in np.flatnonzero((spans.low < reach) | np.append(spans.low[1:] < spans.high[:-1], False)).tolist():
        low, high = int(spans.low[i]), int(spans.high[i])
        while ends and ends[-1] <= low:
            ends.pop()
        if ends and high > ends[-1]:
            crossing.append(i)
        ends.append(high)
    return np.array(crossing, np.int64)


def _row_faults(
    table: pa.Table, entities: Spans, values: pa.StructArray, strings: list[str]
) -> Iterator[Fault]:
    digests = table.column("text_sha256").to_pylist()
    changed = [i for i, text in enumerate(strings) if hashlib.sha256(text.encode()).hexdigest() != digests[i]]
    yield from _in_rows("articles", np.array(changed, np.int64), "text_sha256 is not the SHA-256 of the text")
    titled = [
        (block[0]["end"] if block and block[0]["kind"] == "title" else 0)
        for block in table.column("blocks").to_pylist()
    ]
    titles = table.column("title").to_pylist()
    other = [i for i, text in enumerate(strings) if text[: titled[i]] != titles[i]]
    yield from _in_rows(
        "articles", np.array(other, np.int64), "The title is not the text of the title's block"
    )
    gold = pc.equal(values.field("annotator"), "gold").to_numpy(zero_copy_only=False)
    has_gold = np.bincount(entities.rows[gold], minlength=len(strings)) > 0
    has_other = np.bincount(entities.rows[~gold], minlength=len(strings)) > 0
    said = np.array(table.column("annotation").to_pylist(), object)
    wanted = np.where(has_gold & has_other, "mixed", np.where(has_gold, "gold", "machine"))
    wrong = (said != wanted) & ~(~has_gold & ~has_other & (said == "gold"))
    if set(said) - set(ANNOTATION_ORIGINS):
        wrong |= ~np.isin(said.astype(str), ANNOTATION_ORIGINS)
    yield from _in_rows(
        "articles", np.flatnonzero(wrong), "The annotation is not what the entities' annotators say"
    )
