import base64
import hashlib
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.evaluation import evaluate
from corpus_builder.evaluation.cases import Case, GoldText, Labelled
from corpus_builder.evaluation.pages import evaluation_page

HOSTILE = "<script>alert(1)</script> & \"'\u202e]]>\u2028 سامي"
LABELS = ("PER", "ORG", "LOC")


def page(*cases: Case, title: str = "Test") -> str:
    return evaluation_page(evaluate(cases, LABELS), title=title)


def case(text: str, gold=(), predicted=(), *, sentences=(), found=(), name: str = "one") -> Case:
    entities = tuple(Labelled(*span) for span in gold)
    given = GoldText(name, text, sentences=tuple(sentences), entities=entities, labels=frozenset(LABELS))
    return Case(given, tuple(found), tuple(Labelled(*span) for span in predicted))


class Cells(HTMLParser):
    """The text of each cell, and the tags that were open wrongly."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        if "td" in self.open and "i" not in self.open:
            self.cells[-1] += data


def test_text_is_never_markup_and_the_page_runs_nothing() -> None:
    made = page(case(HOSTILE, [(0, 8, "PER")], name=HOSTILE), title=HOSTILE)
    read = Cells(made)
    assert read.open == []
    assert "script" not in read.tags
    assert not re.search("[\u2028\u202a-\u202e\u2066-\u2069]", made)
    assert read.cells[0] == read.cells[1] == HOSTILE.replace("\u202e", "U+202E").replace("\u2028", "U+2028")


def test_only_the_page_s_own_style_is_admitted() -> None:
    made = page(case("سامي"))
    [style] = re.findall("<style>(.*?)</style>", made, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in made
    assert "http:" not in made
    assert "https:" not in made


def test_gold_and_prediction_stand_side_by_side_from_right_to_left() -> None:
    made = page(case("زار سامي بغداد", [(4, 8, "PER"), (9, 14, "LOC")], [(4, 8, "PER"), (9, 14, "ORG")]))
    assert 'dir="rtl" lang="ar"' in made
    assert made.count('<mark class="right" data-label="PER">سامي</mark>') == 2
    assert '<mark class="label" data-label="LOC">بغداد</mark>' in made
    assert '<mark class="label" data-label="ORG">بغداد</mark>' in made


def test_nested_names_are_nested_marks() -> None:
    made = page(case("جامعة بغداد", [(0, 11, "ORG"), (6, 11, "LOC")]))
    assert (
        '<mark class="missed" data-label="ORG">جامعة <mark class="missed" data-label="LOC">بغداد</mark></mark>'
        in made
    )


def test_of_names_that_cross_the_later_is_closed_and_opened_again() -> None:
    made = page(case("ab cd ef", [(0, 5, "ORG"), (3, 8, "LOC")]))
    assert (
        '<mark class="missed" data-label="ORG">ab <mark class="missed" data-label="LOC">cd</mark></mark>'
        '<mark class="missed" data-label="LOC"> ef</mark>'
    ) in made


def test_sentence_ends_are_shown_and_judged() -> None:
    made = page(case("نعم. لا. ثم", sentences=[(0, 4), (5, 8), (9, 11)], found=[(0, 8), (9, 10), (10, 11)]))
    cells = re.findall("<td>(.*?)</td>", made)
    assert cells[0] == 'نعم.<i class="end missed">‖</i> لا.<i class="end right">‖</i> ثم'
    assert cells[1] == 'نعم. لا.<i class="end right">‖</i> ث<i class="end spurious">‖</i>م'


def test_a_text_without_difference_is_closed() -> None:
    made = page(case("سامي", [(0, 4, "PER")], [(0, 4, "PER")]), case("سامي", [(0, 4, "PER")]))
    assert re.findall("<details(.*?)>", made) == ["", " open"]


SPANS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(1, 12), st.sampled_from(LABELS)).filter(lambda s: s[0] < s[1]),
    max_size=6,
)


@given(st.text("ab \n<&\u200f", min_size=12, max_size=12), SPANS, SPANS)
def test_whatever_the_spans_no_letter_is_lost_and_every_tag_is_closed(text, gold, predicted) -> None:
    read = Cells(page(case(text, gold, predicted)))
    assert read.open == []
    shown = text.replace("\u200f", "U+200F")
    for side in (0, 1):
        assert re.sub(r"\s", "", "".join(read.cells[side::2])) == re.sub(r"\s", "", shown)
