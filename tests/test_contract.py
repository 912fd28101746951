from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder import Document, annotate
from corpus_builder.config import Config
from corpus_builder.contract import check, check_many
from corpus_builder.contract_columns import surely_sound
from corpus_builder.model import EntityLayer, OffsetMap, SpanLayer


@cache
def sound() -> Document:
    return annotate(
        "وصل سيرغي لافروف إلى القاهرة يوم 14 آذار/مارس 2024. ثم غادرها.",
        config=Config(annotate=("patterns", "gazetteer")),
    )


def entity_layer(*rows: tuple[int, int, int, int, float]) -> EntityLayer:
    return EntityLayer(*(tuple(column) for column in zip(*rows, strict=True)))


def test_a_sound_document_has_no_fault() -> None:
    assert check(sound()) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([(0, 3, 99, 0, 1.0)], "no registered label"),
        ([(0, 3, 7, 0, 1.0)], "no registered label"),
        ([(0, 3, -1, 0, 1.0)], "no registered label"),
        ([(0, 3, 0, 99, 1.0)], "no registered annotator"),
        ([(0, 3, 0, 0, -0.5)], "no probability"),
        ([(0, 3, 0, 0, float("nan"))], "no probability"),
        ([(3, 9, 0, 0, 1.0)], "white space"),
        ([(0, 3, 0, 0, 1.5)], "no probability"),
        ([(0, 4, 0, 0, 1.0)], "white space"),
        ([(3, 3, 0, 0, 1.0)], "empty or reaches out"),
        ([(0, 9999, 0, 0, 1.0)], "empty or reaches out"),
        ([(0, 8, 0, 0, 1.0), (4, 16, 0, 0, 1.0)], "crosses another"),
        ([(4, 8, 0, 0, 1.0), (0, 3, 0, 0, 1.0)], "out of order"),
        ([(0, 3, 0, 0, 1.0), (0, 3, 1, 0, 1.0)], "out of order or twice"),
        ([(44, 57, 0, 0, 1.0)], "not lie inside one sentence"),
    ],
)
def test_each_fault_of_an_entity_is_found(rows: list[tuple[int, int, int, int, float]], fault: str) -> None:
    document = sound()._replace(entity_layer=entity_layer(*rows))
    assert any(fault in found.message for found in check(document)), [f.message for f in check(document)]
    assert surely_sound([sound(), document, sound()]) == [True, False, True]


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (SpanLayer((), (), ()), "in no sentence"),
        (SpanLayer((0, 17), (20, 62), (3, 3)), "overlaps"),
        (SpanLayer((0,), (3,), (3,)), "in no sentence"),
        (SpanLayer((0,), (62,), (2,)), "block of its kind"),
    ],
)
def test_each_fault_of_the_sentences_is_found(layer: SpanLayer, fault: str) -> None:
    document = sound()._replace(sentence_layer=layer, entity_layer=EntityLayer())
    assert any(fault in found.message for found in check(document)), [f.message for f in check(document)]
    assert surely_sound([sound(), document, sound()]) == [True, False, True]


def test_a_map_whose_stretches_overlap_is_found() -> None:
    offsets = OffsetMap((1, 1), (0, 30), (30, 62), (0, 20), (30, 52))
    document = sound()._replace(offsets=offsets)
    assert surely_sound([sound(), document]) == [True, False]
    assert any("runs backwards" in found.message for found in check(document))


def test_a_map_that_does_not_lead_back_is_found() -> None:
    document = sound()
    offsets = document.offsets
    wrong = OffsetMap(
        offsets.fields, (5,), (5 + len(document.text),), offsets.clean_starts, offsets.clean_ends
    )
    assert any("offset map leaves" in found.message for found in check(document._replace(offsets=wrong)))
    assert surely_sound([sound(), document._replace(offsets=wrong)]) == [True, False]
    assert any("no raw text" in found.message for found in check(document._replace(offsets=OffsetMap())))


@cache
def _documents() -> tuple[Document, Document]:
    vocalised = "خبر\n\nوصل سيرغي لافروف إلى القاهرة\u064e. ثم غادرها.\n\nعاد!"
    return sound(), annotate(vocalised, config=Config(annotate=("patterns", "gazetteer")))


@given(st.data())
def test_what_a_few_passes_call_sound_has_no_fault_span_by_span(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(_documents()))
    place = st.integers(-1, len(document.text) + 1)
    layers = {
        "sentence_layer": SpanLayer(*_columns(data, document.sentence_layer, place, kinds=st.integers(0, 4))),
        "block_layer": SpanLayer(*_columns(data, document.block_layer, place, kinds=st.integers(0, 4))),
        "entity_layer": EntityLayer(
            *_columns(
                data,
                document.entity_layer,
                place,
                labels=st.integers(-1, 7),
                annotators=st.integers(-1, 2),
                scores=st.floats(-0.5, 1.5),
            )
        ),
        "offsets": OffsetMap(
            *_columns(
                data,
                document.offsets,
                place,
                fields=st.integers(0, 1),
                raw_starts=place,
                raw_ends=place,
                clean_starts=place,
                clean_ends=place,
            )
        ),
    }
    changed = data.draw(st.sets(st.sampled_from(sorted(layers)), max_size=2))
    document = document._replace(**{name: layers[name] for name in changed})
    batch = [sound(), document, sound()]
    faults = check(document)
    assert check_many(batch) == [[], faults, []]
    assert surely_sound(batch)[::2] == [True, True]
    if surely_sound(batch)[1] or surely_sound([document])[0]:
        assert faults == []


def _columns(
    data: st.DataObject,
    layer: SpanLayer | EntityLayer | OffsetMap,
    place: st.SearchStrategy[int],
    **others: st.SearchStrategy[object],
) -> list[tuple[object, ...]]:
    """The layer's columns with a few cells changed, or one row less."""
    names = list(layer._fields)
    columns = [list(getattr(layer, name)) for name in names]
    for _change in range(data.draw(st.integers(1, 2)) if columns[0] else 0):
        column = data.draw(st.integers(0, len(names) - 1))
        row = data.draw(st.integers(0, len(columns[0]) - 1))
        columns[column][row] = data.draw(others.get(names[column], place))
    return [tuple(column) for column in columns]
