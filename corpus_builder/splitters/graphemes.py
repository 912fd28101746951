"""Where white space may be cut away from what follows it."""

from __future__ import annotations

from functools import cache

import regex

#: The `regex` library knows a newer Unicode than Python does, and the contract is checked with it.
_EXTENDS = regex.compile(r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}\p{M}]")


def extends(char: str) -> bool:
    """Whether ``char`` joins the grapheme of the character before it (UAX #29: Extend, ZWJ or SpacingMark)."""
    return char > "\u02ff" and _joins(char)


@cache
def _joins(char: str) -> bool:
    return _EXTENDS.match(char) is not None
