"""Sentences of many documents at once are those of each block alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from corpus_builder.model import Article, Document, OffsetMap, SpanLayer
from corpus_builder.splitters import sentence_layers, split_blocks
from corpus_builder.splitters.abbreviations import CLOSING_INITIALS, LETTER_NAMES, TITLES

CASES = Path(__file__).parents[1] / "cases" / "splitters"
WORDS = [
    "قال",
    "الوزير",
    "كَتَبَ",
    "ًٌٍ",
    "من",
    "شبكيه",
    "گبيه",
    "ياهو",
    "2020",
    "٢٠١٥",
    "3",
    "com",
    "Dr",
    "𝐀",
    "x_",
    "هل",
]
MARKS = [". ", "؟ ", "! ", " . ", " ! ", '. "', ". «", "». ", "… ", ".", "؟!", " "]
ODD = ["\u00a0", "\u064b", "\u200d", "😀", "\ud800", "\u0640", "\u2028", "\n", "(", '"', "«", "،"]
NAMES = sorted(LETTER_NAMES | TITLES | CLOSING_INITIALS)
WORD = st.one_of(st.sampled_from(WORDS), st.sampled_from(NAMES))
GAP = st.one_of(st.sampled_from(MARKS), st.sampled_from(MARKS), st.sampled_from(ODD))
LINES = st.lists(st.tuples(WORD, GAP).map("".join), min_size=1, max_size=25).map("".join)
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n\n".join)


def document(text: str, language: str = "ar") -> Document:
    """A document with a block for each paragraph, as cleaning makes them."""
    edges = [m.span() for m in re.finditer(r"\S(?:(?:.|\n(?!\n))*\S)?", text)]
    starts, ends = tuple(start for start, _ in edges), tuple(end for _, end in edges)
    kinds = tuple(i % 5 for i in range(len(edges)))
    return Document(Article("a", "", text, language), text, OffsetMap(), SpanLayer(starts, ends, kinds))


def check(documents: Sequence[Document]) -> None:
    for found, layer in zip(documents, sentence_layers(documents), strict=True):
        blocks = list(zip(found.block_layer.starts, found.block_layer.ends, strict=True))
        assert list(zip(layer.starts, layer.ends, strict=True)) == split_blocks(
            found.text, blocks, found.language
        )
        for start, kind in zip(layer.starts, layer.kinds, strict=True):
            assert kind == next(i % 5 for i, (low, high) in enumerate(blocks) if low <= start < high)


@given(st.lists(TEXTS.map(document), max_size=5))
@example([])
@example([document("وصل دبليو. قال كلمة. 5 منها")])
@example([document("كلمة في ياهو! وقال إنه ياهو ! وعاد")])
def test_documents_are_split_as_each_block_alone(documents: list[Document]) -> None:
    check(documents)


def test_the_cases_together() -> None:
    lines = [
        line.replace("‖", "")
        for path in sorted(CASES.rglob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    check([document("\n\n".join(lines[i::7])) for i in range(7)])


def test_more_than_one_piece() -> None:
    text = "\n\n".join(["عنوان الخبر", *["وقال الوزير كلمة. ثم عاد إلى البيت! في. " * 400] * 8])
    check([document(text.strip()) for _ in range(4)])


def test_a_document_of_another_language_goes_to_the_library() -> None:
    check(
        [
            document("كلمة أولى. ثم ثانية."),
            document("One. Two.\n\nThree. Four.", "en"),
            document("ثالثة. رابعة."),
        ]
    )
