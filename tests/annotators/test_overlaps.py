from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.overlaps import Spans, fitting

LABELS = 3
#: start, length, label, whether a person's; few places, so that spans nest, cross and repeat.
rows = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(0, LABELS - 1), st.booleans()), max_size=12
)


def said_plainly(
    turns: list[tuple[int, int, int, bool]], undivided: list[bool]
) -> tuple[list[bool], list[bool]]:
    """The rule as it stands in the guidelines, each span against all that stay of those before it."""
    kept: list[tuple[int, int, int]] = []
    fits, crosses = [], []
    for start, length, label, human in turns:
        end = start + length
        over = [other for other in kept if other[0] < end and start < other[1]]
        same = any((start, end) == other[:2] for other in over)
        crossing = not same and any(
            not (o[0] <= start and end <= o[1]) and not (start <= o[0] and o[1] <= end) for o in over
        )
        said = any(
            label == o[2] or (undivided[o[2]] and o[0] <= start and end <= o[1]) for o in over if not human
        )
        fits.append(not (same or crossing or said))
        crosses.append(crossing)
        if fits[-1]:
            kept.append((start, end, label))
    return fits, crosses


@given(rows, st.lists(st.booleans(), min_size=LABELS, max_size=LABELS))
def test_what_fits_is_what_fits_span_by_span(
    turns: list[tuple[int, int, int, bool]], undivided: list[bool]
) -> None:
    order = sorted(range(len(turns)), key=lambda i: (turns[i][0], -turns[i][1]))
    columns = np.array([turns[i] for i in order], np.int64).reshape(-1, 4)
    spans = Spans(
        columns[:, 0],
        columns[:, 0] + columns[:, 1],
        columns[:, 2],
        np.array(order, np.int64),
        columns[:, 3].astype(bool),
    )
    fits, crosses = fitting(spans, np.array(undivided))
    wanted_fits, wanted_crosses = said_plainly(turns, undivided)
    assert fits.tolist() == [wanted_fits[i] for i in order]
    assert crosses.tolist() == [wanted_crosses[i] for i in order]
