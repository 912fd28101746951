"""What the model sees of a word: attributes of its type, none of which depends on its neighbours.

A sentence's score at a position is a sum over nearby words of what each word type contributes at its
distance. So everything a type contributes can be worked out once and kept, which is what makes decoding fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
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


@dataclass(frozen=True, slots=True)
class Knowledge:
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


def _shape(word: str) -> str:
    first = word[0]
    if "\u0600" <= first <= "\u06ff" and first.isalpha():
        return "ar"
    if first.isdigit():
        return f"0{min(len(word), 5)}" if word.isdigit() else "0x"
    if _SHAPE_LATIN.match(first):
        if word.isupper():
            return "XX" if len(word) > 1 else "X"
        return "Xx" if first.isupper() else "xx"
    return "sign" if len(word) == 1 else "signs"


def attributes(
    word: str, knowledge: Knowledge
) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """What the word contributes at each of ``OFFSETS`` from it, as attribute names.

    An attribute at offset ``k`` speaks of the label of the word that has this one ``k`` places on.
    """
    if word == BOUNDARY:
        return ["-2#"], ["-1#"], [], ["1#"], ["2#"]
    folded = fold(word)
    shape = _shape(word)
    rests = without_proclitics(folded)
    article = _article().match(folded)
    stem = folded[article.end() :] if article else folded

    here = [f"w={folded}", f"shape={shape}", f"n={min(len(folded), 9)}"]
    if shape == "ar":
        here += [f"p{n}={folded[:n]}" for n in range(1, 5) if len(folded) > n]
        here += [f"s{n}={folded[-n:]}" for n in range(1, 5) if len(folded) > n]
        here += [f"r={rest}" for rest in rests]
        if article:
            here += [f"al={article.group()}", f"t={stem}"]
        else:
            here += [f"t={rest}" for rest in (folded, *rests)]
        bounded = f"<{stem}>"
        here += [f"c3={bounded[i : i + 3]}" for i in range(len(bounded) - 2)]
    known = [f"g={kind}" for kind in knowledge.kinds(folded)]
    for rest in rests:
        known += [f"gr={kind}" for kind in knowledge.kinds(rest)]
    if shape == "ar":
        band = knowledge.band(folded)
        known.append(f"f={band}")
        if article:
            known += [f"ft={knowledge.band(stem)}", f"fa={article.group()}{knowledge.band(stem)}"]
        for rest in rests:
            rarity = knowledge.band(rest)
            known += [f"fr{folded[0]}={rarity}", f"fd{folded[0]}={(band - rarity) // 2}"]
    here += known

    beside = [f"w={folded}", f"shape={shape}", *known]
    if shape == "ar":
        beside += [f"p1={folded[:1]}", f"s2={folded[-2:]}", f"s3={folded[-3:]}", f"p2={folded[:2]}"]
        beside += [f"al={article.group()}", f"t={stem}"] if article else [f"t={folded}"]
        beside += [f"r={rest}" for rest in rests]
    beyond = [f"w={folded}", f"shape={shape}", *known]
    if shape == "ar":
        beyond += [f"s2={folded[-2:]}"]
        beyond += [f"al={article.group()}"] if article else []
    return (
        [f"-2{name}" for name in beyond],
        [f"-1{name}" for name in beside],
        here,
        [f"1{name}" for name in beside],
        [f"2{name}" for name in beyond],
    )
