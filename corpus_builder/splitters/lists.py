"""List items that lost their line breaks and run on as one line."""

from __future__ import annotations

import re
from typing import Final

# Each looks behind only where its first character stands: so the search stays a table scan.
_BULLET: Final = re.compile(r"[•▪●◦‣▫■](?<=\s.)(?=\s*+\w)")
_NUMBER: Final = re.compile(r"([1-9](?<!\S.)[0-9]?|[١-٩](?<!\S.)[٠-٩]?)(?:[.)] ?|- ?|\. ?-|/ )(?=[^\W\d_])")
_SHORTEST_RUN: Final = 3


def item_starts(text: str, start: int, end: int) -> list[int]:
    """Return where list items start in ``text[start:end]``, a stretch without line breaks.

    A bullet always starts one; a number does in a run of at least three that counts up from one.
    """
    found = [match.start() for match in _BULLET.finditer(text, start, end)]
    run: list[int] = []
    for match in _NUMBER.finditer(text, start, end):
        number = int(match[1])
        if number == len(run) + 1:
            run.append(match.start())
        elif number == 1:
            found += _long_enough(run)
            run = [match.start()]
    return sorted(found + _long_enough(run))


def _long_enough(run: list[int]) -> list[int]:
    return run if len(run) >= _SHORTEST_RUN else []
