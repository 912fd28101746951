"""From documents to the Arrow tables that are published, by columns.

`articles_table` makes the one table that holds everything; `derived_tables` computes the other two from it, so that nothing need be
annotated twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.code_points import Ints
from corpus_builder.layer_columns import Entities, Layers, Spans, layers_of
from corpus_builder.model import BLOCK_KINDS, Document
from corpus_builder.token_columns import joined_tokens
from corpus_builder.writers.columns import numbers, strings, values
from corpus_builder.writers.schemas import ARTICLES, ENTITY, SENTENCES, TOKENS
from corpus_builder.writers.texts import JoinedTexts, encoded, outermost

_KINDS = strings(BLOCK_KINDS)
#: So many articles are worked on at a time: what is computed for each code point of them stays in the processor's cache.
_PIECE = 256


def articles_table(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    layers: Layers | None = None,
) -> pa.Table:
    """The ``articles`` table of these documents, in their order. All documents share the two registries.

    ``layers`` are those of the documents, where they are at hand.
    """
    layers = layers_of(documents) if layers is None else layers
    articles = [document.article for document in documents]
    written = [document.text for document in documents]
    texts = pa.array(written, pa.string())
    columns = [
        pa.array([article.id for article in articles], pa.string()),
        pa.array([document.title for document in documents], pa.string()),
        texts,
        pa.array([article.language for article in articles], pa.string()),
        pa.array([article.published for article in articles], pa.string()),
        pa.array([article.source for article in articles], pa.string()),
        pa.array([article.url for article in articles], pa.string()),
        pa.array([article.license for article in articles], pa.string()),
        pa.array([document.annotation for document in documents], pa.string()),
        _spans(layers.blocks, ARTICLES.field("blocks").type),
        _spans(layers.sentences, ARTICLES.field("sentences").type),
        _entities(layers.entities, JoinedTexts.of(texts, "".join(written)), labels, annotators),
        pa.array([hashlib.sha256(text).hexdigest() for text in encoded(texts)], pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=ARTICLES)


def _offsets(counts: Ints) -> pa.Array:
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    return numbers(offsets)


def _narrow(column: Ints) -> pa.Array:
    return numbers(column.astype(np.int32))


def _spans(spans: Spans, kind: pa.DataType) -> pa.Array:
    columns = [_narrow(spans.starts), _narrow(spans.ends), _KINDS.take(numbers(spans.kinds))]
    structs = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(_offsets(spans.counts), structs)


def _entities(
    entities: Entities, texts: JoinedTexts, labels: tuple[str, ...], annotators: tuple[str, ...]
) -> pa.Array:
    base = np.repeat(texts.first[:-1], entities.counts)
    structs = pa.StructArray.from_arrays(
        [
            _narrow(entities.starts),
            _narrow(entities.ends),
            strings(labels).take(numbers(entities.labels)),
            texts.overlapping_slices(entities.starts + base, entities.ends + base),
            strings(annotators).take(numbers(entities.annotators)),
            numbers(entities.scores),
        ],
        fields=list(ENTITY),
    )
    return pa.ListArray.from_arrays(_offsets(entities.counts), structs)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some articles, with all sentences and entities of theirs. Starts and ends count code points of the joined texts."""

    articles: pa.Table
    texts: JoinedTexts
    sentences: pa.StructArray
    sentence_index: Ints
    rows: Ints
    starts: Ints
    ends: Ints
    entities: pa.StructArray
    entity_starts: Ints
    entity_ends: Ints


def derived_tables(articles: pa.Table, labels: tuple[str, ...]) -> tuple[pa.Table, pa.Table]:
    """The ``sentences`` and the ``tokens`` table of an ``articles`` table, each in one piece.

    Both have a row for each sentence: ``sentences`` with its entities at offsets in the sentence, ``tokens`` with its tokens, their
    offsets in the article and IOB2 tags of the outermost entities. A token is cut where an entity begins or ends inside it, so
    that an attached particle is a token of its own.
    """
    sentences, tokens = [], []
    for piece in _pieces(articles):
        sentences.append(_sentences(piece))
        tokens.append(_tokens(piece, labels))
    return _joined(sentences, SENTENCES), _joined(tokens, TOKENS)


def sentences_table(articles: pa.Table) -> pa.Table:
    """The ``sentences`` table alone."""
    return _joined([_sentences(piece) for piece in _pieces(articles)], SENTENCES)


def tokens_table(articles: pa.Table, labels: tuple[str, ...]) -> pa.Table:
    """The ``tokens`` table alone."""
    return _joined([_tokens(piece, labels) for piece in _pieces(articles)], TOKENS)


