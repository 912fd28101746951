"""Headlines and subheadings that lost their line break and run into the sentence after them.

A scraper that drops line breaks leaves ``headline lead sentence.`` with no mark between the two. For such
a text a log-linear model scores every gap between two words of a sentence as the end of a heading. Its
features look at the words on both sides (form, shape, lists of verbs that open a lead), at how long the
stretch before it is, and at how many of its words come again after it, since a lead repeats its headline.

The weights, in ``data/splitters/headings.json``, are made by :mod:`corpus_builder.splitters.training`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, islice
from typing import Final, NamedTuple

from corpus_builder.splitters import features
from corpus_builder.splitters.features import LONGEST_READ
from corpus_builder.splitters.lexicon import QUESTION_WORDS
from corpus_builder.splitters.words import Token, token_of

_TOKEN: Final = re.compile(r"\S+")
_DATELINE: Final = re.compile(r"[^\s.،:]+(?: [^\s.،:]+){0,3} ?(?:\(|[-–—] |: )")
_LONGEST_HEADING: Final = 24  # words
_REPEATED_WITHIN: Final = 30  # words after the gap that are searched for the heading's words
# Log odds, in thousandths as the weights are, so that no order of adding tells.
_FIRST_THRESHOLD: Final = -2000  # a text without line breaks very likely starts with its headline
_THRESHOLD: Final = -1250
# Too rare in the training text to be learned, and hardly found inside a sentence without a comma before it.
_LINK_WEIGHT: Final = 3500
_AGAIN: Final = 1000  # added to the threshold for a second gap in the same sentence

Sums = Callable[..., int]
"""A function of the arguments of one of :mod:`corpus_builder.splitters.features`: the sum of their weights, in thousandths."""


class Scorer(NamedTuple):
    """What the weights come to: the intercept, and for each function that names features their sum."""

    intercept: int
    opening: Sums
    length: Sums
    turn: Sums
    following: Sums
    previous: Sums
    pair: Sums
    count: Sums
    edge: Sums
    again: Sums
    most_again: int  # what `again` comes to at most


def joints(text: str, start: int, end: int, first: bool) -> list[tuple[int, int]]:
    """Return ``(end of heading, start of what follows)`` for each line break lost in ``text[start:end]``.

    Offsets are code points of ``text``. ``first`` says that this sentence opens the document.
    """
    threshold = _FIRST_THRESHOLD if first else _THRESHOLD
    tokens = _tokens(text, start, end)
    scored = _scores(text, start, end, tokens, first, threshold)
    found: list[int] = []
    while scored:
        score, place, index = max(scored, key=lambda gap: (gap[0], -gap[1]))
        if score < threshold:
            break
        found.append(index)
        scored = [gap for gap in scored if gap[1] >= place + 2]
        threshold = _THRESHOLD + _AGAIN
    if not found:
        return []
    spans = _spans(text, start, end)
    return [(spans[index - 1][1], spans[index][0]) for index in found]


def gaps(text: str, start: int, end: int, first: bool) -> Iterator[tuple[int, int, list[str]]]:
    """Yield ``(end of word, start of next word, features)`` for each gap where a heading could end."""
    tokens = _tokens(text, start, end)
    possible = _possible(tokens, first)
    if not possible:
        return
    spans = _spans(text, start, end)
    asking = tokens[0].word in QUESTION_WORDS
    opening = tokens[0].shape
    again = _again(text, spans, end, tokens)
    for index, *counts in possible:
        before, after, following = tokens[index - 1 : index + 2]
        yield (
            spans[index - 1][1],
            spans[index][0],
            [
                *features.opening(tokens[0].form, tokens[1].shape),
                *features.length(index, opening, asking, first),
                *features.turn(index, opening, after.shape),
                *features.following(after.word),
                *features.previous(before.word),
                *features.pair(before.shape, after.form, following.shape),
                *features.count(len(tokens) - index, *counts),
                *features.edge(before.last, after.first, _linked(tokens, index)),
                *features.again(*again(index)),
            ],
        )


def _scores(
    text: str, start: int, end: int, tokens: Sequence[Token], first: bool, threshold: int
) -> list[tuple[int, int, int]]:
    """``(score, place among the possible gaps, index of the word behind it)`` of each gap that can reach ``threshold``."""
    possible = _possible(tokens, first)
    if not possible:
        return []
    scorer = shipped()
    length, turn, following, previous = scorer.length, scorer.turn, scorer.following, scorer.previous
    opening = tokens[0].shape
    asking = tokens[0].word in QUESTION_WORDS
    base = scorer.intercept + scorer.opening(tokens[0].form, tokens[1].shape)
    bare_edge = scorer.edge("", "", False)
    least = threshold - scorer.most_again
    sums = []
    for place, (index, commas, colons, dots, verbs) in enumerate(possible):
        before, after, behind = tokens[index - 1], tokens[index], tokens[index + 1]
        score = (
            base
            + length(index, opening, asking, first)
            + turn(index, opening, after.shape)
            + following(after.word)
            + previous(before.word)
            + scorer.pair(before.shape, after.form, behind.shape)
            + scorer.count(len(tokens) - index, commas, colons, dots, verbs)
            + (
                scorer.edge(before.last, after.first, behind.link and _linked(tokens, index))
                if behind.link or before.last or after.first
                else bare_edge
            )
        )
        if score >= least:
            sums.append((score, place, index))
    if not sums:
        return []
    again = _again(text, _spans(text, start, end), end, tokens)
    return [(score + scorer.again(*again(index)), place, index) for score, place, index in sums]


def _tokens(text: str, start: int, end: int) -> list[Token]:
    return list(map(token_of, text[start:end].split(None, LONGEST_READ)[:LONGEST_READ]))


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words of `_tokens` stand."""
    return [match.span() for match in islice(_TOKEN.finditer(text, start, end), LONGEST_READ)]


