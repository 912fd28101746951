"""List items inside a stretch without line breaks."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corpus_builder.splitters.lists import item_starts


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("المواد: • دقيق • سكر • ماء", ["• دقيق ", "• سكر ", "• ماء"]),
        ("الخطوات: 1. اغسل الأرز 2. اسلقه 3. صفّه", ["1. اغسل الأرز ", "2. اسلقه ", "3. صفّه"]),
        ("الخطوات: ١- اغسل ٢- اسلق ٣- صفّ", ["١- اغسل ", "٢- اسلق ", "٣- صفّ"]),
        ("فاز 1. ثم خسر 2. وتعادل", []),
        ("بلغت 3- نقاط و5- أهداف و7- بطاقات", []),
        ("درجة • حرارة", ["• حرارة"]),
        ("نقطة•ملتصقة", []),
        (
            "1) واحد 2) اثنان 3) ثلاثة 1) أول 2) ثان 3) ثالث",
            ["1) واحد ", "2) اثنان ", "3) ثلاثة ", "1) أول ", "2) ثان ", "3) ثالث"],
        ),
        ("نحو 1.5 و2.5 و3.5 كيلومتر", []),
    ],
)
def test_item_starts(text: str, items: list[str]) -> None:
    starts = item_starts(text, 0, len(text))
    assert [text[start:stop] for start, stop in pairwise([*starts, len(text)])] == items


def test_only_the_given_stretch_is_read() -> None:
    text = "• أول • ثان • ثالث"
    assert item_starts(text, 6, 12) == [6]
