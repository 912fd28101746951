from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus_builder import Article, Document
from corpus_builder.layer_columns import layers_of, spans_of
from corpus_builder.model import EntityLayer, OffsetMap, SpanLayer

PLACES = st.integers(0, 2**31)


def columns(
    count: int, *kinds: st.SearchStrategy[object]
) -> st.SearchStrategy[tuple[tuple[object, ...], ...]]:
    return st.tuples(*[st.tuples(*[kind] * count) for kind in kinds])


def layers(kind: type, *kinds: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.integers(0, 3).flatmap(lambda count: columns(count, *kinds)).map(lambda found: kind(*found))


SPANS = layers(SpanLayer, PLACES, PLACES, st.integers(0, 4))
ENTITIES = layers(EntityLayer, PLACES, PLACES, st.integers(0, 6), st.integers(0, 2), st.floats(0, 1))
MAPS = layers(OffsetMap, st.integers(0, 1), PLACES, PLACES, PLACES, PLACES)
BARE = Document(Article("a", "", "", "ar"), "", OffsetMap(), SpanLayer())
DOCUMENTS = st.lists(
    st.tuples(MAPS, SPANS, SPANS, ENTITIES).map(
        lambda found: BARE._replace(
            offsets=found[0], block_layer=found[1], sentence_layer=found[2], entity_layer=found[3]
        )
    ),
    max_size=4,
)


@given(DOCUMENTS)
def test_columns_hold_what_the_layers_of_each_document_hold(documents: list[Document]) -> None:
    made = layers_of(documents)
    assert made.entities.layers() == [document.entity_layer for document in documents]
    for spans, own in (
        (made.blocks, [document.block_layer for document in documents]),
        (made.sentences, [document.sentence_layer for document in documents]),
    ):
        assert spans.counts.tolist() == [len(layer.starts) for layer in own]
        assert spans.starts.tolist() == [start for layer in own for start in layer.starts]
        assert spans.ends.tolist() == [end for layer in own for end in layer.ends]
        assert spans.kinds.tolist() == [kind for layer in own for kind in layer.kinds]
    maps = [document.offsets for document in documents]
    assert made.stretches.counts.tolist() == [len(found.fields) for found in maps]
    assert made.stretches.fields.tolist() == [field for found in maps for field in found.fields]
    assert made.stretches.raw_starts.tolist() == [start for found in maps for start in found.raw_starts]
    assert made.stretches.raw_ends.tolist() == [end for found in maps for end in found.raw_ends]
    assert made.stretches.starts.tolist() == [start for found in maps for start in found.clean_starts]
    assert made.stretches.ends.tolist() == [end for found in maps for end in found.clean_ends]


def test_no_documents_have_empty_columns() -> None:
    assert layers_of([]).entities.layers() == []
    assert spans_of([]).starts.tolist() == []
