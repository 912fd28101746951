from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.token_columns import tokens_of
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
