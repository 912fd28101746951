import numpy as np

from corpus_builder.annotators.onnx.aggregation import names_of

TAGS = ("O", "B-LOC", "I-LOC")
LABELS = ("PER", "LOC")


def shares(*tags: str) -> np.ndarray:
    return np.array([[0.8 if tag == name else 0.1 for name in TAGS] for tag in tags])


def test_white_space_that_a_piece_begins_with_belongs_to_no_token() -> None:
    text, tokens = "زار تل أبيب", [(0, 3), (4, 6), (7, 11)]
    found = names_of(text, tokens, [(0, 3), (3, 6), (6, 11)], shares("O", "B-LOC", "I-LOC"), TAGS, LABELS)
    assert [(start, end) for start, end, _label, _score in found] == [(4, 11)]


def test_a_piece_of_white_space_alone_has_no_say() -> None:
    text, tokens = "زار حلب", [(0, 3), (4, 7)]
    found = names_of(text, tokens, [(0, 3), (3, 4), (4, 7)], shares("O", "B-LOC", "O"), TAGS, LABELS)
    assert found == []


def test_a_token_without_a_piece_is_outside() -> None:
    assert names_of("زار حلب", [(0, 3), (4, 7)], [(0, 3)], shares("B-LOC"), TAGS, LABELS) == [
        (0, 3, "LOC", 0.8)
    ]


def test_the_score_is_the_mean_over_tokens() -> None:
    some = np.array([[0.1, 0.9, 0.0], [0.2, 0.1, 0.7], [0.4, 0.3, 0.3]])
    [(_start, _end, _label, score)] = names_of(
        "تل أبيب ثم", [(0, 2), (3, 7), (8, 10)], [(0, 2), (3, 7), (8, 10)], some, TAGS, LABELS
    )
    assert abs(score - 0.8) < 1e-9
