"""Tokens after which a full stop does not end an Arabic sentence.

All of it is common knowledge of the writing system, kept apart from the rules that use it so that a reader
can extend a set without reading code.
"""

from __future__ import annotations

from typing import Final

from corpus_builder.splitters.lexicon import word_set

# The names of the Latin letters as Arabic newspapers spell them: بي.بي.سي, جيه. كيه. رولينغ.
LETTER_NAMES: Final = word_set(
    """
    إيه ايه أيه إي اي أي آي بي سي دي إف اف أف جي جيه إتش اتش أتش جاي كي كيه إل ال أل إم ام أم إن ان
    أن أو او بيه كيو كو آر ار أر إس اس أس تي يو في فيه دبليو دابليو إكس اكس أكس واي وي زد زي فاي
    """
)

# Wire agencies, eras and company forms written as initials; unlike a title, these can close a sentence.
CLOSING_INITIALS: Final = word_set(
    """
    ق.م ب.م ص.ب أ.ف.ب ا.ف.ب أ.ب ا.ب د.ب.أ د.ب.ا إ.ب.أ ا.ب.ا ي.ب.أ أ.ش.أ ش.م.م ش.م.ع و.أ.ف ت.م ه.م
    """
)

# Titles and references shorter than a word, with the clitics they are written with: ود. أحمد, لد. سعاد.
TITLES: Final = word_set("د م أ ود وم وأ لد لم لأ بد بم بأ وب وج وص وس وك هـ جـ صـ")

# What may follow the year, the hour or the amount that a one-letter era or unit belongs to.
AFTER_NUMBER: Final = word_set(
    """
    م ه هـ ص س ع ت ق ج ك د ر
    """
)

# Latin abbreviations that expect another Latin word or a number.
LATIN: Final = word_set(
    """
    mr mrs ms dr prof sr jr st vs etc no vol fig pp ed eds inc ltd co corp gen col lt sgt capt rev
    hon gov sen rep e.g i.e u.s u.k u.n a.m p.m ph.d b.c a.d jan feb mar apr jun jul aug sep sept
    oct nov dec
    """
)

# Names that carry a mark of their own.
MARKED_NAMES: Final = word_set(
    """
    ياهو yahoo
    """
)
