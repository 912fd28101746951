from __future__ import annotations

from dataclasses import replace

import pytest

from corpus_builder import Document, annotate
from corpus_builder.config import Config
from corpus_builder.contract import check
from corpus_builder.model import EntityLayer, OffsetMap, SpanLayer


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
        ([(0, 3, 0, 99, 1.0)], "no registered annotator"),
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
    document = replace(sound(), entity_layer=entity_layer(*rows))
    assert any(fault in found.message for found in check(document)), [f.message for f in check(document)]


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (SpanLayer((), (), ()), "in no sentence"),
        (SpanLayer((0, 20), (30, 60), (3, 3)), "overlaps"),
        (SpanLayer((0,), (3,), (3,)), "in no sentence"),
        (SpanLayer((0,), (63,), (2,)), "block of its kind"),
    ],
)
def test_each_fault_of_the_sentences_is_found(layer: SpanLayer, fault: str) -> None:
    document = replace(sound(), sentence_layer=layer)
    assert any(fault in found.message for found in check(document)), [f.message for f in check(document)]


def test_a_map_that_does_not_lead_back_is_found() -> None:
    document = sound()
    offsets = document.offsets
    wrong = OffsetMap(
        offsets.fields, (5,), (5 + len(document.text),), offsets.clean_starts, offsets.clean_ends
    )
    assert any("offset map leaves" in found.message for found in check(replace(document, offsets=wrong)))
    assert any("no raw text" in found.message for found in check(replace(document, offsets=OffsetMap())))
