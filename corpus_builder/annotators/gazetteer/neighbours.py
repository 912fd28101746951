"""Words beside a name that make it another one or none."""

from __future__ import annotations

from corpus_builder.annotators.gazetteer.lists import keys
from corpus_builder.annotators.gazetteer.pieces import SUFFIXES

FAMILY_WORDS = keys("بن ابن بنت آل ولد أبو أبي أبا أم ود بني عبد جامع سورة مار سيدي")
FULL_NAME_ENDS = keys("الدولي الدولية الوطني الوطنية المركزي المركزية")
TIME_WORDS = keys(
    "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة اليوم الماضي الماضية المقبل المقبلة الحالي"
)
#: Words after a listed name that make it another one.
OTHER_NAME_ENDS = keys(
    "العام العامة الكبير الكبرى الصغرى الجنوبي الجنوبية الشمالي الشمالية الشرقي الشرقية الغربي الغربية"
)
#: Nouns before a listed body that make it a part of another one.
DESCENT = keys("بن ابن آل بنت")
BODY_NOUNS = keys(
    "مديرية دائرة هيئة منظمة مؤسسة جمعية وكالة لجنة شركة مكتب نادي استاد ملعب مدرسة صندوق"
    " نقابة رابطة كنيسة جامع"
)
CLUB_NOUNS = keys("نادي فريق نادى")
AFTER_OTHER_PLACES = keys("بن ابن راس") | SUFFIXES
