"""The tables against a slow, plain reference, over documents with nested names, attached particles, emoji
and blank edges.
"""

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.contract import check
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import BLOCK_KINDS, Article, Document, EntityLayer, OffsetMap, SpanLayer
from corpus_builder.tokens import token_spans
from corpus_builder.writers.schemas import ARTICLES, SENTENCES, TOKENS, tag_names
from corpus_builder.writers.tables import articles_table, derived_tables, sentences_table, tokens_table

LABELS = ("PER", "ORG", "LOC")
ANNOTATORS = ("gold", "patterns")
#: Label number, annotator number, score.
VALUES = st.tuples(st.integers(0, 2), st.integers(0, 1), st.sampled_from((1.0, 0.125)))
WORDS = (
    "وبغداد",
    "لمصر",
    "في",
    "Sfax",
    "٣,٥",
    "«نعم»",
    "👩🏽‍🌾",
    "a",
    "مُدُن",
    "O'Neil",
    "..",
    "(x)",
    "12:30",
    "कि",
)


@st.composite
def documents(draw):
    """A document whose spans keep the contract: blocks of sentences of words, names that nest over parts of
    a sentence.
    """
    text = ""
    blocks, sentences, entities = [], [], []
    for number in range(draw(st.integers(1, 3))):
        text += "\n\n" if number else ""
        begin = len(text)
        kind = draw(st.sampled_from(range(1, len(BLOCK_KINDS)))) if number else draw(st.sampled_from((0, 3)))
        for place in range(draw(st.integers(1, 3))):
            text += draw(st.sampled_from((" ", "", "  "))) if place else ""
            start = len(text)
            text += " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)))
            sentences.append((start, len(text), kind))
            entities += draw(names(text, start, len(text)))
        blocks.append((begin, len(text), kind))
    layers = [
        SpanLayer(*(tuple(column) for column in zip(*spans, strict=True))) for spans in (blocks, sentences)
    ]
    ordered = sorted(entities, key=lambda found: (found[0], -found[1]))
    columns = tuple(tuple(column) for column in zip(*ordered, strict=True)) if ordered else ((),) * 5
    article_id = draw(st.text("abc", min_size=1, max_size=3))
    article = Article(
        article_id, "", text, draw(st.sampled_from(("ar", "en"))), license=draw(st.sampled_from((None, "X")))
    )
    whole = OffsetMap((1,), (0,), (len(text),), (0,), (len(text),))
    return Document(article, text, whole, layers[0], (), layers[1], EntityLayer(*columns), LABELS, ANNOTATORS)


@st.composite
def names(draw, text, low, high):
    """Names in ``text[low:high]`` that neither cross nor repeat, some inside others."""
    places = [i for i in range(low, high + 1) if not inside_grapheme(text, i)]
    found = {}
    for one, other, value in draw(
        st.lists(st.tuples(st.sampled_from(places), st.sampled_from(places), VALUES), max_size=6)
    ):
        start, end = sorted((one, other))
        if start < end and not text[start].isspace() and not text[end - 1].isspace():
            crossing = any(
                start < e and s < end and not ((s <= start and end <= e) or (start <= s and e <= end))
                for s, e in found
            )
            if not crossing:
                found[start, end] = value
    return [(*span, *value) for span, value in found.items()]


def outermost(document):
    spans = document.entities
    return [e for e in spans if not any(o is not e and o.start <= e.start and e.end <= o.end for o in spans)]


def expected_sentences(document):
    rows = []
    for index, s in enumerate(document.sentences):
        mine = [e for e in document.entities if s.start <= e.start and e.end <= s.end]
        rows.append(
            {
                "article_id": document.article_id,
                "sentence_index": index,
                "start": s.start,
                "end": s.end,
                "kind": s.kind,
                "text": document.text[s.start : s.end],
                "entities": [
                    {
                        "start": e.start - s.start,
                        "end": e.end - s.start,
                        "label": e.label,
                        "text": e.text,
                        "annotator": e.annotator,
                        "score": e.score,
                    }
                    for e in mine
                ],
                "language": document.language,
                "license": document.article.license,
            }
        )
    return rows


def expected_tokens(document):
    """Each token of the text, cut at the edges of sentences and outermost names, tagged by the name it
    stands in.
    """
    flat = outermost(document)
    edges = {place for span in [*document.sentences, *flat] for place in (span.start, span.end)}
    rows = []
    for index, sentence in enumerate(document.sentences):
        pieces = []
        for low, high in token_spans(document.text):
            cuts = [low, *sorted(place for place in edges if low < place < high), high]
            pieces += [
                pair for pair in pairwise(cuts) if sentence.start <= pair[0] and pair[1] <= sentence.end
            ]
        tags = []
        for low, high in pieces:
            holder = next((e for e in flat if e.start <= low and high <= e.end), None)
            if holder is None:
                tags.append("O")
            else:
                tags.append(f"{'B' if low == holder.start else 'I'}-{holder.label}")
        rows.append(
            {
                "article_id": document.article_id,
                "sentence_index": index,
                "tokens": [document.text[low:high] for low, high in pieces],
                "ner_tags": [tag_names(LABELS).index(tag) for tag in tags],
                "starts": [low for low, _high in pieces],
                "ends": [high for _low, high in pieces],
            }
        )
    return rows