def _possible(tokens: Sequence[Token], first: bool) -> list[tuple[int, int, int, int, int]]:
    """The gaps where a heading could end: the index of the word behind each, and what stands before it.

    The words that end in a comma, in a colon, that hold dots, the verbs.
    """
    if len(tokens) < 5 or (not first and tokens[0].shape in ("و", "وال", "ف")):
        return []  # no subheading opens with a conjunction
    found = []
    depth = quotes = commas = colons = dots = verbs = 0
    before = tokens[0]
    for index, after in enumerate(tokens[1 : min(_LONGEST_HEADING, len(tokens) - 4) + 1], start=1):
        if before.marked:
            depth = max(0, depth + before.depth)
            quotes += before.quotes
            commas += before.comma
            colons += before.colon
            dots += before.dots
        verbs += before.verb
        if not (before.ends_no_heading or after.opens_nothing or depth or quotes % 2):
            found.append((index, commas, colons, dots, verbs))
        before = after
    return found


def _linked(tokens: Sequence[Token], index: int) -> bool:
    """Whether a phrase that links a sentence to the one before it begins at the word ``index``."""
    following = tokens[index + 1]
    return following.link and len(tokens[index].word) <= 4 and (following.comma or tokens[index + 2].comma)


def _again(
    text: str, spans: Sequence[tuple[int, int]], end: int, tokens: Sequence[Token]
) -> Callable[[int], tuple[int, int, int, int, int, bool, bool]]:
    """A function that gives for the gap before the word of an index what `features.again` is called with."""
    crossing = _crossing(tokens)
    most = max(crossing)
    stems = [token.stem for token in tokens]

    def seen(index: int) -> tuple[int, int, int, int, int, bool, bool]:
        known = {stem for stem in stems[:index] if len(stem) >= 3}
        behind = stems[index : index + _REPEATED_WITHIN]
        return (
            most - crossing[index],
            most,
            len(known.intersection(behind)),
            len(known.intersection(behind[:6])),
            len(known),
            behind[0] in known,
            _DATELINE.match(text, spans[index][0], end) is not None,
        )

    return seen


def _crossing(tokens: Sequence[Token]) -> list[int]:
    """For each gap, by the word behind it, how many content words stand on both sides of it."""
    first: dict[str, int] = {}
    final: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.content:
            if token.stem in first:
                final[token.stem] = index
            else:
                first[token.stem] = index
    change = [0] * (len(tokens) + 1)
    for stem, end in final.items():
        change[first[stem] + 1] += 1
        change[end + 1] -= 1
    return list(accumulate(change[:-1]))


def scorer(weights: Mapping[str, float]) -> Scorer:
    """The scorer of ``weights``: log odds by feature, the empty name for the intercept."""
    known = {name: round(1000 * weight) for name, weight in weights.items()}
    known["link"] = known.get("link", 0) + _LINK_WEIGHT

    def sums(named: Callable[..., list[str]]) -> Sums:
        @lru_cache(maxsize=65536)
        def weight(*seen: object) -> int:
            return sum([known.get(feature, 0) for feature in named(*seen)])

        return weight

    return Scorer(
        known[""],
        sums(features.opening),
        sums(features.length),
        sums(features.turn),
        sums(features.following),
        sums(features.previous),
        sums(features.pair),
        sums(features.count),
        sums(features.edge),
        sums(features.again),
        max(0, known.get("dateline", 0))
        + sum(max(known.get(name, 0) for name in names) for names in features.AGAIN),
    )


@cache
def shipped() -> Scorer:
    """The scorer of the weights that come with the package."""
    path = files("corpus_builder").joinpath("data/splitters/headings.json")
    return scorer(json.loads(path.read_text(encoding="utf-8"))["weights"])
