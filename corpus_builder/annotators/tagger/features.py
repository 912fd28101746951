"""What the model sees of a word: attributes of its type, none of which depends on its neighbours.

A sentence's score at a position is a sum over nearby words of what each word type contributes at its
distance. So everything a type contributes can be worked out once and kept, which is what makes decoding fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache
from typing import NamedTuple
from zlib import crc32

import regex

BOUNDARY = ""
"""The word that stands before the first and after the last word of a sentence."""

REACH = 2
"""How many words to either side have a say in the label of a word."""

OFFSETS = tuple(range(-REACH, REACH + 1))

PROCLITICS = "وفبلك"
_UNWRITTEN = regex.compile(r"[\p{Mn}\p{Cf}\u0640]+")
_LETTERS = str.maketrans("أإآٱىیکگڤپچ", "ااااييككفبج")
_DIGITS = regex.compile(r"\p{Nd}")
_SHAPE_LATIN = regex.compile(r"[A-Za-z]")

UNHEARD = 15
"""The band of a word too rare to be in the table of frequencies."""


class Knowledge(NamedTuple):
    """What is known of words before any text is read.

    ``kinds`` gives the kinds under which the word lists know a folded word; ``bands`` how rare it is, as the
    CRC-32 of its UTF-8 bytes to ``-2 log10`` of its share of all words, so 0 is the commonest. Sixteen bands
    are told apart. ``beginnings`` gives the labels of the names in the lists that begin with a folded word.
    """

    kinds: Callable[[str], Sequence[str]]
    bands: Mapping[int, int]
    beginnings: Mapping[str, Set[str]]

    def band(self, folded: str) -> int:
        return self.bands.get(crc32(folded.encode("utf-8", "surrogatepass")), UNHEARD)


def fold(word: str) -> str:
    """The matching key of a word: no vowel marks, tatweel or format characters; one alef, one yeh; digits as
    ``0``.
    """
    bare: str = _UNWRITTEN.sub("", word) or word
    key: str = _DIGITS.sub("0", bare)
    return key.translate(_LETTERS).casefold()


def without_proclitics(folded: str) -> list[str]:
    """What may be left of a folded word when one or two attached particles are taken off, longest first."""
    rests = []
    if len(folded) > 3 and folded[0] in PROCLITICS:
        rests.append(folded[1:])
        if folded[0] in "وف" and len(folded) > 4 and folded[1] in "بلك":
            rests.append(folded[2:])
    return rests


@cache
def _article() -> regex.Pattern[str]:
    return regex.compile(r"[وف]?(?:[بك]?ال|لل)(?=..)")


def listed(kinds: Sequence[str]) -> list[str]:
    """What the word lists say of a surface: its kinds, the labels of these, and whether they leave no doubt.

    A kind of its own may be too rare in gold to be learned, the label never is.
    """
    labels = sorted({kind.partition(".")[0] for kind in kinds} - {"-"})
    names = [*kinds, *labels]
    if len(labels) == 1 and all(kind.startswith(labels[0]) for kind in kinds):
        names.append(f"{labels[0]}!")
    return names


def _rarity(folded: str, stem: str, rests: list[str], article: str, knowledge: Knowledge) -> list[str]:
    """How rare the word is, and how rare it would be without its article or particles."""
    band = knowledge.band(folded)
    names = [f"f={band}"]
    names += [f"lf={name}|{band // 2}" for name in listed(knowledge.kinds(folded)) if "." not in name]
    if article:
        names += [f"ft={knowledge.band(stem)}", f"fa={article}{knowledge.band(stem)}"]
    for rest in rests:
        rarity = knowledge.band(rest)
        names += [f"fr{folded[0]}={rarity}", f"fd{folded[0]}={(band - rarity) // 2}"]
        gained = f"{rarity // 2}|{(band - rarity) // 2}"
        names += [f"lfr={name}|{gained}" for name in listed(knowledge.kinds(rest)) if "." not in name]
    return names


SUFFIXES = ("هم", "ها", "ات", "ون", "ين", "ية", "ي", "ه", "ة", "ان", "نا", "ا")
SHORTEST_STEM = 3
"""Letters, the article included, that must be left of a word without its ending."""


def _light_stem(folded: str, stem: str) -> list[str]:
    """The stem less one ending, as light stemmers take it off (Larkey, Ballesteros and Connell 2002)."""
    for suffix in SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= SHORTEST_STEM:
            return [f"sx={stem[: -len(suffix)]}"]
    return []


def is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff" and letter.isalpha()


def _shape(word: str) -> str:
    first = word[0]
    if is_arabic(first):
        return "ar"
    if first.isdigit():
        return f"0{min(len(word), 5)}" if word.isdigit() else "0x"
    if _SHAPE_LATIN.match(first):
        if word.isupper():
            return "XX" if len(word) > 1 else "X"
        return "Xx" if first.isupper() else "xx"
    return "sign" if len(word) == 1 else "signs"


def attributes(word: str, knowledge: Knowledge) -> tuple[list[str], list[str], list[str]]:
    """What the word says of the label of a word: of itself, of one right beside it, of one two places off.

    The names do not tell the side; `placed` does.
    """
    if word == BOUNDARY:
        return [], ["#"], ["#"]
    folded = fold(word)
    shape = _shape(word)
    known = [f"g={name}" for name in listed(knowledge.kinds(folded))]
    if shape != "ar":
        rests = without_proclitics(folded)
        for rest in rests:
            known += [f"gr={name}" for name in listed(knowledge.kinds(rest))]
        every = [f"w={folded}", f"shape={shape}", *known]
        return [f"n={min(len(folded), 9)}", *every], every, every

    rests = without_proclitics(folded)
    matched = _article().match(folded)
    article, stem = (matched.group(), folded[matched.end() :]) if matched else ("", folded)
    for rest in rests:
        known += [f"gr={name}" for name in listed(knowledge.kinds(rest))]
    known += _rarity(folded, stem, rests, article, knowledge)
    known += _light_stem(folded, stem)
    every = [f"w={folded}", f"shape={shape}", *known]
    if article:
        every.append(f"al={article}")
    size = len(folded)
    here = [*every, f"n={min(size, 9)}"]
    here += [f"p{n}={folded[:n]}" for n in (1, 2, 3, 4) if size > n]
    here += [f"s{n}={folded[-n:]}" for n in (1, 2, 3, 4) if size > n]
    here += [f"r={rest}" for rest in rests]
    here += [f"t={stem}"] if article else [f"t={form}" for form in (folded, *rests)]
    here += [f"rp{n}={rest[:n]}" for rest in rests[:1] for n in (1, 2, 3) if len(rest) > n]
    bounded = f"<{stem}>"
    here += [f"c{n}={bounded[i : i + n]}" for n in (2, 3, 4) for i in range(len(bounded) - n + 1)]
    beside = [*every, f"p1={folded[:1]}", f"p2={folded[:2]}", f"s2={folded[-2:]}", f"s3={folded[-3:]}"]
    beside.append(f"t={stem}" if article else f"t={folded}")
    beside += [f"r={rest}" for rest in rests]
    return here, beside, [*every, f"s2={folded[-2:]}"]


def placed(here: list[str], beside: list[str], beyond: list[str]) -> tuple[list[str], ...]:
    """The names of `attributes` as a model has them, for each of ``OFFSETS``.

    An attribute at offset ``k`` speaks of the label of the word that has this one ``k`` places on.
    """
    return (
        [f"-2{name}" for name in beyond],
        [f"-1{name}" for name in beside],
        here,
        [f"1{name}" for name in beside],
        [f"2{name}" for name in beyond],
    )


def unplaced(name: str) -> tuple[int, str]:
    """The offset of a model's attribute, and its name without it."""
    if name[0] == "-":
        return -int(name[1]), name[2:]
    if name[0] in "12":
        return int(name[0]), name[1:]
    return 0, name
