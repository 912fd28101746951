"""Words that tell whether a sentence goes on after a mark that often, but not always, ends one."""

from __future__ import annotations

from typing import Final

from corpus_builder.splitters.lexicon import LEAD_VERBS, OPENERS, bare, word_set

# After a quotation that ends in its own mark these go on with the sentence that holds it: the speaker's verb
# without a conjunction (؟" سأل الصحفي), a circumstantial participle (قائلا), a source (وفقا لـ).
_SPEECH: Final = word_set(
    """
    قال قالت قالوا يقول تقول يقولون سأل سألت يسأل تسأل تساءل تساءلت يتساءل تتساءل صرح صرحت هتف هتفت
    صاح صاحت صرخ صرخت رد ردت يرد أجاب أجابت يجيب كتب كتبت يكتب علق علقت همس همست غرد غردت
    ردد رددت ضحك ضحكت يضحك تضحك ابتسم ابتسمت
    """
)
_ATTRIBUTION: Final = word_set(
    """
    قائلا قائلة قائلين مضيفا مضيفة مضيفين مشيرا مشيرة مؤكدا مؤكدة موضحا موضحة متسائلا متسائلة معتبرا
    معتبرة واصفا واصفة مبينا مبينة منوها لافتا لافتة مشددا مشددة معربا معربة متابعا متابعة مستطردا
    حسب بحسب وفق وفقا حسبما كما نقلا
    """
)
# A question inside quotation marks is as often a title or an object as a whole sentence; these words do not
# open a sentence behind it.
_PARTICLES: Final = word_set(
    """
    على إلى الى من عن في مع بأن بأنه بأنها لأن لأنه أن أنه ثم أو أم بل حتى منذ خلال بعد قبل عند حول
    ضد دون الذي التي الذين عبر لدى هو هي بينما فيما حين عندما و
    """
)
_AFTER_PAUSE: Final = word_set(
    """
    هل لقد قد لكن لكنه لكنها إن إنه إنها إنهم إننا كما ثم لذلك لذا نعم هذا هذه هؤلاء ذلك تلك كل ليس
    لا لم لن بالنسبة يقول تقول قال قالت أما هنا هناك إذا لو لماذا كيف متى أين ماذا
    """
)


def continues_after_quotation(word: str, closing: str) -> bool:
    """Whether ``word``, the first after a quotation that ends in ``closing``, goes on with the sentence."""
    key = bare(word)
    if key in _ATTRIBUTION:
        return True
    if "." in closing:
        return False
    return key in _SPEECH or key in _PARTICLES


def opens_after_pause(word: str, length: int) -> bool:
    """Whether ``word`` after two dots or an ellipsis starts a sentence rather than going on with one.

    ``length`` counts the words before the dots: the longer the stretch, the likelier it is a whole sentence.
    """
    key = bare(word)
    if key[:1] == "و" and (key[1:] in LEAD_VERBS or key[1:] in OPENERS):
        return length >= 6
    if key in _AFTER_PAUSE:
        return length >= 12
    return length >= 15 and len(key) > 3 and key[0] == "و" and not key.startswith(("وال", "ولل"))
