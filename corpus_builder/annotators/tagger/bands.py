"""How rare words are: the bands of a model, for one word and for many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.features import UNHEARD


class Bands(Mapping[int, int]):
    """CRC-32 of words to their bands, as `Knowledge` has it, in two arrays by rising CRC-32."""

    def __init__(self, prints: NDArray[np.uint32], bands: NDArray[np.uint8]) -> None:
        self.prints = prints
        self.bands = bands

    @classmethod
    def of(cls, bands: Mapping[int, int]) -> Bands:
        if isinstance(bands, Bands):
            return bands
        pairs = sorted(bands.items())
        return cls(
            np.array([word for word, _ in pairs], dtype=np.uint32),
            np.array([band for _, band in pairs], dtype=np.uint8),
        )

    def __getitem__(self, word: int) -> int:
        at = bisect_left(self.prints.data, word)
        if at == len(self.prints) or self.prints[at] != word:
            raise KeyError(word)
        return int(self.bands[at])

    def __iter__(self) -> Iterator[int]:
        return iter(self.prints.tolist())

    def __len__(self) -> int:
        return len(self.prints)

    def of_words(self, folded: Sequence[str]) -> NDArray[np.intp]:
        """The band of each folded word, as `Knowledge.band` gives it."""
        out = np.full(len(folded), UNHEARD, dtype=np.intp)
        if len(self.prints):
            encoded = [word.encode("utf-8", "surrogatepass") for word in folded]
            prints = np.fromiter(map(crc32, encoded), dtype=np.uint32, count=len(encoded))
            at = np.searchsorted(self.prints, prints)
            at[at == len(self.prints)] = 0
            known = self.prints[at] == prints
            out[known] = self.bands[at[known]]
        return out
