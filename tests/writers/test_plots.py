import re
import xml.etree.ElementTree as ElementTree

import pytest

from corpus_builder.writers.plots import label_balance, sentence_lengths

SVG = "{http://www.w3.org/2000/svg}"


def bars(root):
    """The width and height of the bars, the legend and the ground left out."""
    found = [
        rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") != "#fff" and rect.get("y") != "14.0"
    ]
    return [(float(rect.get("width")), float(rect.get("height"))) for rect in found]


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_label_balance_shows_each_share():
    root = ElementTree.fromstring(label_balance({"train": {"PER": 3, "LOC": 1}, "te<st": {}}, ["PER", "LOC"]))
    assert root.get("aria-label") == "Share of each label by split"
    assert texts(root) == ["train", "te<st", "PER", "75.0%", "0.0%", "LOC", "25.0%", "0.0%"]
    widths = [width for width, _height in bars(root)]
    assert widths[0] == pytest.approx(3 * widths[2], abs=0.2)
    assert widths[1] == widths[3] == 0


def test_sentence_lengths_are_put_in_bins_of_five():
    root = ElementTree.fromstring(sentence_lengths({0: 1, 4: 1, 5: 4, 100: 1, 5000: 1}))
    heights = [height for _width, height in bars(root)]
    assert len(heights) == 21
    assert (heights[0], heights[1], heights[20]) == (100, 200, 100)
    assert sum(heights[2:20]) == 0
    assert "100+" in texts(root)


@pytest.mark.parametrize(
    "plot", [label_balance({}, []), label_balance({"train": {}}, ["PER"]), sentence_lengths({})]
)
def test_a_plot_of_nothing_is_well_formed(plot):
    assert ElementTree.fromstring(plot).tag == f"{SVG}svg"


def test_no_bar_leaves_the_picture():
    root = ElementTree.fromstring(label_balance({"a": {"PER": 1}, "b": {"LOC": 1}}, ["PER", "LOC"]))
    _x, _y, width, height = map(float, root.get("viewBox").split())
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x") or 0) + float(rect.get("width")) <= width
        assert float(rect.get("y") or 0) + float(rect.get("height")) <= height
    assert not re.search(r"\bnan\b|\binf\b", ElementTree.tostring(root, "unicode"))
