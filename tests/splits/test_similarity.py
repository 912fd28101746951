from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rensa import RMinHash

from corpus_builder.folding import matching_key
from corpus_builder.splits.similarity import PERMUTATIONS, signatures

BASE, SECOND, RANGE = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 1 << 64
TEXTS = st.lists(st.text("ابةأـ\u064e\u0670پ٣ab9 \n.\u0001\u200c\U0001d400\ud800", max_size=30), max_size=6)


def mixed(value: int) -> int:
    value = (value ^ (value >> 33)) * SECOND % RANGE
    return value ^ (value >> 29)


def by_the_definition(text: str) -> list[int]:
    """The signature of one text: hashes of its words, of its shingles, and what rensa makes of these."""
    words = []
    for inside, letters in groupby(matching_key(text), key=lambda c: c.isalnum() or c > "\uffff"):
        if inside:
            numbers = [min(ord(letter), 0xFFFF) for letter in letters]
            words.append(mixed(sum(n * BASE**i for i, n in enumerate(numbers)) % RANGE))
    runs = [words[i : i + 3] for i in range(max(len(words) - 2, min(len(words), 1)))]
    shingles = [
        mixed(sum(w * f for w, f in zip(run, (1, BASE, SECOND), strict=False)) % RANGE) for run in runs
    ]
    made = RMinHash.digest_matrix_from_flat_token_hashes(
        np.array(shingles, np.uint64), np.array([0, len(shingles)], np.uint64), PERMUTATIONS, 42
    )
    return list(made.to_rows()[0])


@given(TEXTS)
def test_signatures_are_those_of_the_definition(texts: list[str]) -> None:
    assert signatures(texts).tolist() == [by_the_definition(text) for text in texts]
