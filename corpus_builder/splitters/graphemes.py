"""Where white space may be cut away from what follows it."""

from __future__ import annotations

import unicodedata


def extends(char: str) -> bool:
    """Whether ``char`` joins the grapheme of the character before it (UAX #29, rules GB9 and GB9a)."""
    return char > "\u02ff" and (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )
