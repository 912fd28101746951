from pathlib import Path

import pytest

from corpus_builder.training.corpora import (
    UNKNOWN,
    Tagged,
    article_id,
    iob2,
    read_columns,
    read_documents,
    read_marked,
    split_words,
)

CASES = Path(__file__).parents[1] / "cases" / "training"


def test_columns_of_all_kinds_come_out_under_one_set_of_labels():
    sentences = list(read_columns(CASES / "columns.txt"))
    assert [sentence.labels for sentence in sentences] == [
        ["O", "B-PER", "I-PER", "O"],
        ["O", "B-LOC", "O", "B-MISC", "O"],
        ["O", "B-ORG", "I-ORG", "O"],
        ["B-PER", "O"],
    ]
    assert sentences[2].words == ["في", "مجلس", "المدينة", "."]


def test_words_are_cut_as_the_tokenizer_cuts_them():
    assert split_words(["(بغداد", "F-16،"], ["B-LOC", "B-MISC"]) == Tagged(
        ["(", "بغداد", "F-16", "،"], ["O", "B-LOC", "B-MISC", "O"]
    )


def test_a_name_that_goes_on_from_nothing_begins():
    assert iob2(["I-PER", "I-PER", "I-LOC", "O", "I-LOC"]) == ["B-PER", "I-PER", "B-LOC", "O", "B-LOC"]


def test_marked_articles_give_their_outermost_names():
    title, first, second = read_marked(CASES / "small.marked.txt")
    assert title == Tagged(["افتتاح", "ميناء", "صحار"], ["O", "B-LOC", "I-LOC"])
    assert dict(zip(first.words, first.labels, strict=True))["وبغداد"] == "B-LOC"
    assert dict(zip(first.words, first.labels, strict=True))["2014"] == UNKNOWN
    assert second.labels == ["O", "B-PER", "I-PER", "O"]
    assert article_id(CASES / "small.marked.txt") == "small"


def test_faulty_marks_are_told(tmp_path):
    path = tmp_path / "bad.marked.txt"
    path.write_text((CASES / "small.marked.txt").read_text(encoding="utf-8") + "⟧", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.marked"):
        read_marked(path)


def test_column_files_are_cut_into_documents(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("كلمة O\n\n" * 65, encoding="utf-8")
    assert [len(document) for document in read_documents(path)] == [30, 30, 5]
