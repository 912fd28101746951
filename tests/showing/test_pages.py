import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder import CorpusError, Origin, Problem, Rejected, annotate
from corpus_builder.config import Config
from corpus_builder.showing import show_page
from corpus_builder.showing.pages import script_safe

CASES = Path(__file__).parents[1] / "cases" / "showing"
RECORDS = [
    json.loads(line)
    for name in ("hostile", "seams")
    for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]


class Elements(HTMLParser):
    """The start tags of a page, and the content of those that hold raw text."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.raw = []
        self.title = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] in ("script", "style") and self.cdata_elem:
            self.raw[-1] += data
        if self.tags and self.tags[-1][0] == "title" and not self.title:
            self.title = data


def page_data(page):
    block = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block[1])


def test_a_page_has_the_same_elements_whatever_its_texts_hold():
    empty = Elements(show_page([], title="x"))
    full = Elements(show_page(RECORDS, title="</title><script>window.ran = 1</script>"))
    assert full.tags == empty.tags
    assert full.title == "</title><script>window.ran = 1</script>"


def test_the_policy_admits_what_stands_in_the_page_and_nothing_else():
    page = Elements(show_page(RECORDS, title="x"))
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    style, _data, script = page.raw
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in (style, script)]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{digests[1]}'",
        f"style-src 'sha256-{digests[0]}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def test_nothing_in_the_page_names_another_file_or_handles_events_inline():
    for tag, attributes in Elements(show_page(RECORDS, title="x")).tags:
        assert tag not in ("link", "img", "iframe", "object", "base", "form")
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "style")]


@given(st.text(st.sampled_from('</script>!-\u2028\u2029\u202e&"\\\0\ud800a\u0628\U0001f600')))
def test_json_in_a_script_element_gives_back_the_text(text):
    safe = script_safe([text])
    assert not re.search("[<>&\u2028\u2029\u202e\ud800]", safe)
    assert json.loads(safe) == [text]


def test_the_page_carries_texts_and_spans_unchanged():
    data = page_data(show_page(RECORDS, title="x"))
    for shown, record in zip(data["articles"], RECORDS, strict=True):
        assert shown["text"] == record["text"]
        spans = [(s, e, data["labels"][n], a, p) for s, e, n, a, p in shown["entities"]]
        assert spans == [
            (e["start"], e["end"], e["label"], e["annotator"], e["score"]) for e in record["entities"]
        ]
        assert [s for s, _e in shown["sentences"]] == [s["start"] for s in record["sentences"]]


def test_documents_labels_splits_and_what_was_left_out():
    document = annotate("وصل 5% منهم.", "عنوان", config=Config(annotate=()))
    fault = Problem("text-empty", "error", "The text is <blank>", Origin("raw/a.jsonl", 3, 1), "a")
    page = show_page(
        [document, Rejected((fault,), fault.origin, "a")],
        title="x",
        labels=("B", "A"),
        splits={"text": "test"},
    )
    data = page_data(page)
    assert data["labels"] == ["B", "A"]
    assert data["articles"][0]["facts"] == {"split": "test", "annotation": "machine"}
    assert data["articles"][0]["text"] == document.text
    assert data["left_out"] == [
        {"id": "a", "problems": [["raw/a.jsonl:3:1", "text-empty", "The text is <blank>"]]}
    ]


def test_a_text_without_blocks_is_one_paragraph():
    data = page_data(show_page([{"article_id": "a", "text": "نص"}], title="x"))
    assert data["articles"][0]["blocks"] == [[0, 2, "paragraph"]]
    assert data["articles"][0]["direction"] == "auto"


def spans(*pairs, **more):
    return [{"start": start, "end": end, **more} for start, end in pairs]


@pytest.mark.parametrize(
    ("layers", "complaint"),
    [
        ({"blocks": spans((0, 9), kind="title")}, r"block \[0, 9\)"),
        ({"blocks": spans((0, 3), (2, 4), kind="title")}, r"block \[2, 4\)"),
        ({"sentences": spans((2, 2))}, r"sentence \[2, 2\)"),
        ({"entities": spans((0, 3), (1, 4), label="PER")}, r"entity \[1, 4\)"),
        ({"entities": spans((3, 8), label="PER")}, r"entity \[3, 8\)"),
        ({"entities": spans((-2, 2), label="PER")}, r"entity \[-2, 2\)"),
        (
            {"blocks": spans((0, 2), (3, 6), kind="title"), "entities": spans((1, 4), label="X")},
            "leaves its block",
        ),
        ({"entities": spans((0, 3))}, "label"),
        ({"sentences": [{"start": 1}]}, "end"),
        ({"entities": spans((0, "x"), label="PER")}, "usable"),
        ({"blocks": [7]}, "usable"),
    ],
)
def test_spans_that_do_not_fit_are_refused(layers, complaint):
    with pytest.raises(CorpusError, match=complaint):
        show_page([{"article_id": "a", "text": "abcdef", **layers}], title="x")


@pytest.mark.parametrize("record", [{"text": "x"}, {"article_id": "a"}, {"article_id": 3, "text": "x"}])
def test_a_record_needs_an_id_and_a_text(record):
    with pytest.raises(CorpusError, match="no article_id or no text"):
        show_page([record], title="x")