@settings(max_examples=200, deadline=None)
@given(st.lists(documents(), min_size=1, max_size=4))
def test_the_tables_are_what_plain_python_makes(batch):
    assert [check(document) for document in batch] == [[] for _document in batch]
    articles = articles_table(batch, LABELS, ANNOTATORS)
    sentences, tokens = sentences_table(articles), tokens_table(articles, LABELS)
    assert (articles.schema, sentences.schema, tokens.schema) == (ARTICLES, SENTENCES, TOKENS)
    for table in (articles, sentences, tokens):
        table.validate(full=True)
    for row, document in zip(articles.to_pylist(), batch, strict=True):
        record = document.as_record()
        assert {key: row[key] for key in record if key != "dropped"} == {
            key: value for key, value in record.items() if key != "dropped"
        }
    assert sentences.to_pylist() == [row for document in batch for row in expected_sentences(document)]
    assert tokens.to_pylist() == [row for document in batch for row in expected_tokens(document)]


@settings(max_examples=50, deadline=None)
@given(st.lists(documents(), min_size=2, max_size=4), st.integers(0, 3), st.booleans())
def test_a_slice_of_articles_gives_a_slice_of_the_rest(batch, start, chunked):
    articles = articles_table(batch, LABELS, ANNOTATORS)
    part = articles.slice(start)
    if chunked:
        part = pa.concat_tables([part.slice(0, 1), part.slice(1)])
    ids = range(start, len(batch))
    assert sentences_table(part).to_pylist() == [row for i in ids for row in expected_sentences(batch[i])]
    assert tokens_table(part, LABELS).to_pylist() == [row for i in ids for row in expected_tokens(batch[i])]


@settings(max_examples=5, deadline=None)
@given(st.lists(documents(), min_size=3, max_size=5))
def test_rows_do_not_depend_on_how_many_articles_come_together(batch):
    many = batch * 200
    articles = articles_table(many, LABELS, ANNOTATORS)
    sentences, tokens = derived_tables(articles, LABELS)
    assert sentences.equals(sentences_table(articles))
    assert tokens.equals(tokens_table(articles, LABELS))
    assert all(column.num_chunks == 1 for table in (sentences, tokens) for column in table.columns)
    one = articles_table(batch, LABELS, ANNOTATORS)
    assert sentences.to_pylist() == sentences_table(one).to_pylist() * 200
    assert tokens.to_pylist() == tokens_table(one, LABELS).to_pylist() * 200


def made(text, *entities):
    """A document of one block and one sentence, with entities ``(start, surface, label number)``."""
    layer = SpanLayer((0,), (len(text),), (3,))
    spans = [(start, start + len(surface), label, 0, 1.0) for start, surface, label in entities]
    assert [text[start:end] for start, end, *_values in spans] == [
        surface for _start, surface, _label in entities
    ]
    found = EntityLayer(*zip(*spans, strict=True)) if spans else EntityLayer()
    article = Article("x", "", text, "ar")
    return Document(article, text, OffsetMap(), layer, (), layer, found, LABELS, ANNOTATORS)


def tagged(document):
    (row,) = tokens_table(articles_table([document], LABELS, ANNOTATORS), LABELS).to_pylist()
    return list(zip(row["tokens"], [tag_names(LABELS)[tag] for tag in row["ner_tags"]], strict=True))


@pytest.mark.parametrize(
    ("document", "tags"),
    [
        (
            made("وصل إلى وبغداد", (9, "بغداد", 2)),
            [("وصل", "O"), ("إلى", "O"), ("و", "O"), ("بغداد", "B-LOC")],
        ),
        (
            made("جامعة بغداد تفتح", (0, "جامعة بغداد", 1), (6, "بغداد", 2)),
            [("جامعة", "B-ORG"), ("بغداد", "I-ORG"), ("تفتح", "O")],
        ),
        (made("مصر مصر", (0, "مصر", 2), (4, "مصر", 2)), [("مصر", "B-LOC")] * 2),
        (made("x-ray", (0, "x", 0)), [("x", "B-PER"), ("-ray", "O")]),
        (made("نعم"), [("نعم", "O")]),
    ],
)
def test_tokens_are_cut_where_names_begin_and_end(document, tags):
    assert tagged(document) == tags


def test_no_documents_make_empty_tables():
    articles = articles_table([], LABELS, ANNOTATORS)
    assert (
        articles.num_rows
        == sentences_table(articles).num_rows
        == tokens_table(articles, LABELS).num_rows
        == 0
    )


def test_tag_names_follow_the_registry():
    assert tag_names(("A", "B")) == ["O", "B-A", "I-A", "B-B", "I-B"]
