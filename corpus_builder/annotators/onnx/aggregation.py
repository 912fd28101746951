"""From word pieces and their class probabilities to names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from corpus_builder.label_schemes import our_label, tag_spans

Found = tuple[int, int, str, float]
_PARTICLES = regex.compile(r"[وفبلك][\p{M}\u0640]*")
_NAMEABLE = regex.compile(r"[\p{L}\p{N}]")


def names_of(
    text: str,
    tokens: Sequence[tuple[int, int]],
    pieces: Sequence[tuple[int, int]],
    shares: NDArray[np.float64],
    tags: Sequence[str],
    labels: Sequence[str],
) -> list[Found]:
    """The names ``(start, end, label, score)`` of one text, by whole tokens.

    A token's tag is that of its first piece, as models are trained; where that piece is an attached particle outside
    any name, it is that of the next piece, for models that were trained on separated particles. Punctuation at the
    ends of a name is left outside. The score is the mean, over the tokens, of the probability of the tag.

    Args:
        text: what the pieces were cut from.
        tokens: half-open ranges in ``text``, in order.
        pieces: ranges in ``text`` of the word pieces, in order.
        shares: (pieces, classes) probabilities.
        tags: the classes' tags, in any scheme that `tag_spans` reads.
        labels: the registered labels; names of others are left out.
    """
    best = shares.argmax(axis=1).tolist() if len(shares) else []
    judged: list[tuple[str, float]] = []
    for group in _by_token(text, tokens, pieces):
        piece = _speaker(text, pieces, [tags[best[n]] for n in group], group)
        judged.append(("O", 1.0) if piece is None else (tags[best[piece]], float(shares[piece, best[piece]])))
    found: list[Found] = []
    for first, stop, theirs in tag_spans([[tag] for tag, _share in judged]):
        label = our_label(theirs, labels)
        inside = [n for n in range(first, stop) if _NAMEABLE.search(text, *tokens[n])]
        if label is not None and inside:
            first, last = inside[0], inside[-1]
            score = sum(share for _tag, share in judged[first : last + 1]) / (last + 1 - first)
            found.append((tokens[first][0], tokens[last][1], label, score))
    return found


def _by_token(
    text: str, tokens: Sequence[tuple[int, int]], pieces: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """The numbers of the pieces that begin in each token, white space before a piece not counted."""
    starts = [start for start, _end in tokens]
    groups: list[list[int]] = [[] for _token in tokens]
    for number, (start, end) in enumerate(pieces):
        while start < end and text[start].isspace():
            start += 1
        at = bisect_right(starts, start) - 1
        if start < end and at >= 0 and start < tokens[at][1]:
            groups[at].append(number)
    return groups


def _speaker(
    text: str, pieces: Sequence[tuple[int, int]], tags: Sequence[str], group: Sequence[int]
) -> int | None:
    """The piece whose tag is the token's."""
    for tag, number in zip(tags, group, strict=True):
        particle = _PARTICLES.fullmatch(text[slice(*pieces[number])].strip())
        if tag != "O" or particle is None:
            return number
    return group[0] if group else None
