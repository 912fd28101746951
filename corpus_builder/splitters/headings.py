"""Headlines and subheadings that lost their line break and run into the sentence after them.

A scraper that drops line breaks leaves ``headline lead sentence.`` with no mark between the two. For such
a text a log-linear model scores every gap between two words of a sentence as the end of a heading. Its
features look at the words on both sides (form, shape, lists of verbs that open a lead), at how long the
stretch before it is, and at how many of its words come again after it, since a lead repeats its headline.

The weights, in ``data/headings.json``, are made by :mod:`corpus_builder.splitters.training`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Final

from corpus_builder.splitters.lexicon import (
    FUNCTION_WORDS,
    LEAD_VERBS,
    LINKS,
    OPENERS,
    PLACE_HEADS,
    QUESTION_WORDS,
    WAW_WORDS,
    bare,
)

_TOKEN: Final = re.compile(r"\S+")
_EDGES: Final = "«»“”\"'‘’()[]{}،,؛;:.!?؟…-–—%٪/\\•*|"
_NO_END: Final = frozenset("،,؛;-–—/:|(«“[.…؟!?")
_NO_START: Final = frozenset("،,؛;-–—/:|)».")
_CLITICS: Final = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س")
_ENDINGS: Final = ("ات", "ون", "ين", "ان", "ية", "ها", "هم", "ه", "ة", "ت", "ا", "ي")
_ALEFS: Final = str.maketrans("أإآى", "اااي")
_DATELINE: Final = re.compile(r"[^\s.،:]+(?: [^\s.،:]+){0,3} ?(?:\(|[-–—] |: )")
_LONGEST_HEADING: Final = 24  # words
_REPEATED_WITHIN: Final = 30  # words after the gap that are searched for the heading's words
_LONGEST_READ: Final = 60  # words of a sentence that are looked at
_FIRST_THRESHOLD: Final = -2.0  # log odds; a text without line breaks very likely starts with its headline
_THRESHOLD: Final = -1.25
# Too rare in the training text to be learned, and hardly found inside a sentence without a comma before it.
_LINK: Final = "link"
_LINK_WEIGHT: Final = 3.5
_AGAIN: Final = 1.0  # added to the threshold for a second gap in the same sentence


def joints(text: str, start: int, end: int, first: bool) -> list[tuple[int, int]]:
    """Return ``(end of heading, start of what follows)`` for each line break lost in ``text[start:end]``.

    Offsets are code points of ``text``. ``first`` says that this sentence opens the document.
    """
    scored = [
        (_score(features), stop, next_start) for stop, next_start, features in gaps(text, start, end, first)
    ]
    found: list[tuple[int, int]] = []
    threshold = _FIRST_THRESHOLD if first else _THRESHOLD
    while scored:
        best = max(range(len(scored)), key=lambda index: scored[index][0])
        score, stop, next_start = scored[best]
        if score < threshold:
            break
        found.append((stop, next_start))
        scored = scored[best + 2 :]
        threshold = _THRESHOLD + _AGAIN
    return found


def gaps(text: str, start: int, end: int, first: bool) -> Iterator[tuple[int, int, list[str]]]:
    """Yield ``(end of word, start of next word, features)`` for each gap where a heading could end."""
    spans = [
        match.span()
        for match, _ in zip(_TOKEN.finditer(text, start, end), range(_LONGEST_READ), strict=False)
    ]
    raw = [text[left:right] for left, right in spans]
    words = [_normal(token) for token in raw]
    if not words or (not first and _shape(words[0]) in ("و", "وال", "ف")):
        return  # no subheading opens with a conjunction
    stems = [_stem(word) for word in words]
    opening = [f"F={_shape(words[0])}", f"G={_shape(words[1]) if len(words) > 1 else ''}"]
    opening += [f"Fc={name}" for name in _classes(words[0])]
    place = "first" if first else "mid"
    asking = words[0] in QUESTION_WORDS
    enclosed = _enclosed(raw)
    crossing = _crossing(words, stems)
    most = max(crossing, default=0)
    commas = colons = dots = 0
    verbs = 0
    for index in range(1, len(raw)):
        before, after = raw[index - 1], raw[index]
        commas += before[-1] in "،,"
        colons += before[-1] == ":"
        dots += ".." in before or "…" in before
        verbs += words[index - 1] in LEAD_VERBS or _shape(words[index - 1]) in ("y-", "t-")
        if index > _LONGEST_HEADING or len(raw) - index < 4:
            continue
        if before[-1] in _NO_END or after[0] in _NO_START or enclosed[index]:
            continue
        if words[index - 1] in PLACE_HEADS:
            continue
        features = list(_next_features(words[index]))
        features += _previous_features(words[index - 1])
        following = words[index + 1]
        features += _pair_features(words[index - 1], words[index], following)
        features += opening
        length = _bucket(index)
        features += (
            f"L={length}",
            f"{place}{length}",
            f"F{opening[0]}{length}",
            f"T{opening[0]}{min(index, 7) // 2}{_shape(words[index])}",
            f"q={asking}{min(index, 7)}",
            f"R={_bucket(len(raw) - index)}",
            f"c={min(commas, 2)}",
            f"d={min(dots, 1)}{min(colons, 1)}",
            f"v={min(verbs, 2)}",
            f"x={min(most - crossing[index], 3)}of{min(most, 5)}",
            f"e={before[-1] if not before[-1].isalnum() else ''}",
            f"b={after[0] if not after[0].isalnum() else ''}",
        )
        features += _repetition(stems, index)
        if len(words[index]) <= 4 and following in LINKS and _comma_behind(raw, index):
            features.append(_LINK)
        if _DATELINE.match(text, spans[index][0], end):
            features.append("dateline")
        yield spans[index - 1][1], spans[index][0], features


def _repetition(stems: list[str], index: int) -> list[str]:
    heading = {stem for stem in stems[:index] if len(stem) >= 3}
    after = stems[index : index + _REPEATED_WITHIN]
    repeated = len(heading.intersection(after))
    near = len(heading.intersection(after[:6]))
    share = round(4 * repeated / len(heading)) if heading else 0
    return [f"o={min(repeated, 5)}", f"s={share}", f"n={min(near, 3)}", f"i={after[0] in heading}"]


def _enclosed(raw: list[str]) -> list[bool]:
    """For each gap before ``raw[index]``, whether it lies inside quotation marks or brackets."""
    inside, depth, quotes = [], 0, 0
    for token in raw:
        inside.append(depth > 0 or quotes % 2 == 1)
        if not token.isalnum():
            depth = max(0, depth + sum(map(token.count, "«“([")) - sum(map(token.count, "»”)]")))
            quotes += token.count('"')
    return inside


def _comma_behind(raw: list[str], index: int) -> bool:
    """Whether the two or three words after the gap close with a comma."""
    return any(token[-1] in "،," for token in raw[index + 1 : index + 3])


def _crossing(words: list[str], stems: list[str]) -> list[int]:
    """For each gap before ``words[index]``, how many content words stand on both sides of it."""
    first: dict[str, int] = {}
    change = [0] * (len(words) + 1)
    last: dict[str, int] = {}
    for index, (word, stem) in enumerate(zip(words, stems, strict=True)):
        if len(stem) >= 3 and word not in FUNCTION_WORDS:
            first.setdefault(stem, index)
            last[stem] = index
    for stem, start in first.items():
        change[start + 1] += 1
        change[last[stem] + 1] -= 1
    return list(accumulate(change))[: len(words)]


@lru_cache(maxsize=65536)
def _next_features(word: str) -> tuple[str, ...]:
    shape = _shape(word)
    return (
        f"N={word}",
        f"N.{word[:2]}",
        f"N:{word[:3]}",
        f"N_{word[-2:]}",
        f"Ns={shape}",
        f"Nl={min(len(word), 8)}",
        *(f"Nc={name}" for name in _classes(word)),
    )


@lru_cache(maxsize=65536)
def _previous_features(word: str) -> tuple[str, ...]:
    return (
        f"P={word}",
        f"P.{word[:2]}",
        f"P_{word[-2:]}",
        f"Ps={_shape(word)}",
        *(f"Pc={name}" for name in _classes(word)),
    )


def _pair_features(previous: str, word: str, following: str) -> list[str]:
    before, shape, after = _shape(previous), _shape(word), _shape(following)
    features = [f"PN={before}|{shape}", f"NN={shape}|{after}"]
    for name in _classes(word):
        features += (f"Pc={before}|{name}", f"cN={name}|{after}")
    return features


@lru_cache(maxsize=65536)
def _normal(token: str) -> str:
    return bare(token.strip(_EDGES))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """A rough stem, enough to see that a word comes again with another clitic or ending."""
    for clitic in _CLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= 3:
            word = word[len(clitic) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word.translate(_ALEFS)[:5]


@lru_cache(maxsize=65536)
def _shape(word: str) -> str:
    """The outer form of a word, which hints at its part of speech."""
    size = len(word)
    if not word:
        return ""
    if word[0].isdigit():
        return "0"
    if word[0].isascii():
        return "a"
    for prefix in ("وال", "ال", "لل"):
        if word.startswith(prefix):
            return prefix
    if word[0] in "وفبلك" and size > 3 and word not in WAW_WORDS:
        return word[0]
    if word[0] in "يت" and 3 <= size <= 7:
        return "y-" if word[0] == "ي" else "t-"
    if word[0] == "س" and size > 4 and word[1] in "يتن":
        return "s-"
    if word[-1] == "ت" and 3 <= size <= 6:
        return "-t"
    if word[0] == "أ" and size == 4:
        return "a-"
    if word[-1] == "ا" and size > 4:
        return "-a"
    return "-h" if word[-1] == "ة" else "-"


@lru_cache(maxsize=65536)
def _classes(word: str) -> tuple[str, ...]:
    names = []
    if word in LEAD_VERBS:
        names.append("lead")
    if word in OPENERS:
        names.append("open")
    if word in FUNCTION_WORDS:
        names.append("func")
    if word.startswith("و"):
        if word[1:] in LEAD_VERBS:
            names.append("wlead")
        if word[1:] in OPENERS:
            names.append("wopen")
    return tuple(names)


@cache
def _bucket(count: int) -> str:
    if count <= 8:
        return str(count)
    return "9" if count <= 10 else "11" if count <= 13 else "14" if count <= 17 else "18"


def _score(features: list[str]) -> float:
    weights = _weights()
    prior = _LINK_WEIGHT if _LINK in features else 0.0
    return prior + sum([weights.get(feature, 0.0) for feature in features], weights[""])


@cache
def _weights() -> dict[str, float]:
    loaded: dict[str, float] = json.loads(
        files("corpus_builder").joinpath("data/splitters/headings.json").read_text(encoding="utf-8")
    )["weights"]
    return loaded
