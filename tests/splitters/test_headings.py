"""Where a heading may end, and what the model sees there."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus_builder.splitters.arabic import split
from corpus_builder.splitters.headings import gaps, joints

WEIGHTS = json.loads(
    files("corpus_builder").joinpath("data/splitters/headings.json").read_text(encoding="utf-8")
)["weights"]
FLAT = [
    line.replace("‖", "")
    for line in (Path(__file__).parents[1] / "cases" / "splitters" / "lost-line-breaks.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if not line.startswith("#")
]
LEAD = "افتتاح معرض الكتاب في الميناء افتتح المحافظ أمس معرض الكتاب في الميناء وسط حضور كبير."


def test_gaps_lie_between_two_words() -> None:
    found = [
        (LEAD[:stop].split()[-1], LEAD[start:].split()[0])
        for stop, start, _ in gaps(LEAD, 0, len(LEAD), True)
    ]
    words = LEAD.split()
    assert found == list(pairwise(words))[: len(words) - 4]


def test_no_gap_inside_quotation_marks_brackets_or_beside_a_comma() -> None:
    text = "صحيفة «الخبر الأول اليوم» تنشر، غدا، (صور نادرة جدا) من أرشيف المدينة القديمة كلها"
    words_before = [text[:stop].split()[-1] for stop, _, _ in gaps(text, 0, len(text), False)]
    assert words_before == ["صحيفة", "اليوم»", "جدا)", "من"]


def test_the_words_that_come_again_are_counted_on_both_sides() -> None:
    features = {stop: names for stop, _, names in gaps(LEAD, 0, len(LEAD), True)}
    heading = len("افتتاح معرض الكتاب في الميناء")
    assert "x=0of3" in features[heading]
    assert "x=2of3" in features[len("افتتاح معرض")]
    assert "s=3" in features[heading]


def test_a_headline_that_the_lead_repeats_is_cut_off() -> None:
    assert (len("افتتاح معرض الكتاب في الميناء"), len("افتتاح معرض الكتاب في الميناء ")) in joints(
        LEAD, 0, len(LEAD), True
    )


def test_headings_are_sought_only_where_line_breaks_were_lost() -> None:
    flat = (
        LEAD
        + " ويستمر المعرض عشرة أيام بمشاركة ستين دار نشر من المنطقة وخارجها، والدخول مجاني للطلاب والأطفال."
    )
    assert len(split(flat, 0, len(flat))) == 3
    broken = flat + "\nوفي سياق آخر، تبدأ غدا ندوات المعرض في القاعة الكبرى."
    assert len(split(broken, 0, len(flat))) == 3 - (5 * len(flat) <= 4 * len(broken))
    assert len(split(broken, 0, len(broken))) == 3
    titled = "عنوان المقال\n\n" + "كلام كثير قبل ذلك. " * 20 + "\n\n" + flat
    assert len(split(titled, titled.index(flat), len(titled))) == 2


@given(st.text(alphabet=" \n\u0301\u200dابوقال.,«»()", max_size=80))
def test_any_text_has_features(text: str) -> None:
    for stop, start, features in gaps(text, 0, len(text), False):
        assert 0 < stop < start < len(text)
        assert text[stop:start].isspace()
        assert features


def best_gaps(text: str, first: bool) -> list[tuple[int, int]]:
    """What `joints` is to find, from the features as they are named: the best gap, then the best behind the one after it."""
    scored = [
        (
            round(
                1000 * sum([WEIGHTS.get(name, 0.0) for name in names], WEIGHTS[""]) + 3500 * ("link" in names)
            ),
            stop,
            start,
        )
        for stop, start, names in gaps(text, 0, len(text), first)
    ]
    found = []
    threshold = -2000 if first else -1250
    while scored:
        best = max(range(len(scored)), key=lambda place: scored[place][0])
        if scored[best][0] < threshold:
            break
        found.append(scored[best][1:])
        scored = scored[best + 2 :]
        threshold = -250
    return found


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("text", FLAT)
def test_the_remembered_sums_are_those_of_the_features(text: str, first: bool) -> None:
    assert joints(text, 0, len(text), first) == best_gaps(text, first)


WORDS = [
    "افتتاح",
    "معرض",
    "في",
    "الميناء",
    "افتتح",
    "المحافظ:",
    "وقال،",
    "(صور)",
    "«ندوة»",
    '"خبر"',
    "–",
    "هل",
    "2020",
    "ثم",
    "قالت..",
    "المقابل،",
    "جهته،",
]


@given(st.lists(st.sampled_from(WORDS), max_size=70).map(" ".join), st.booleans())
@example("وصول القافلة إلى المخيم في المقابل، قال شهود إن الطريق ما زال مغلقا", True)
def test_the_remembered_sums_are_those_of_the_features_of_any_words(text: str, first: bool) -> None:
    assert joints(text, 0, len(text), first) == best_gaps(text, first)
