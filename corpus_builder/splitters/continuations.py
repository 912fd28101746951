"""Words that tell whether a sentence goes on after a mark that often, but not always, ends one."""

from __future__ import annotations

import re
from typing import Final

_VOWELS: Final = re.compile("[\u064b-\u0652\u0670\u0640]")

# After a quotation that ends in its own mark these go on with the sentence that holds the quotation: the speaker's verb
# without a conjunction (؟" سأل الصحفي), a circumstantial participle (قائلا), a source (وفقا لـ).
_SPEECH: Final = frozenset(
    "قال قالت قالوا يقول تقول يقولون سأل سألت يسأل تسأل تساءل تساءلت يتساءل تتساءل صرح صرحت هتف هتفت صاح صاحت صرخ"
    " صرخت رد ردت يرد أجاب أجابت يجيب كتب كتبت يكتب علق علقت همس همست غرد غردت ردد رددت".split()
)
_ATTRIBUTION: Final = frozenset(
    "قائلا قائلة قائلين قائلا: مضيفا مضيفة مضيفين مشيرا مشيرة مؤكدا مؤكدة موضحا موضحة متسائلا متسائلة معتبرا معتبرة"
    " واصفا واصفة مبينا مبينة منوها لافتا لافتة مشددا مشددة معربا معربة متابعا متابعة مستطردا حسب بحسب وفق وفقا"
    " حسبما كما نقلا".split()
)
# A question or exclamation inside quotation marks is as often a title or an object as a whole sentence. These
# never open a sentence of their own without a verb, so they go on.
_PARTICLES: Final = frozenset(
    "على إلى الى من عن في مع بأن بأنه بأنها لأن لأنه أن أنه ثم أو أم بل حتى منذ خلال بعد قبل عند حول ضد دون الذي التي"
    " الذين عبر لدى هو هي كان كانت بينما فيما حين عندما و".split()
)
_AFTER_PAUSE: Final = frozenset(
    "هل لقد قد لكن لكنه لكنها إن إنه إنها إنهم إننا كما ثم لذلك لذا نعم هذا هذه هؤلاء ذلك تلك كل ليس لا لم لن"
    " بالنسبة يقول تقول قال قالت أما هنا هناك إذا لو لماذا كيف متى أين ماذا".split()
)


def bare(word: str) -> str:
    """``word`` without vowel signs and tatweel, for looking it up."""
    return _VOWELS.sub("", word)


def continues_after_quotation(text: str, word: str, after_word: int, marks: str) -> bool:
    """Whether ``word``, the first after a quotation closed behind ``marks``, goes on with the same sentence."""
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
