"""Many words taken apart at once: what `features.attributes` reads off one word, as numbers in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import PROCLITICS, fold
from corpus_builder.annotators.tagger.hashing import Hashes, Ints, Pieces, codes_of

Flags = NDArray[np.bool_]
_CLOSING = ">"
_ALEF, _LAM, _WAW, _FEH, _BEH, _KAF, _LINE = map(ord, "الوفبك\n")


class Forms(NamedTuple):
    """Folded words, how their letters lie in one text, and how many letters their article and their particles may
    be.

    The text has a ``>`` after each word. ``articles`` gives the letters of the article with what is before it, 0 where there is
    none; ``one`` and ``two`` tell of which words one letter and two letters may be attached particles.
    """

    folded: list[str]
    codes: NDArray[np.uint32]
    pieces: Pieces
    starts: Ints
    sizes: Ints
    articles: Ints
    one: Ints
    two: Ints

    def hashes(self) -> Hashes:
        return self.pieces.hashes(self.starts, self.starts + self.sizes)

    def rests(self, some: Ints, count: int) -> Hashes:
        """The hashes of these words less their first ``count`` letters."""
        return self.pieces.hashes(self.starts[some] + count, self.starts[some] + self.sizes[some])


def folded_words(words: Sequence[str]) -> list[str]:
    """`fold` of each word."""
    joined = fold("\n".join(words)).split("\n")
    # Words with line breaks in them, and one with nothing but marks, are folded by themselves.
    if len(joined) != len(words):
        return [fold(word) for word in words]
    return [key or fold(word) for key, word in zip(joined, words, strict=True)]


def forms_of(words: Sequence[str]) -> Forms:
    """The forms of words none of which is empty."""
    folded = folded_words(words)
    sizes = np.fromiter(map(len, folded), dtype=np.intp, count=len(folded))
    codes = codes_of(_CLOSING.join(folded) + _CLOSING * 4)
    starts = np.cumsum(sizes + 1) - sizes - 1
    # What lies after a word begins with a sign, so no letter of the next word is taken for one of it.
    first, second = codes[starts], codes[starts + 1]
    long = sizes > 3
    one = long & np.isin(first, [ord(letter) for letter in PROCLITICS])
    joining = (first == _WAW) | (first == _FEH)
    two = one & joining & (sizes > 4) & ((second == _BEH) | (second == _LAM) | (second == _KAF))
    return Forms(
        folded,
        codes,
        Pieces(codes),
        starts,
        sizes,
        _article_lengths(codes, starts, sizes, joining),
        np.flatnonzero(one),
        np.flatnonzero(two),
    )


def _article_lengths(codes: NDArray[np.uint32], starts: Ints, sizes: Ints, joining: Flags) -> Ints:
    """The length of what `features` takes for an article: ``[وف]?(?:[بك]?ال|لل)``, two more letters after it."""
    at = starts + joining
    article = at + ((codes[at] == _BEH) | (codes[at] == _KAF))
    full = (codes[article] == _ALEF) & (codes[article + 1] == _LAM)
    double = (codes[at] == _LAM) & (codes[at + 1] == _LAM)
    lengths = np.where(full, article, at) + 2 - starts
    lengths[~(full | double) | (sizes < lengths + 2)] = 0
    lengths[(codes[starts + lengths] == _LINE) | (codes[starts + lengths + 1] == _LINE)] = 0
    return lengths
