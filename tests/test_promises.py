"""The promises of the contract, each held against a thousand hostile articles (ten thousand with HYPOTHESIS_PROFILE=thorough)."""

from __future__ import annotations

import os
import unicodedata

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus_builder import Article, Document, annotate
from corpus_builder.cleaning import clean, load_rules
from corpus_builder.config import LABELS, Config
from corpus_builder.contract import check
from corpus_builder.pipeline.annotating import annotate_articles, tools_for

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 1_000
TOOLS = tools_for(Config(annotate=("patterns", "gazetteer")))
RULES = load_rules()

WORDS = st.sampled_from(
    [
        "القاهرة", "وبغداد", "لمصر", "للأمم المتحدة", "قال", "خليفة حفتر", "د.", "أ.د.", "3.5", "١٢٫٥", "في المئة", "14 آذار/مارس 2024",
        "200 مليون دولار", "..", "…", "!", "؟", "،", "“الوفاق”", "«نص»", "(", ")", "اظهر المزيد", "// انتهى //", "U.S.", "https://example.org/a?b=1",
        "a@b.org", "ﷺ", "مُحَمَّد", "كـــبير", "\u200f", "\u202e", "\u200b", "\xa0", "\u2028", "\r\n", "\n", "\n\n", "- ", "1. ", "e\u0301",
        "\u0301", "👩\u200d👧", "🇸🇩", "ا\u0654", "\ufeff", "\x00", "\u0600", "क्षि", "각", "\t", " ", "  ", "#وسم", "12:30", "الأحد",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
    st.text(max_size=80),
    st.text(alphabet=st.characters(categories=["Mn", "Zs", "Cf", "Cc", "Lo", "So"]), max_size=40),
)
ARTICLES = st.tuples(TEXTS, TEXTS, st.sampled_from(["ar", "en", "ja"])).map(lambda made: Article("a", *made))
promise = settings(max_examples=EXAMPLES)


def finished(article: Article) -> Document:
    """The annotated document; an article with nothing to read is cleaned only."""
    made = annotate_articles([article], TOOLS)
    blank = {"text-empty", "text-nothing-left"}
    assert all(found.code in blank for rejected in made.rejected for found in rejected.problems), (
        made.rejected
    )
    return made.documents[0] if made.documents else clean(article, RULES)


@promise
@given(ARTICLES)
def test_an_entitys_text_is_the_text_at_its_offsets(article: Article) -> None:
    document = finished(article)
    for entity in document.entities:
        assert document.text[entity.start : entity.end] == entity.text
        assert entity.label in LABELS
        assert 0 <= entity.score <= 1


@promise
@given(ARTICLES)
def test_no_span_starts_or_ends_in_white_space_or_inside_a_grapheme(article: Article) -> None:
    document = finished(article)
    edges = {0, *(match.end() for match in regex.finditer(r"\X", document.text))}
    for span in [*document.blocks, *document.sentences, *document.entities]:
        quoted = document.text[span.start : span.end]
        assert quoted
        assert not quoted[0].isspace()
        assert not quoted[-1].isspace()
        assert {span.start, span.end} <= edges


@promise
@given(ARTICLES)
def test_sentences_are_ordered_disjoint_and_cover_every_character_to_see(article: Article) -> None:
    document = finished(article)
    if not document.sentences:
        return
    covered: set[int] = set()
    position = 0
    for sentence in document.sentences:
        assert sentence.start >= position
        position = sentence.end
        covered.update(range(sentence.start, sentence.end))
    assert all(i in covered or character.isspace() for i, character in enumerate(document.text))


@promise
@given(ARTICLES)
def test_an_entity_lies_inside_one_sentence_and_none_cross(article: Article) -> None:
    document = finished(article)
    entities = document.entities
    for entity in entities:
        assert any(s.start <= entity.start and entity.end <= s.end for s in document.sentences)
        for other in entities:
            apart = other.end <= entity.start or entity.end <= other.start
            nested = (other.start <= entity.start and entity.end <= other.end) or (
                entity.start <= other.start and other.end <= entity.end
            )
            assert apart or nested


@promise
@given(ARTICLES)
def test_offsets_lead_to_the_raw_article_and_back(article: Article) -> None:
    document = finished(article)
    for span in [*document.blocks, *document.sentences, *document.entities]:
        mapped = document.offsets.span_to_raw(span.start, span.end)
        assert mapped is not None
        field, start, end = mapped
        raw = article.title if field == "title" else article.text
        assert 0 <= start < end <= len(raw)
        assert document.offsets.span_to_clean(field, start, end) == (span.start, span.end)


@promise
@given(ARTICLES)
def test_what_is_not_in_the_text_is_listed_as_dropped(article: Article) -> None:
    document = clean(article, RULES)
    kept: dict[str, set[int]] = {"title": set(), "text": set()}
    offsets = document.offsets
    for number, start, end in zip(offsets.fields, offsets.raw_starts, offsets.raw_ends, strict=True):
        kept["text" if number else "title"].update(range(start, end))
    for dropped in document.dropped:
        kept[dropped.field].update(range(dropped.start, dropped.end))
        raw = article.title if dropped.field == "title" else article.text
        assert raw[dropped.start : dropped.end] == dropped.text
    for field, raw in (("title", article.title), ("text", article.text)):
        for i, character in enumerate(raw):
            if i not in kept[field]:
                assert character.isspace() or unicodedata.category(character) in (
                    "Cc",
                    "Cf",
                    "Cs",
                    "Zl",
                    "Zp",
                )


@promise
@given(ARTICLES)
@example(Article("a", "", " \u2028 ".join([" ".join(["القاهرة"] * n) for n in (6, 5, 1, 1)]), "ar"))
def test_cleaning_a_clean_text_changes_nothing(article: Article) -> None:
    document = clean(article, RULES)
    assert unicodedata.is_normalized("NFC", document.text)
    body = "\n\n".join(
        document.text[block.start : block.end] for block in document.blocks if block.kind != "title"
    )
    again = clean(Article("a", document.title, body, article.language), RULES)
    assert again.text == document.text
    assert not again.dropped


@promise
@given(ARTICLES)
def test_every_document_keeps_the_contract(article: Article) -> None:
    document = finished(article)
    if document.sentences:
        assert check(document) == []


@pytest.mark.parametrize("text", ["", " ", "\n\u200f\n", "\x00", "اظهر المزيد"])
def test_a_blank_text_gives_a_document_without_blocks(text: str) -> None:
    document = annotate(text)
    assert document.text == ""
    assert document.sentences == []
    assert document.entities == []
