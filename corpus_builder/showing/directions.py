"""Which way a language is written."""

from __future__ import annotations

from babel.core import get_global

#: Scripts written from right to left, as ISO 15924 codes (Unicode, Scripts and Bidi_Class of their letters).
_RIGHT_TO_LEFT = frozenset(
    {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)


def direction(language: str) -> str:
    """``rtl`` or ``ltr`` for a BCP 47 tag: by its script subtag, else by the language's likely script (CLDR).

    ``auto``, the first strong letter of the text, where CLDR knows no script for the language.
    """
    primary, *rest = language.replace("_", "-").split("-")
    for subtag in rest:
        if len(subtag) == 1:
            break
        if len(subtag) == 4 and subtag.isalpha():
            return _of_script(subtag.title())
    likely = get_global("likely_subtags").get(primary.lower())
    if primary.lower() == "und" or likely is None:
        return "auto"
    return _of_script(likely.split("_")[1])


def _of_script(script: str) -> str:
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"