def _joined(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Tables one after another, in one piece."""
    return pa.concat_tables(tables).combine_chunks() if tables else schema.empty_table()


def _pieces(articles: pa.Table) -> Iterator[_Piece]:
    for low in range(0, articles.num_rows, _PIECE):
        piece = articles.slice(low, _PIECE).combine_chunks()
        texts = JoinedTexts.of(piece.column("text").chunk(0))
        offsets, rows, sentences = _list_parts(piece.column("sentences").chunk(0))
        _offsets, entity_rows, entities = _list_parts(piece.column("entities").chunk(0))
        base, entity_base = texts.first[rows], texts.first[entity_rows]
        yield _Piece(
            piece,
            texts,
            sentences,
            np.arange(len(rows)) - offsets[rows],
            rows,
            base + values(sentences.field("start")),
            base + values(sentences.field("end")),
            entities,
            entity_base + values(entities.field("start")),
            entity_base + values(entities.field("end")),
        )


def _list_parts(column: pa.ListArray) -> tuple[Ints, Ints, pa.StructArray]:
    """A list column as offsets into its elements, the row of each element, and the elements."""
    offsets = values(column.offsets).astype(np.int64)
    rows = np.repeat(np.arange(len(column)), np.diff(offsets))
    return offsets - offsets[0], rows, column.flatten()


def _sentences(piece: _Piece) -> pa.Table:
    """The rows of the ``sentences`` table."""
    rows = numbers(piece.rows)
    entity_offsets = np.append(np.searchsorted(piece.entity_starts, piece.starts), len(piece.entities))
    base = np.repeat(values(piece.sentences.field("start")), np.diff(entity_offsets))
    moved = pa.StructArray.from_arrays(
        [
            numbers(values(piece.entities.field("start")) - base),
            numbers(values(piece.entities.field("end")) - base),
            *(piece.entities.field(name) for name in ("label", "text", "annotator", "score")),
        ],
        fields=list(ENTITY),
    )
    columns = [
        piece.articles.column("article_id").chunk(0).take(rows),
        numbers(piece.sentence_index.astype(np.int32)),
        *(piece.sentences.field(name) for name in ("start", "end", "kind")),
        piece.texts.slices(piece.starts, piece.ends),
        pa.ListArray.from_arrays(numbers(entity_offsets.astype(np.int32)), moved),
        piece.articles.column("language").chunk(0).take(rows),
        piece.articles.column("license").chunk(0).take(rows),
    ]
    return pa.Table.from_arrays(columns, schema=SENTENCES)


def _tokens(piece: _Piece, labels: tuple[str, ...]) -> pa.Table:
    """The rows of the ``tokens`` table."""
    outer = outermost(piece.entity_starts, piece.entity_ends)
    entity_starts, entity_ends = piece.entity_starts[outer], piece.entity_ends[outer]
    label_numbers = pc.index_in(piece.entities.field("label"), value_set=strings(labels))
    cuts = np.concatenate((entity_starts, entity_ends, piece.starts, piece.ends))
    starts, ends = joined_tokens(piece.texts.joined, piece.texts.codes, piece.texts.first, cuts)
    offsets = np.append(np.searchsorted(starts, piece.starts), len(starts))
    base = np.repeat(piece.texts.first[piece.rows], np.diff(offsets))
    list_offsets = numbers(offsets.astype(np.int32))
    tags = _tags(starts, entity_starts, entity_ends, values(label_numbers)[outer])
    columns = [
        piece.articles.column("article_id").chunk(0).take(numbers(piece.rows)),
        numbers(piece.sentence_index.astype(np.int32)),
        pa.ListArray.from_arrays(list_offsets, piece.texts.slices(starts, ends)),
        pa.ListArray.from_arrays(list_offsets, numbers(tags)),
        pa.ListArray.from_arrays(list_offsets, numbers((starts - base).astype(np.int32))),
        pa.ListArray.from_arrays(list_offsets, numbers((ends - base).astype(np.int32))),
    ]
    return pa.Table.from_arrays(columns, schema=TOKENS)


def _tags(starts: Ints, entity_starts: Ints, entity_ends: Ints, numbers: npt.NDArray[np.int32]) -> Ints:
    """IOB2 classes of tokens that begin at ``starts``: 0 for O, then B and I of each label in turn."""
    low, high = np.searchsorted(starts, entity_starts), np.searchsorted(starts, entity_ends)
    lengths = high - low
    tags = np.zeros(len(starts), np.int64)
    inside = np.arange(lengths.sum()) + np.repeat(low - np.cumsum(lengths) + lengths, lengths)
    tags[inside] = np.repeat(2 * numbers + 2, lengths)
    begun = lengths > 0
    tags[low[begun]] = 2 * numbers[begun] + 1
    return tags
