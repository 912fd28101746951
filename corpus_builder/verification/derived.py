"""The two tables that are cut from ``articles`` hold the same sentences and entities, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.verification.columns import (
    Ints,
    Spans,
    holders,
    ints,
    letter_table,
    list_rows,
    misquoted,
    space_table,
    unequal,
    whole,
)
from corpus_builder.verification.promises import Fault, Layers


def sentence_faults(table: pa.Table, articles: pa.Table, layers: Layers) -> Iterator[Fault]:
    """Where a row group of ``sentences`` is not that of its ``articles``."""
    spans, texts = layers.sentences, layers.texts
    if (fault := _row_fault("sentences", table, layers)) is not None:
        yield fault
        return
    flat = whole(articles.column("sentences")).flatten()
    for name in ("start", "end", "kind"):
        yield from _at(
            "sentences",
            unequal(whole(table.column(name)), flat.field(name)),
            f"The {name} is not the article's",
        )
    for name in ("language", "license"):
        wanted = whole(articles.column(name)).take(pa.array(spans.rows))
        yield from _at(
            "sentences", unequal(whole(table.column(name)), wanted), f"The {name} is not the article's"
        )
    wrong = misquoted(texts.codes, spans.low, spans.high, whole(table.column("text")))
    yield from _at("sentences", wrong, "The text is not the article's text at its offsets")
    lists = whole(table.column("entities"))
    owners = holders(layers.entities, spans)
    counts = np.bincount(owners[owners >= 0], minlength=len(spans))
    missing = np.flatnonzero(pc.list_value_length(lists).to_numpy() != counts)
    yield from _at("sentences", missing, "There are not as many entities as in the article's sentence")
    if len(missing) or (owners < 0).any():
        return
    entities = lists.flatten()
    rows = list_rows(lists)
    moved = (ints(entities.field("start")) + spans.starts[rows] != layers.entities.starts) | (
        ints(entities.field("end")) + spans.starts[rows] != layers.entities.ends
    )
    yield from _at(
        "sentences", rows[moved], "An entity's offsets are not the article's, counted from the sentence"
    )
    for name in ("label", "text", "annotator", "score"):
        other = unequal(entities.field(name), layers.values.field(name))
        yield from _at("sentences", rows[other], f"An entity's {name} is not the article's")


def token_faults(table: pa.Table, layers: Layers, labels: tuple[str, ...]) -> Iterator[Fault]:
    """Where a row group of ``tokens`` does not hold its sentences' words, or its tags not their outermost
    entities.
    """
    sentences, texts = layers.sentences, layers.texts
    if (fault := _row_fault("tokens", table, layers)) is not None:
        yield fault
        return
    columns = {name: whole(table.column(name)) for name in ("tokens", "ner_tags", "starts", "ends")}
    lengths = [pc.list_value_length(column).to_numpy() for column in columns.values()]
    uneven = np.flatnonzero(np.any([length != lengths[0] for length in lengths], axis=0))
    yield from _at("tokens", uneven, "The lists are not of one length")
    if len(uneven):
        return
    rows = list_rows(columns["tokens"])
    starts, ends = ints(columns["starts"].flatten()), ints(columns["ends"].flatten())
    outside = (starts < sentences.starts[rows]) | (starts >= ends) | (ends > sentences.ends[rows])
    yield from _at("tokens", rows[outside], "A token is empty or lies outside its sentence")
    tags = ints(columns["ner_tags"].flatten())
    unknown = (tags < 0) | (tags > 2 * len(labels))
    yield from _at("tokens", rows[unknown], "A tag is out of range")
    if outside.any() or unknown.any():
        return
    base = sentences.base[rows]
    low, high = base + starts, base + ends
    yield from _at("tokens", rows[1:][low[1:] < high[:-1]], "Tokens overlap or stand out of order")
    wrong = misquoted(texts.codes, low, high, columns["tokens"].flatten())
    yield from _at("tokens", rows[wrong], "A token is not the article's text at its offsets")
    spaces = space_table()
    blank = spaces[texts.codes[low]] | spaces[texts.codes[high - 1]]
    yield from _at("tokens", rows[blank], "A token begins or ends in white space")
    depth = np.zeros(len(texts.codes) + 1, np.int64)
    np.add.at(depth, low, 1)
    np.add.at(depth, high, -1)
    outside_tokens = np.cumsum(depth[:-1]) == 0
    # A letter that marks join to a space belongs to it: one after a token or a space must be in a token.
    after_mark = np.concatenate(([False], (outside_tokens & ~spaces[texts.codes])[:-1]))
    bare = np.flatnonzero(outside_tokens & ~after_mark & letter_table()[texts.codes])
    yield from _at("tokens", _sentences_at(layers, bare), "A letter or digit is in no token")
    yield from _tag_faults(rows, Spans(rows, starts, ends, base), tags, layers, labels)


def _tag_faults(
    rows: Ints, tokens: Spans, tags: Ints, layers: Layers, labels: tuple[str, ...]
) -> Iterator[Fault]:
    """The tags must be IOB2, and spell exactly the outermost entities."""
    inside = (tags > 0) & (tags % 2 == 0)
    before = np.concatenate(([0], tags[:-1]))
    same_row = np.concatenate(([False], rows[1:] == rows[:-1]))
    stray = inside & ~(same_row & ((before == tags) | (before == tags - 1)))
    yield from _at("tokens", rows[stray], "An I- tag follows nothing that it continues")
    if stray.any():
        return
    first = np.flatnonzero(tags % 2 == 1)
    stops = np.append(np.flatnonzero(~inside), len(tags))
    last = stops[np.searchsorted(stops, first, side="right")] - 1
    # A name may begin or end in a sign that is no part of a token; its tokens are what its tags can cover.
    outer = layers.outermost
    begin = np.searchsorted(tokens.low, layers.entities.low[outer])
    end = np.searchsorted(tokens.high, layers.entities.high[outer], side="right") - 1
    lost = np.flatnonzero(end < begin)
    yield from _at(
        "tokens", _sentences_at(layers, layers.entities.low[outer][lost]), "An entity has no token"
    )
    if len(lost):
        return
    numbers = {label: number for number, label in enumerate(labels)}
    names = layers.values.field("label").take(pa.array(outer)).to_pylist()
    labelled = [numbers.get(name, -1) for name in names]
    wanted = zip(tokens.low[begin].tolist(), tokens.high[end].tolist(), labelled, strict=True)
    found = zip(
        tokens.low[first].tolist(), tokens.high[last].tolist(), (tags[first] // 2).tolist(), strict=True
    )
    places = sorted(low for low, _high, _label in set(wanted) ^ set(found))
    yield from _at(
        "tokens",
        _sentences_at(layers, np.array(places, np.int64)),
        "The tags do not spell the outermost entities",
    )


def _sentences_at(layers: Layers, positions: Ints) -> Ints:
    """The numbers of the sentences that hold these positions."""
    return np.searchsorted(layers.sentences.low, positions, side="right") - 1


def _row_fault(config: str, table: pa.Table, layers: Layers) -> Fault | None:
    """The rows must be the articles' sentences, one by one, in order; what is said about each needs that."""
    spans = layers.sentences
    if table.num_rows != len(spans):
        return Fault(config, 0, 1, f"There are {table.num_rows} rows for {len(spans)} sentences")
    per_article = np.bincount(spans.rows, minlength=len(layers.ids))
    index = np.arange(len(spans)) - (np.cumsum(per_article) - per_article)[spans.rows]
    other = np.union1d(
        unequal(whole(table.column("article_id")), layers.ids.take(pa.array(spans.rows))),
        np.flatnonzero(ints(whole(table.column("sentence_index"))) != index),
    )
    return (
        Fault(config, int(other[0]), len(other), "The row is not of the article's sentence")
        if len(other)
        else None
    )


def _at(config: str, rows: Ints, detail: str) -> Iterator[Fault]:
    if len(rows):
        yield Fault(config, int(rows[0]), len(np.unique(rows)), detail)
