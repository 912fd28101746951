from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.readers.dates import iso_date
from corpus_builder.schemas import fast

with (Path(__file__).parent.parent / "cases" / "readers" / "dates.tsv").open(
    encoding="utf-8", newline=""
) as lines:
    CASES = [(row["written"], row["iso"] or None) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.mark.parametrize(("written", "iso"), CASES)
def test_dates_as_scrapers_write_them(written: str, iso: str | None) -> None:
    assert iso_date(written) == iso


def test_numbers_are_seconds_or_milliseconds() -> None:
    assert iso_date(1439232769) == iso_date(1439232769000) == iso_date(1439232769.0) == "2015-08-10T18:52:49Z"
    for value in (True, None, 0, -1, 17, float("nan"), float("inf"), 1e30, [], {}):
        assert iso_date(value) is None


@given(st.text("0123456789-/.: ٠١٢٣٤٥٦٧٨٩TZ+,AugMon", max_size=30))
def test_whatever_is_read_fits_the_schema(text: str) -> None:
    found = iso_date(text)
    assert found is None or fast("article").is_valid({"id": "a", "text": "x", "published": found})
