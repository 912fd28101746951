"""Which of the names that were found stand, and how sure they are."""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_builder.annotators.found import Columns
from corpus_builder.annotators.gazetteer.listed import Match, Names
from corpus_builder.annotators.gazetteer.phrases import Kinds
from corpus_builder.annotators.gazetteer.words import Mask
from corpus_builder.code_points import Codes
from corpus_builder.graphemes import inside_grapheme, joining

Found = tuple[int, int, str, float]
#: Precision by label and kind where it was measured on enough names (docs/patterns.md); else that of the
#: label.
_KIND_SCORES = {
    ("LOC", "city"): 0.966,
    ("LOC", "country"): 0.969,
    ("LOC", "facility"): 0.98,
    ("LOC", "province"): 0.903,
    ("LOC", "river"): 0.955,
    ("ORG", "international"): 0.983,
    ("ORG", "university"): 0.972,
    ("PER", "name_sequence"): 0.943,
    ("PER", "surname"): 0.943,
}
_LABEL_SCORES = {"PER": 0.943, "LOC": 0.962, "ORG": 0.938, "MISC": 0.893}
_OTHER_SCORE = 0.9
#: What text is mostly made of, letters and general punctuation: code points that are looked up in a table.
_LOOKED_UP = ((0x0, 0x700), (0x2000, 0x2070))


def chosen(plain: Names, others: list[Match], kinds: Kinds) -> Names:
    """The names that do not cross, in order, earlier and longer ones first; inside another only those of another label."""
    found = np.array(
        [(start, -minus_end, kinds[kind, label]) for start, minus_end, kind, label in others], np.int64
    )
    names = np.concatenate((plain, found.reshape(-1, 3).T), axis=1)
    names = names.take(np.argsort((names[0] << 32) - names[1], kind="stable"), axis=1)
    starts, ends = names[:2]
    meets = np.zeros(len(starts) + 1, np.bool_)
    meets[1:-1] = starts[1:] < np.maximum.accumulate(ends[:-1])
    near = np.flatnonzero(meets[1:] | meets[:-1])
    if not len(near):
        return names
    written = list(kinds)
    apart = [
        (start, -end, *written[number], at)
        for start, end, number, at in zip(*names[:, near].tolist(), near.tolist(), strict=True)
    ]
    kept = np.ones(len(starts), np.bool_)
    kept[near] = False
    kept[_nested(apart)] = True
    return names[:, kept]


def _nested(matches: list[tuple[int, int, str, str, int]]) -> list[int]:
    matches.sort()
    kept: list[int] = []
    around: list[tuple[int, int, str, str, int]] = []
    for match in matches:
        start, minus_end, _kind, label, at = match
        while around and -around[-1][1] <= start:
            around.pop()
        if around:
            outer_start, outer_minus_end, _kind, outer_label, _at = around[-1]
            same = start == outer_start and minus_end == outer_minus_end
            if minus_end < outer_minus_end or same or label == outer_label or outer_label == "PER":
                continue
        kept.append(at)
        around.append(match)
    return kept


def sound(names: Names, text: str, codes: Codes) -> Names:
    """The names that neither begin nor end inside a character cluster."""
    edges, simple = names[:2], _simple()
    starts, ends = simple.take(codes.take(edges), mode="clip") & simple.take(
        codes.take(edges - 1), mode="clip"
    )
    sure = starts & ends
    if sure.all():
        return names
    for at in np.flatnonzero(~sure).tolist():
        sure[at] = not any(inside_grapheme(text, edge) for edge in edges[:, at].tolist())
    return names[:, sure]


@cache
def _simple() -> Mask:
    """Of each code point up to the general punctuation, whether it surely makes no cluster with another; the last surely may."""
    codes = np.concatenate([np.arange(first, end) for first, end in _LOOKED_UP])
    simple = np.zeros(_LOOKED_UP[-1][1] + 1, np.bool_)
    simple[codes] = True
    simple[codes[list(joining("".join(map(chr, codes.tolist()))))]] = False
    return simple


def scored(names: Names, starts: list[int], kinds: Kinds) -> Columns:
    """The names of texts that start at ``starts``, the last of which is the end of all, with label and score."""
    firsts = np.array(starts)
    owners = firsts.searchsorted(names[0], "right") - 1
    base = firsts.take(owners)
    scores = np.array([_score(kind, label) for kind, label in kinds])
    labels = [label for _kind, label in kinds]
    return Columns(owners, names[0] - base, names[1] - base, names[2], labels, scores.take(names[2]))


@cache
def _score(kind: str, label: str) -> float:
    return _KIND_SCORES.get((label, kind), _LABEL_SCORES.get(label, _OTHER_SCORE))
