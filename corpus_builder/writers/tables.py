"""From documents to the Arrow tables that are published, by columns.

`articles_table` makes the one table that holds everything; `sentences_table` and `tokens_table` are computed from it, so that nothing
need be annotated twice. Offsets count code points; the functions here turn them into byte positions of Arrow's UTF-8 buffers
a whole table at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus_builder.model import BLOCK_KINDS, Document, EntityLayer, SpanLayer
from corpus_builder.token_columns import tokens_of
from corpus_builder.writers.schemas import ARTICLES, ENTITY, SENTENCES, TOKENS

Ints = npt.NDArray[np.int64]
_KINDS = pa.array(BLOCK_KINDS)


def articles_table(
    documents: Sequence[Document], labels: tuple[str, ...], annotators: tuple[str, ...]
) -> pa.Table:
    """The ``articles`` table of these documents, in their order. All documents share the two registries."""
    articles = [document.article for document in documents]
    columns = [
        pa.array([article.id for article in articles], pa.string()),
        pa.array([document.title for document in documents], pa.string()),
        pa.array([document.text for document in documents], pa.string()),
        pa.array([article.language for article in articles], pa.string()),
        pa.array([article.published for article in articles], pa.string()),
        pa.array([article.source for article in articles], pa.string()),
        pa.array([article.url for article in articles], pa.string()),
        pa.array([article.license for article in articles], pa.string()),
        pa.array([document.annotation for document in documents], pa.string()),
        _spans([document.block_layer for document in documents], ARTICLES.field("blocks").type),
        _spans([document.sentence_layer for document in documents], ARTICLES.field("sentences").type),
        _entities(documents, labels, annotators),
        pa.array([hashlib.sha256(document.text.encode()).hexdigest() for document in documents], pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=ARTICLES)


def _offsets(lengths: Sequence[int] | npt.NDArray[Any]) -> pa.Array:
    return pa.array(np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int32))


def _flat(columns: Sequence[tuple[int, ...]], kind: type = np.int32) -> npt.NDArray[np.int32]:
    return np.fromiter(chain.from_iterable(columns), kind)


def _named(numbers: npt.NDArray[np.int32], names: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), names).cast(pa.string())


def _spans(layers: Sequence[SpanLayer], kind: pa.DataType) -> pa.Array:
    spans = pa.StructArray.from_arrays(
        [
            pa.array(_flat([layer.starts for layer in layers])),
            pa.array(_flat([layer.ends for layer in layers])),
            _named(_flat([layer.kinds for layer in layers]), _KINDS),
        ],
        fields=list(kind.value_type),
    )
    return pa.ListArray.from_arrays(_offsets([len(layer) for layer in layers]), spans)


def _entities(
    documents: Sequence[Document], labels: tuple[str, ...], annotators: tuple[str, ...]
) -> pa.Array:
    layers: list[EntityLayer] = [document.entity_layer for document in documents]
    texts = [
        document.text[start:end]
        for document, layer in zip(documents, layers, strict=True)
        for start, end in zip(layer.starts, layer.ends, strict=True)
    ]
    entities = pa.StructArray.from_arrays(
        [
            pa.array(_flat([layer.starts for layer in layers])),
            pa.array(_flat([layer.ends for layer in layers])),
            _named(_flat([layer.labels for layer in layers]), pa.array(labels, pa.string())),
            pa.array(texts, pa.string()),
            _named(_flat([layer.annotators for layer in layers]), pa.array(annotators, pa.string())),
            pa.array(np.fromiter(chain.from_iterable(layer.scores for layer in layers), np.float64)),
        ],
        fields=list(ENTITY),
    )
    return pa.ListArray.from_arrays(_offsets([len(layer) for layer in layers]), entities)


def _list_parts(table: pa.Table, name: str) -> tuple[Ints, pa.StructArray]:
    """A list column as ``(offsets of length rows + 1, flat struct array)``."""
    column = table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    offsets = column.offsets.to_numpy().astype(np.int64)
    return offsets - offsets[0], column.flatten()


def _ints(struct: pa.StructArray, field: str) -> Ints:
    values: Ints = struct.field(field).to_numpy(zero_copy_only=False).astype(np.int64)
    return values


class _Texts:
    """The texts of a table, with the byte position of each code point. ``first[i]`` is the first code point of text ``i``."""

    def __init__(self, table: pa.Table) -> None:
        column = table.column("text").combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], pa.string())
        _validity, offsets, values = column.buffers()
        ends = np.frombuffer(offsets, np.int32, len(column) + 1, column.offset * 4).astype(np.int64)
        low, high = int(ends[0]), int(ends[-1])
        self.bytes = (
            np.frombuffer(values, np.uint8, high, 0)[low:high] if high > low else np.zeros(0, np.uint8)
        )
        self.strings: list[str] = column.to_pylist()
        self.positions: Ints = np.append(np.flatnonzero((self.bytes & 0xC0) != 0x80), high - low)
        self.first: Ints = np.searchsorted(self.positions, ends - low)

    def slices(self, rows: Ints, starts: Ints, ends: Ints) -> pa.Array:
        """The strings at ``[starts, ends)`` (code points) of the given rows, which must be in order and disjoint."""
        low = self.positions[self.first[rows] + starts]
        high = self.positions[self.first[rows] + ends]
        edges = np.zeros(len(self.bytes) + 1, np.int8)
        # No two spans share a start or an end; where one ends and the next begins, the bytes run on.
        edges[low] += 1
        edges[high] -= 1
        inside = np.cumsum(edges[:-1], dtype=np.int8).view(bool)
        offsets = np.concatenate(([0], np.cumsum(high - low))).astype(np.int32)
        return pa.StringArray.from_buffers(len(low), pa.py_buffer(offsets), pa.py_buffer(self.bytes[inside]))


def sentences_table(articles: pa.Table) -> pa.Table:
    """The ``sentences`` table: a row for each sentence, with its entities at offsets in the sentence."""
    texts = _Texts(articles)
    offsets, sentences = _list_parts(articles, "sentences")
    counts = np.diff(offsets)
    rows = np.repeat(np.arange(len(counts)), counts)
    starts, ends = _ints(sentences, "start"), _ints(sentences, "end")
    entity_offsets, entities = _list_parts(articles, "entities")
    owner = _owners(texts, rows, starts, entity_offsets, _ints(entities, "start"))
    moved = pa.StructArray.from_arrays(
        [
            pa.array((_ints(entities, "start") - starts[owner]).astype(np.int32)),
            pa.array((_ints(entities, "end") - starts[owner]).astype(np.int32)),
            *(entities.field(name) for name in ("label", "text", "annotator", "score")),
        ],
        fields=list(ENTITY),
    )
    entity_counts = np.bincount(owner, minlength=len(rows))
    columns = [
        articles.column("article_id").take(pa.array(rows)),
        pa.array((np.arange(len(rows)) - offsets[rows]).astype(np.int32)),
        sentences.field("start"),
        sentences.field("end"),
        sentences.field("kind"),
        texts.slices(rows, starts, ends),
        pa.ListArray.from_arrays(_offsets(entity_counts), moved),
        articles.column("language").take(pa.array(rows)),
        articles.column("license").take(pa.array(rows)),
    ]
    return pa.Table.from_arrays(columns, schema=SENTENCES)


def _owners(texts: _Texts, rows: Ints, starts: Ints, entity_offsets: Ints, entity_starts: Ints) -> Ints:
    """The number of the sentence that holds each entity."""
    entity_rows = np.repeat(np.arange(len(entity_offsets) - 1), np.diff(entity_offsets))
    where: Ints = (
        np.searchsorted(texts.first[rows] + starts, texts.first[entity_rows] + entity_starts, side="right")
        - 1
    )
    return where


def tokens_table(articles: pa.Table, labels: tuple[str, ...]) -> pa.Table:
    """The ``tokens`` table: a row for each sentence, its tokens with IOB2 tags of the outermost entities and article offsets.

    A token is cut where an entity begins or ends inside it, so that an attached particle is a token of its own.
    """
    texts = _Texts(articles)
    offsets, sentences = _list_parts(articles, "sentences")
    counts = np.diff(offsets)
    rows = np.repeat(np.arange(len(counts)), counts)
    first = texts.first
    sentence_starts = first[rows] + _ints(sentences, "start")
    sentence_ends = first[rows] + _ints(sentences, "end")
    entity_offsets, entities = _list_parts(articles, "entities")
    entity_rows = np.repeat(np.arange(len(entity_offsets) - 1), np.diff(entity_offsets))
    entity_starts = first[entity_rows] + _ints(entities, "start")
    entity_ends = first[entity_rows] + _ints(entities, "end")
    outer = _outermost(entity_starts, entity_ends)
    entity_starts, entity_ends = entity_starts[outer], entity_ends[outer]
    names = {label: number for number, label in enumerate(labels)}
    entity_labels = np.array(
        [names[label] for label in entities.field("label").take(pa.array(np.flatnonzero(outer))).to_pylist()],
        np.int64,
    )
    starts, ends = tokens_of(texts.strings)
    cuts = np.unique(np.concatenate((entity_starts, entity_ends, sentence_starts, sentence_ends)))
    starts, ends = _cut(starts, ends, cuts)
    owner = np.searchsorted(sentence_starts, starts, side="right") - 1
    inside = np.searchsorted(entity_starts, starts, side="right") - 1
    tags = np.zeros(len(starts), np.int64)
    if len(entity_starts):
        tagged = (inside >= 0) & (starts < entity_ends[np.maximum(inside, 0)])
        tags[tagged] = (
            1 + 2 * entity_labels[inside[tagged]] + (starts[tagged] != entity_starts[inside[tagged]])
        )
    row = rows[owner]
    base = first[row]
    list_offsets = _offsets(np.bincount(owner, minlength=len(rows)))
    columns = [
        articles.column("article_id").take(pa.array(rows)),
        pa.array((np.arange(len(rows)) - offsets[rows]).astype(np.int32)),
        pa.ListArray.from_arrays(list_offsets, texts.slices(row, starts - base, ends - base)),
        pa.ListArray.from_arrays(list_offsets, pa.array(tags)),
        pa.ListArray.from_arrays(list_offsets, pa.array((starts - base).astype(np.int32))),
        pa.ListArray.from_arrays(list_offsets, pa.array((ends - base).astype(np.int32))),
    ]
    return pa.Table.from_arrays(columns, schema=TOKENS)


def _outermost(starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Which spans, in order of (start, -end) and nesting but not crossing, lie in no other."""
    if not len(starts):
        return np.zeros(0, bool)
    reach = np.maximum.accumulate(np.concatenate(([-1], ends[:-1])))
    return np.asarray(starts >= reach)


def _cut(starts: Ints, ends: Ints, cuts: Ints) -> tuple[Ints, Ints]:
    """Cut tokens at every position that falls inside one."""
    if not len(starts):
        return starts, ends
    holder = np.searchsorted(starts, cuts, side="left") - 1
    inner = (holder >= 0) & (cuts > starts[np.maximum(holder, 0)]) & (cuts < ends[np.maximum(holder, 0)])
    extra, holder = cuts[inner], holder[inner]
    return np.insert(starts, holder + 1, extra), np.insert(ends, holder, extra)
