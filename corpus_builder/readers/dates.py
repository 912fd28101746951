"""Dates as scrapers write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[Tt ]|, ?)\s*(.+))?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:(?:[Tt ]|, ?)\s*(.+))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
#: Numbers from here on are seconds since 1970, and from a thousand times as much on milliseconds.
_EPOCH_FROM = 10**8


def iso_date(value: object) -> str | None:
    """The date or date-time in ISO 8601, or None if it is in no form we read.

    Read are ``2015-08-10 18:52:49`` and its like with slashes or dots, the day-first forms ``10/08/2015``,
    mail dates (RFC 5322), Unix seconds and milliseconds, each also with Arabic digits. A month-first date
    is never guessed.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = " ".join(value.translate(_DIGITS).split())
    if match := _YEAR_FIRST.fullmatch(text):
        return _joined(match[1], match[2], match[3], match[4])
    if match := _DAY_FIRST.fullmatch(text):
        return _joined(match[3], match[2], match[1], match[4])
    if text.isdecimal() and len(text) in (9, 10, 12, 13):
        return _from_epoch(int(text))
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _joined(year: str, month: str, day: str, clock: str | None) -> str | None:
    try:
        whole = date(int(year), int(month), int(day)).isoformat()
        if clock is None:
            return whole
        match = _TIME.fullmatch(clock)
        if match is None:
            return None
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        offset = (match[4] or "").upper()
        if len(offset) == 5:
            offset = f"{offset[:3]}:{offset[3:]}"
        text = f"{whole}T{hour:02}:{minute:02}:{second:02}{offset}"
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _from_epoch(seconds: float) -> str | None:
    if seconds >= _EPOCH_FROM * 1000:
        seconds /= 1000
    if not _EPOCH_FROM <= seconds < 10**10:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
