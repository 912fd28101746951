import pytest

from corpus_builder.evaluation.boundaries import boundaries, boundary_figures
from corpus_builder.evaluation.cases import Case, GoldText
from corpus_builder.evaluation.matching import Figures

TEXT = "Head line\n\nOne. Two.  \nThree. Four."
HEAD, ONE, TWO, THREE, FOUR = (0, 9), (11, 15), (16, 20), (23, 29), (30, 35)


def case(*predicted: tuple[int, int], gold=(HEAD, ONE, TWO, THREE, FOUR), text: str = TEXT) -> Case:
    return Case(GoldText("a", text, sentences=tuple(gold)), tuple(predicted), ())


def test_the_last_boundary_of_a_text_is_not_counted() -> None:
    figures = boundary_figures([case(HEAD, ONE, TWO, THREE, FOUR)])
    assert figures.every == Figures(4, 4, 4)
    assert figures.inner == Figures(2, 2, 2)
    assert boundary_figures([case((0, 35), gold=[(0, 35)])]).every == Figures(0, 0, 0)


def test_missed_and_spurious_boundaries() -> None:
    figures = boundary_figures([case((0, 15), (16, 18), (19, 20), (23, 35))])
    assert figures.every == Figures(4, 3, 2)
    assert figures.inner == Figures(2, 2, 1)


def test_white_space_at_a_sentence_s_end_does_not_matter() -> None:
    assert boundaries(case((0, 10), (10, 16), (16, 22), (23, 30), FOUR))[1] == {9, 15, 20, 29}


def test_a_prediction_that_stops_early_or_late_has_its_own_last_boundary() -> None:
    assert boundaries(case(HEAD, ONE, TWO, THREE)) == ({9, 15, 20}, {9, 15, 20})
    longer = TEXT + "\nShare"
    assert boundaries(case(HEAD, ONE, TWO, THREE, FOUR, (36, 41), text=longer))[1] == {9, 15, 20, 29}


@pytest.mark.parametrize(
    "gold", [GoldText("a", TEXT), GoldText("a", TEXT, sentences=(HEAD, ONE, TWO), given=True)]
)
def test_texts_without_gold_sentences_or_with_given_ones_do_not_count(gold: GoldText) -> None:
    assert boundary_figures([Case(gold, (HEAD, ONE), ())]).every == Figures()
