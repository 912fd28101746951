"""Which of overlapping spans stay: the earlier asked ones, and of the later ones those that fit.

Those that overlap no other stay, and where two overlap, comparing whole columns decides; only stretches of three or
more are gone through span by span.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
#: ``(start, -end, label number, place in the columns)``, which sorts as the columns do.
_Kept = tuple[int, int, int, int]


class Spans(NamedTuple):
    """Spans over one text, ordered by (start, -end). ``turns`` says in which order they are asked, ``human`` which are a person's."""

    starts: Ints
    ends: Ints
    labels: Ints
    turns: Ints
    human: Flags


def fitting(spans: Spans, undivided: Flags) -> tuple[Flags, Flags]:
    """Which spans stay, and which are left out because they cross one that stays.

    A span is left out that has the range of an earlier one or crosses it; and unless it is a person's, one that lies inside or
    around an earlier one of its label, or inside one whose label is ``undivided``, an array with a flag for each label.
    """
    count = len(spans.starts)
    fits, crosses = np.ones(count, np.bool_), np.zeros(count, np.bool_)
    reach = np.maximum.accumulate(spans.ends)
    firsts = np.flatnonzero(np.concatenate(([True], spans.starts[1:] >= reach[:-1]))) if count else reach
    sizes = np.diff(np.append(firsts, count))
    _settle_pairs(spans, undivided, firsts[sizes == 2], fits, crosses)
    for first, size in zip(firsts[sizes > 2].tolist(), sizes[sizes > 2].tolist(), strict=True):
        _settle(spans, undivided, first, first + size, fits, crosses)
    return fits, crosses


def _settle_pairs(spans: Spans, undivided: Flags, firsts: Ints, fits: Flags, crosses: Flags) -> None:
    """Leave out what does not fit of two spans that overlap each other and no other: the one at ``firsts``, and the next."""
    seconds = firsts + 1
    in_order = spans.turns[firsts] < spans.turns[seconds]
    earlier, later = np.where(in_order, firsts, seconds), np.where(in_order, seconds, firsts)
    same = (spans.starts[firsts] == spans.starts[seconds]) & (spans.ends[firsts] == spans.ends[seconds])
    crossing = spans.ends[seconds] > spans.ends[firsts]
    alike = spans.labels[firsts] == spans.labels[seconds]
    alike |= in_order & undivided[spans.labels[earlier]]
    fits[later[same | crossing | (alike & ~spans.human[later])]] = False
    crosses[later[crossing]] = True


def _settle(spans: Spans, undivided: Flags, first: int, stop: int, fits: Flags, crosses: Flags) -> None:
    """Leave out what does not fit of the spans at ``[first, stop)``, each in its turn."""
    starts, ends = spans.starts[first:stop].tolist(), spans.ends[first:stop].tolist()
    labels, human = spans.labels[first:stop].tolist(), spans.human[first:stop].tolist()
    kept: list[_Kept] = []
    longest = 0
    for place in np.argsort(spans.turns[first:stop]).tolist():
        start, end, label = starts[place], ends[place], labels[place]
        near = kept[bisect_left(kept, (start - longest,)) : bisect_left(kept, (end,))]
        fit = _fit(near, start, end, label, undivided, human=human[place])
        if fit == "fits":
            insort(kept, (start, -end, label, place))
            longest = max(longest, end - start)
        else:
            fits[first + place] = False
            crosses[first + place] = fit == "crosses"


def _fit(near: Sequence[_Kept], start: int, end: int, label: int, undivided: Flags, *, human: bool) -> str:
    """How a span stands to the earlier spans near it: it "fits", "crosses" one, or "repeats" what one says."""
    answer = "fits"
    for other_start, minus_end, other_label, _place in near:
        other_end = -minus_end
        if end <= other_start or other_end <= start:
            continue
        if (start, end) == (other_start, other_end):
            return "repeats"
        inside = other_start <= start and end <= other_end
        if not inside and not (start <= other_start and other_end <= end):
            return "crosses"
        if not human and (label == other_label or (inside and undivided[other_label])):
            answer = "repeats"
    return answer
