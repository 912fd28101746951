import pytest

from corpus_builder.showing.directions import direction


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "rtl"),
        ("AR-eg", "rtl"),
        ("ar-Latn", "ltr"),
        ("ckb", "rtl"),
        ("dv", "rtl"),
        ("he-IL", "rtl"),
        ("az-Arab-IR", "rtl"),
        ("az", "ltr"),
        ("pa_Arab", "rtl"),
        ("en", "ltr"),
        ("en-x-arab", "ltr"),
        ("und", "auto"),
        ("qqq", "auto"),
        ("", "auto"),
    ],
)
def test_direction(language, expected):
    assert direction(language) == expected
