"""Matching keys: text folded so that spellings of one word meet. Stored text is never folded.

Folding merges the alef, yeh, teh-marbuta and hamza-seat variants that Arabic writers interchange and removes
tatweel and vocalisation, after the normalisation step common in Arabic retrieval (Larkey, Ballesteros and Connell 2002).
"""

from __future__ import annotations

import re

#: One code point for one: lengths, and so offsets, stay as they are.
_REPLACED = (
    ("أ", "ا"),
    ("إ", "ا"),
    ("آ", "ا"),
    ("ٱ", "ا"),
    ("ى", "ي"),
    ("ی", "ي"),
    ("ئ", "ي"),
    ("ؤ", "و"),
    ("ة", "ه"),
    ("ک", "ك"),
    ("ڤ", "ف"),
    ("پ", "ب"),
    ("چ", "ج"),
    ("گ", "ك"),
    ("\u00a0", " "),
)
#: What the key leaves out: vocalisation, superscript alef, Quranic marks, tatweel, joiners.
REMOVED = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d]+"
)
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Fold letters one for one: the result has the length of ``text``, marks still in it."""
    for letter, key in _REPLACED:
        text = text.replace(letter, key)
    return text


def matching_key(text: str) -> str:
    """Fold letters and leave out marks and tatweel: shorter than ``text`` where it carried any."""
    return REMOVED.sub("", fold(text))


def fold_with_offsets(text: str) -> tuple[str, list[int] | None]:
    """The matching key and, for each of its code points and its end, the offset in ``text``; None where they are equal."""
    folded = fold(text)
    if REMOVED.search(folded) is None:
        return folded, None
    offsets: list[int] = []
    parts: list[str] = []
    position = 0
    for gap in REMOVED.finditer(folded):
        parts.append(folded[position : gap.start()])
        offsets.extend(range(position, gap.start()))
        position = gap.end()
    parts.append(folded[position:])
    offsets.extend(range(position, len(folded) + 1))
    return "".join(parts), offsets


def line_key(text: str) -> str:
    """A line as a key: folded, lower case, words joined by single spaces, no punctuation; equal for lines that read alike."""
    return _NOT_A_WORD.sub(" ", matching_key(text).lower()).strip()
