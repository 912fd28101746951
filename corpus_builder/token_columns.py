"""The tokens of many texts at once: `tokens.token_spans` for columns.

The rule of `tokens` is local, so for text of letters, digits, marks and common signs it becomes a few array operations over a table of
character classes. A text with anything rarer (addresses, flags, conjuncts, emoji sequences, marks without a base, code points beyond
the Basic Multilingual Plane) is left to `token_spans` itself; both ways give the same tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from corpus_builder.code_points import Classes, Codes, Flags, Ints, codes_of, entries
from corpus_builder.tokens import token_spans

_SIGN, _WORD, _DIGIT, _ASCII_DIGIT, _ASCII_LETTER, _MARK, _SPACE, _RARE = range(8)
_REPEATED = ".…!?؟-–—=*~"
_BETWEEN_DIGITS = ".,٫٬:/"
_AFTER_LETTER = ".@/'’&+-"
_AFTER_ASCII_DIGIT = ".@/+-"
_JOINERS = "".join(sorted({*_BETWEEN_DIGITS, *_AFTER_LETTER, *_AFTER_ASCII_DIGIT}))
_COLON, _SLASH, _STOP, _W = map(ord, ":/.w")


def tokens_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """``(starts, ends)`` of all tokens of all texts, in order, in code points of the texts joined without a gap."""
    joined = "".join(texts)
    first = np.concatenate(([0], np.cumsum([len(text) for text in texts], dtype=np.int64)))
    return joined_tokens(joined, codes_of(joined), first)


def joined_tokens(joined: str, codes: Codes, first: Ints, cuts: Ints | None = None) -> tuple[Ints, Ints]:
    """The same for texts already joined: text ``i`` is ``joined[first[i]:first[i + 1]]``, ``codes`` are its `codes_of`.

    A token is cut in two where one of ``cuts`` (code points of ``joined``, in any order) falls inside it.
    """
    if not len(codes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    classes = _CLASSES.of(codes)
    begins = first[:-1][first[1:] > first[:-1]]
    covered = classes != _SPACE
    mark = classes == _MARK
    word = (classes >= _WORD) & (classes <= _ASCII_LETTER)
    held = mark.copy()
    held[1:] |= word[1:] & (word[:-1] | mark[:-1])
    addresses = _hold_signs(codes, classes, held, begins)
    held[0] = False
    held[begins] = False
    begin = ~held
    begin[1:] |= ~covered[:-1]
    begin &= covered
    last = np.empty(len(codes), bool)
    last[:-1] = ~covered[1:] | begin[1:]
    last[-1] = True
    last &= covered
    for i in _slow_texts(classes, mark, first, begins, addresses):
        low, high = int(first[i]), int(first[i + 1])
        begin[low:high] = last[low:high] = False
        spans = np.array(token_spans(joined[low:high]), np.int64).reshape(-1, 2) + low
        begin[spans[:, 0]] = True
        last[spans[:, 1] - 1] = True
        begun, ended = np.cumsum(begin[low:high]), np.cumsum(last[low:high])
        covered[low:high] = begun > ended - last[low:high]
    if cuts is not None:
        cuts = cuts[(cuts > 0) & (cuts < len(codes))]
        cuts = cuts[covered[cuts] & covered[cuts - 1]]
        begin[cuts] = True
        last[cuts - 1] = True
    return np.flatnonzero(begin), np.flatnonzero(last) + 1


def _hold_signs(codes: Codes, classes: npt.NDArray[np.uint8], held: Flags, begins: Ints) -> Ints:
    """Set ``held`` where a sign repeats the one before it, and at both sides of a joiner between two words.

    Gives the places of the signs that every address has one of.
    """
    signs = np.flatnonzero(classes == _SIGN)
    signs = signs[signs > 0]
    sign = codes[signs]
    previous = codes[signs - 1]
    repeated = entries(_table_of(_REPEATED), sign) & (previous == sign)
    held[signs[repeated]] = True
    addresses: Ints = signs[((sign == _SLASH) & (previous == _COLON)) | ((sign == _STOP) & (previous == _W))]
    joining = entries(_table_of(_JOINERS), sign)
    # A sign at the edge of its text joins nothing of the next one's or the last one's.
    edge = np.zeros(len(codes), bool)
    edge[begins] = edge[begins - 1] = True
    joining &= ~edge[signs]
    signs, sign = signs[joining], sign[joining]
    before, after = classes[signs - 1], classes[signs + 1]
    digit_before = (before == _DIGIT) | (before == _ASCII_DIGIT)
    digit_after = (after == _DIGIT) | (after == _ASCII_DIGIT)
    ascii_after = (after == _ASCII_DIGIT) | (after == _ASCII_LETTER)
    joins = entries(_table_of(_BETWEEN_DIGITS), sign) & digit_before & digit_after
    joins |= entries(_table_of(_AFTER_LETTER), sign) & (before == _ASCII_LETTER) & ascii_after
    joins |= (
        entries(_table_of(_AFTER_ASCII_DIGIT), sign) & (before == _ASCII_DIGIT) & (after == _ASCII_LETTER)
    )
    held[signs[joins]] = True
    held[signs[joins] + 1] = True
    return addresses


@cache
def _table_of(characters: str) -> Flags:
    table = np.zeros(0x10001, bool)
    table[[ord(character) for character in characters]] = True
    return table


def _slow_texts(
    classes: npt.NDArray[np.uint8], mark: Flags, first: Ints, begins: Ints, addresses: Ints
) -> list[int]:
    """The texts that need the whole rule, and those with something like an address."""
    odd = classes == _RARE
    odd[1:] |= mark[1:] & (classes[:-1] == _SPACE)
    odd[begins] |= mark[begins]
    places = np.concatenate((np.flatnonzero(odd), addresses)) if len(addresses) else np.flatnonzero(odd)
    slow = np.searchsorted(first, places, side="right") - 1
    return sorted(set(slow.tolist()))


def _class_of(char: str) -> int:
    """The class of a character: the first of these that it fits."""
    for number, pattern in (
        (_ASCII_LETTER, "[A-Za-z]"),
        (_ASCII_DIGIT, "[0-9]"),
        (_RARE, r"[\p{GCB=Prepend}\p{InCB=Linker}\p{RI}\u200C\u200D]"),
        (_MARK, r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{M}]"),
        (_DIGIT, r"\p{Nd}"),
        (_WORD, r"[\p{L}\p{N}_]"),
        (_SPACE, r"[\p{Z}\p{Cc}\p{Cf}\p{Cs}]"),
    ):
        if regex.match(pattern, char, regex.V1):
            return number
    return _SIGN


_CLASSES = Classes(_class_of, _RARE)
