import json
from pathlib import Path

import pytest

from corpus_builder.annotators.tagger.clitics import cuttable, particle_length
from corpus_builder.annotators.tagger.core import SHIPPED
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.weights import load

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases/annotators/tagger/cuts.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def model():
    return load(SHIPPED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["word"])
def test_names_begin_after_their_particles(model, case):
    knowledge = Knowledge(model.lexicon.kinds, model.bands, model.lexicon.beginnings)
    length = particle_length(case["word"], case["label"], knowledge, model.cuts)
    assert case["word"][length:] == case["name"]


@pytest.mark.parametrize(
    ("folded", "counts"),
    [
        ("بغداد", [1]),
        ("وبغداد", [1, 2]),
        ("للصين", []),
        ("وللصين", [1]),
        ("مصر", []),
        ("ول", []),
        ("ولد", [1]),
    ],
)
def test_what_could_be_particles(folded, counts):
    assert cuttable(folded) == counts


def test_nothing_is_cut_off_a_word_that_is_only_particles():
    knowledge = Knowledge(lambda word: (), {}, {})
    assert particle_length("وب", "LOC", knowledge, {"bias": 9.0}) == 0


def test_marks_and_tatweel_go_with_the_letter_before_them():
    knowledge = Knowledge(lambda word: (), {}, {})
    assert particle_length("وَـبغداد", "LOC", knowledge, {"cut=و": 1.0}) == 3
