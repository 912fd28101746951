"""How rare words are, from the wordfreq package (data CC BY-SA 4.0), as the tagger keeps it: a band to each
fingerprint.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import cache
from zlib import crc32

from corpus_builder.annotators.tagger.features import UNHEARD, fold

_ARABIC = re.compile("[\u0620-\u064a]")
RAREST = 2e-7
"""Share of all words below which a word is left out of the table."""


@cache
def word_bands() -> dict[int, int]:
    """The bands of Arabic words, spellings folded together, for `Knowledge`.

    Raises:
        ModuleNotFoundError: wordfreq, part of the ``train`` extra, is not installed.
    """
    import wordfreq

    shares: dict[str, float] = defaultdict(float)
    for word, share in wordfreq.get_frequency_dict("ar", wordlist="large").items():
        if _ARABIC.search(word):
            shares[fold(word)] += share
    return {
        crc32(word.encode()): min(int(-2 * math.log10(share)), UNHEARD - 1)
        for word, share in shares.items()
        if share >= RAREST
    }
