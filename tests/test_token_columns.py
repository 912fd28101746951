from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.code_points import codes_of
from corpus_builder.token_columns import joined_tokens, tokens_of
from corpus_builder.tokens import token_spans

PIECES = st.sampled_from(
    [
        *"ابج ًّ.،,:/12٣٤aB-…!؟?\n()«»ـ_@'’&%٫٬=*~é中☃ن",
        "\u200c",
        "\u0301",
        "\u0600",
        "🇸",
        "www.",
        "https://a",
        "\U0001f469\u200d",
    ]
)
TEXTS = st.lists(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=12)), max_size=5)


@settings(max_examples=1000)
@given(TEXTS)
def test_columns_of_texts_have_the_tokens_of_each_text(texts: list[str]) -> None:
    expected = []
    base = 0
    for text in texts:
        expected += [(base + start, base + end) for start, end in token_spans(text)]
        base += len(text)
    starts, ends = tokens_of(texts)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == expected


@settings(max_examples=300)
@given(TEXTS, st.lists(st.integers(0, 60), max_size=6))
def test_a_token_is_cut_at_every_place_inside_it(texts: list[str], places: list[int]) -> None:
    joined = "".join(texts)
    cuts = [place for place in places if place <= len(joined)]
    expected = []
    for start, end in zip(*tokens_of(texts), strict=True):
        expected += pairwise([start, *sorted({cut for cut in cuts if start < cut < end}), end])
    first = np.cumsum([0, *map(len, texts)])
    starts, ends = joined_tokens(joined, codes_of(joined), first, np.array(cuts, np.int64))
    assert list(zip(starts, ends, strict=True)) == expected
