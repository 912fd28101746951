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

from corpus_builder.tokens import token_spans

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_SIGN, _WORD, _DIGIT, _ASCII_DIGIT, _ASCII_LETTER, _MARK, _SPACE, _RARE = range(8)
_REPEATED = ".…!?؟-–—=*~"
_BETWEEN_DIGITS = ".,٫٬:/"
_AFTER_LETTER = ".@/'’&+-"
_AFTER_ASCII_DIGIT = ".@/+-"
_ADDRESSES = ("http://", "https://", "www.")


def tokens_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """``(starts, ends)`` of all tokens of all texts, in order, in code points of the texts joined without a gap."""
    lengths = np.array([len(text) for text in texts], np.int64)
    first = np.concatenate(([0], np.cumsum(lengths)))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    classes = _classes()[np.minimum(codes, 0x10000)]
    begins = first[:-1][lengths > 0]
    starts, ends = _plain_tokens(codes, classes, begins)
    slow = _slow_texts(texts, classes, first, begins)
    return (starts, ends) if not slow else _with_slow(texts, first, slow, starts, ends)


def _plain_tokens(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], begins: Ints
) -> tuple[Ints, Ints]:
    space = classes == _SPACE
    mark = classes == _MARK
    word = (classes >= _WORD) & (classes <= _ASCII_LETTER)
    held = mark.copy()
    held[1:] |= word[1:] & (word[:-1] | mark[:-1])
    _hold_signs(codes, classes, held, begins)
    held[0] = False
    held[begins] = False
    begin = ~held & ~space
    begin[1:] |= held[1:] & space[:-1]
    begin &= ~space
    starts = np.flatnonzero(begin)
    last = np.empty(len(codes), bool)
    last[:-1] = space[1:] | begin[1:]
    last[-1] = True
    ends = np.flatnonzero(last & ~space) + 1
    return starts, ends


def _hold_signs(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], held: Flags, begins: Ints
) -> None:
    """Set ``held`` where a sign repeats the one before it, and at both sides of a joiner between two words."""
    signs = np.flatnonzero(classes == _SIGN)
    signs = signs[signs > 0]
    sign = codes[signs]
    repeated = _among(sign, _REPEATED) & (codes[signs - 1] == sign)
    held[signs[repeated]] = True
    # A sign at the edge of its text joins nothing of the next one's or the last one's.
    signs = np.setdiff1d(signs[signs < len(codes) - 1], np.concatenate((begins - 1, begins)))
    sign = codes[signs]
    before, after = classes[signs - 1], classes[signs + 1]
    digit_before = (before == _DIGIT) | (before == _ASCII_DIGIT)
    digit_after = (after == _DIGIT) | (after == _ASCII_DIGIT)
    ascii_after = (after == _ASCII_DIGIT) | (after == _ASCII_LETTER)
    joins = _among(sign, _BETWEEN_DIGITS) & digit_before & digit_after
    joins |= _among(sign, _AFTER_LETTER) & (before == _ASCII_LETTER) & ascii_after
    joins |= _among(sign, _AFTER_ASCII_DIGIT) & (before == _ASCII_DIGIT) & (after == _ASCII_LETTER)
    held[signs[joins]] = True
    held[signs[joins] + 1] = True


def _among(codes: npt.NDArray[np.uint32], characters: str) -> Flags:
    return _table_of(characters)[np.minimum(codes, 0x10000)]


@cache
def _table_of(characters: str) -> Flags:
    table = np.zeros(0x10001, bool)
    table[[ord(character) for character in characters]] = True
    return table


def _slow_texts(texts: Sequence[str], classes: npt.NDArray[np.uint8], first: Ints, begins: Ints) -> list[int]:
    """The texts that need the whole rule."""
    odd = classes == _RARE
    mark = classes == _MARK
    odd[1:] |= mark[1:] & (classes[:-1] == _SPACE)
    odd[begins] |= mark[begins]
    slow = set((np.searchsorted(first, np.flatnonzero(odd), side="right") - 1).tolist())
    slow.update(i for i, text in enumerate(texts) if any(address in text for address in _ADDRESSES))
    return sorted(slow)


def _with_slow(
    texts: Sequence[str], first: Ints, slow: Sequence[int], starts: Ints, ends: Ints
) -> tuple[Ints, Ints]:
    all_starts, all_ends = [], []
    position = 0
    for i in slow:
        low, high = np.searchsorted(starts, (first[i], first[i + 1]))
        spans = np.array(token_spans(texts[i]), np.int64).reshape(-1, 2) + first[i]
        all_starts += [starts[position:low], spans[:, 0]]
        all_ends += [ends[position:low], spans[:, 1]]
        position = high
    return np.concatenate([*all_starts, starts[position:]]), np.concatenate([*all_ends, ends[position:]])


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """The class of each code point below U+10000; the last entry stands for all beyond."""
    table = np.full(0x10001, _SIGN, np.uint8)
    everything = "".join(map(chr, range(0x10000)))
    for number, pattern in (
        (_SPACE, r"[\p{Z}\p{Cc}\p{Cf}\p{Cs}]"),
        (_WORD, r"[\p{L}\p{N}_]"),
        (_DIGIT, r"\p{Nd}"),
        (_MARK, r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{M}]"),
        (_RARE, r"[\p{GCB=Prepend}\p{InCB=Linker}\p{RI}\u200C\u200D]"),
        (_ASCII_DIGIT, "[0-9]"),
        (_ASCII_LETTER, "[A-Za-z]"),
    ):
        found = [match.start() for match in regex.finditer(pattern, everything, regex.V1)]
        table[found] = number
    table[0x10000] = _RARE
    return table
