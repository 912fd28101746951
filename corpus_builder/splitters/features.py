"""The features of a gap between two words, for the model of :mod:`corpus_builder.splitters.headings`.

Each function names those that hang on what it is given and on nothing else, so that the sum of their weights can be remembered.
"""

from __future__ import annotations

from typing import Final

from corpus_builder.splitters.words import classes_of, shape_of

LONGEST_READ: Final = 60  # words of a sentence that are looked at


def _bucket(count: int) -> str:
    if count <= 8:
        return str(count)
    return "9" if count <= 10 else "11" if count <= 13 else "14" if count <= 17 else "18"


_BUCKETS: Final = tuple(map(_bucket, range(LONGEST_READ + 1)))


def following(word: str) -> list[str]:
    """The word behind the gap."""
    return [
        f"N={word}",
        f"N.{word[:2]}",
        f"N:{word[:3]}",
        f"N_{word[-2:]}",
        f"Ns={shape_of(word)}",
        f"Nl={min(len(word), 8)}",
        *(f"Nc={name}" for name in classes_of(word)),
    ]


def previous(word: str) -> list[str]:
    """The word before the gap."""
    return [
        f"P={word}",
        f"P.{word[:2]}",
        f"P_{word[-2:]}",
        f"Ps={shape_of(word)}",
        *(f"Pc={name}" for name in classes_of(word)),
    ]


def pair(before: str, form: str, after: str) -> list[str]:
    """The shape before the gap, the form of the word behind it and the shape of the word after that."""
    shape, *classes = form.split(" ")
    features = [f"PN={before}|{shape}", f"NN={shape}|{after}"]
    for name in classes:
        features += (f"Pc={before}|{name}", f"cN={name}|{after}")
    return features


def opening(form: str, second: str) -> list[str]:
    """The form of the first word of the sentence and the shape of the second."""
    shape, *classes = form.split(" ")
    return [f"F={shape}", f"G={second}", *(f"Fc={name}" for name in classes)]


def length(index: int, shape: str, asking: bool, first: bool) -> list[str]:
    """How many words stand before the gap, of a sentence whose first word has this shape, asks, and opens the document."""
    bucket = _BUCKETS[index]
    place = "first" if first else "mid"
    return [f"L={bucket}", f"{place}{bucket}", f"FF={shape}{bucket}", f"q={asking}{min(index, 7)}"]


def turn(index: int, opening: str, shape: str) -> list[str]:
    """How soon a word of one shape follows on a first word of another."""
    return [f"TF={opening}{min(index, 7) // 2}{shape}"]


def count(rest: int, commas: int, colons: int, dots: int, verbs: int) -> list[str]:
    """How many words stand behind the gap, and how many of some kinds before it."""
    return [
        f"R={_BUCKETS[rest]}",
        f"c={min(commas, 2)}",
        f"d={min(dots, 1)}{min(colons, 1)}",
        f"v={min(verbs, 2)}",
    ]


def edge(before: str, after: str, linked: bool) -> list[str]:
    """The marks on both sides of the gap, and whether a phrase that links a sentence to the one before begins there."""
    return [f"e={before}", f"b={after}", *(("link",) if linked else ())]


def again(
    lost: int, most: int, repeated: int, near: int, known: int, next_known: bool, dated: bool
) -> list[str]:
    """What of the words before the gap comes again behind it.

    How many content words fewer stand on both sides of it than of that gap of the sentence where ``most`` do; how many of
    the ``known`` stems before it come again, how many soon, whether the next word is one; whether a dateline begins there.
    """
    share = round(4 * repeated / known) if known else 0
    return [
        f"x={min(lost, 3)}of{min(most, 5)}",
        f"o={min(repeated, 5)}",
        f"s={share}",
        f"n={min(near, 3)}",
        f"i={next_known}",
        *(("dateline",) if dated else ()),
    ]


#: All that `again` may name: of each set at most one.
AGAIN: Final = (
    tuple(f"x={lost}of{most}" for lost in range(4) for most in range(6)),
    tuple(f"o={repeated}" for repeated in range(6)),
    tuple(f"s={share}" for share in range(5)),
    tuple(f"n={near}" for near in range(4)),
    ("i=True", "i=False"),
)
