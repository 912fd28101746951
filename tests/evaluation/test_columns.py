from pathlib import Path

import pytest

from corpus_builder import CorpusError
from corpus_builder.config import LABELS
from corpus_builder.evaluation.columns import LAYOUTS, form_of, read_columns, read_sentences

CASES = Path(__file__).parents[1] / "cases" / "evaluation"


def names(gold) -> list[tuple[str, str]]:
    return [(span.label, gold.text[span.start : span.end]) for span in gold.entities]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("flat.txt", "columns"),
        ("nested.txt", "columns"),
        ("documents.conll", "columns"),
        ("sentences.tsv", "sentences"),
        ("broken.txt", None),
        ("articles/one.marked.txt", None),
        ("articles/two.json", None),
    ],
)
def test_the_form_of_a_file_is_seen_in_its_lines(name, form) -> None:
    assert form_of(CASES / name) == form


def test_bytes_that_are_no_text_have_no_form(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"\xff\xfe\x00B-PER")
    assert form_of(file) is None


def test_flat_columns() -> None:
    [gold] = read_columns(CASES / "flat.txt", LABELS, {})
    assert gold.text == "زار سامي النجار وبغداد ( رويترز) .\nقالت (حلب غدا ولبغداد ."
    assert names(gold) == [
        ("PER", "سامي النجار"),
        ("LOC", "وبغداد"),
        ("ORG", "رويترز)"),
        ("LOC", "(حلب"),
        ("LOC", "ولبغداد"),
    ]
    assert [gold.text[a:b] for a, b in gold.sentences] == gold.text.split("\n")
    assert [gold.text[a:b] for a, b in gold.tokens] == gold.text.split()
    assert gold.given
    assert gold.labels == {"PER", "LOC", "ORG"}


def test_nested_columns_and_labels_of_others() -> None:
    [gold] = read_columns(CASES / "nested.txt", LABELS, {})
    assert names(gold) == [
        ("ORG", "جامعة بغداد"),
        ("LOC", "بغداد"),
        ("ORG", "بلدية حلب"),
        ("LOC", "حلب"),
        ("DATE", "أمس"),
    ]


def test_labels_may_be_renamed_or_left_out() -> None:
    [gold] = read_columns(CASES / "nested.txt", LABELS, {"OCC": "MISC", "DATE": "", "GPE": "ORG"})
    assert ("MISC", "رئيس بلدية حلب") in names(gold)
    assert gold.labels == {"ORG", "MISC"}


def test_documents_end_where_the_file_says() -> None:
    first, second = read_columns(CASES / "documents.conll", LABELS, {})
    assert (first.text, second.text) == ("سامي\nحلب", "وصل سامي")
    assert first.labels == second.labels == {"PER", "LOC"}


def test_thirty_sentences_are_a_document(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("سامي B-PER\n\n" * 61, encoding="utf-8")
    assert [len(gold.sentences) for gold in read_columns(file, LABELS, {})] == [30, 30, 1]


@pytest.mark.parametrize(
    ("reader", "said"),
    [(lambda p: read_columns(p, LABELS, {}), "2: neither"), (read_sentences, "1: no document")],
)
def test_a_line_of_another_form_is_named(reader, said) -> None:
    with pytest.raises(CorpusError, match=said):
        reader(CASES / "broken.txt")


def test_sentences_are_glued_in_both_layouts() -> None:
    golds = read_sentences(CASES / "sentences.tsv")
    assert [(gold.name, gold.layout) for gold in golds] == [
        (n, layout) for layout in LAYOUTS for n in ("a.1", "b-2")
    ]
    for gold in golds:
        parts = [gold.text[a:b] for a, b in gold.sentences]
        assert " ".join(parts) == gold.text.replace("\n", " ")
    paragraphs, flat = golds[0].text.split("\n"), golds[2].text
    assert paragraphs[0] == "خبر من حلب"
    assert all(2 <= line.count(".") <= 5 for line in paragraphs[1:-1])
    assert "\n" not in flat
    assert read_sentences(CASES / "sentences.tsv") == golds
