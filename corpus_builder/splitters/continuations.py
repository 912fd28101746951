"""Words that tell whether a sentence goes on after a mark that often, but not always, ends one."""

from __future__ import annotations

import re
from typing import Final


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


_VOWELS: Final = re.compile("[\u064b-\u0652\u0670\u0640]")

# After a quotation that ends in its own mark these go on with the sentence that holds it: the speaker's verb
# without a conjunction (؟" سأل الصحفي), a circumstantial participle (قائلا), a source (وفقا لـ).
_SPEECH: Final = _words(
    """
    قال قالت قالوا يقول تقول يقولون سأل سألت يسأل تسأل تساءل تساءلت يتساءل تتساءل صرح صرحت هتف هتفت
    صاح صاحت صرخ صرخت رد ردت يرد أجاب أجابت يجيب كتب كتبت يكتب علق علقت همس همست غرد غردت ردد رددت
    """
)
_ATTRIBUTION: Final = _words(
    """
    قائلا قائلة قائلين مضيفا مضيفة مضيفين مشيرا مشيرة مؤكدا مؤكدة موضحا موضحة متسائلا متسائلة معتبرا
    معتبرة واصفا واصفة مبينا مبينة منوها لافتا لافتة مشددا مشددة معربا معربة متابعا متابعة مستطردا
    حسب بحسب وفق وفقا حسبما كما نقلا
    """
)
# A question inside quotation marks is as often a title or an object as a whole sentence; these words do not
# open a sentence behind it.
_PARTICLES: Final = _words(
    """
    على إلى الى من عن في مع بأن بأنه بأنها لأن لأنه أن أنه ثم أو أم بل حتى منذ خلال بعد قبل عند حول
    ضد دون الذي التي الذين عبر لدى هو هي كان كانت بينما فيما حين عندما و
    """
)
_AFTER_PAUSE: Final = _words(
    """
    هل لقد قد لكن لكنه لكنها إن إنه إنها إنهم إننا كما ثم لذلك لذا نعم هذا هذه هؤلاء ذلك تلك كل ليس
    لا لم لن بالنسبة يقول تقول قال قالت أما هنا هناك إذا لو لماذا كيف متى أين ماذا
    """
)


def bare(word: str) -> str:
    """``word`` without vowel signs and tatweel, for looking it up."""
    return _VOWELS.sub("", word)


def continues_after_quotation(word: str, marks: str) -> bool:
    """Whether ``word``, the first after a quotation that ends in ``marks``, goes on with the sentence."""
    key = bare(word)
    if key in _ATTRIBUTION:
        return True
    if "." in marks and len(marks) == 1:
        return False
    return key in _SPEECH or key in _PARTICLES


def opens_after_pause(word: str) -> bool:
    """Whether ``word`` after two dots or an ellipsis starts a sentence rather than going on with one."""
    key = bare(word)
    if key in _AFTER_PAUSE:
        return True
    return len(key) > 3 and key[0] == "و" and not key.startswith(("وال", "ولل"))
