"""Tag sequences and label names of other corpora and models, read into spans and names of ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

TAG = re.compile(r"O|[BIEMSLU]-\S+")
"""One tag of IOB1, IOB2, BIOES (IOBES) or BILOU."""

COMMON: Mapping[str, str] = {
    **dict.fromkeys(("PER", "PERS", "PERSON"), "PER"),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "FAC", "FACILITY"), "LOC"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION"), "ORG"),
    **dict.fromkeys(("MISC", "MIS", "EVENT", "PRODUCT", "LAW", "WORK_OF_ART"), "MISC"),
}
"""What other label sets call our labels, in capitals (annotation guidelines, section 10)."""


def tag_spans(rows: Sequence[Iterable[str]]) -> list[tuple[int, int, str]]:
    """The spans ``(first, stop, label)`` of tagged tokens, half-open token numbers, ordered by (first, -stop).

    A row holds the tags of one token: one of a flat scheme, several where names nest. A tag that goes on
    (``I-``, ``M-``, ``E-``, ``L-``) takes up the earliest open span of its label and begins one where none is
    open, so that IOB1, IOB2, BIOES and BILOU are all read; a bare ``PER`` is read as ``I-PER``.
    """
    found: list[tuple[int, int, str]] = []
    opened: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        going: dict[str, list[int]] = {}
        for tag in row:
            if tag == "O":
                continue
            prefix, label = (tag[0], tag[2:]) if TAG.fullmatch(tag) else ("I", tag)
            earlier = opened.get(label)
            first = earlier.pop(0) if prefix in "IMEL" and earlier else number
            if prefix in "SUEL":
                found.append((first, number + 1, label))
            else:
                going.setdefault(label, []).append(first)
        found += [(first, number, label) for label, firsts in opened.items() for first in firsts]
        opened = going
    found += [(first, len(rows), label) for label, firsts in opened.items() for first in firsts]
    return sorted(found, key=lambda span: (span[0], -span[1], span[2]))


def our_label(label: str, labels: Collection[str], renamed: Mapping[str, str] | None = None) -> str | None:
    """The registered label that ``label`` stands for; None where it stands for none of ``labels``.

    ``renamed`` comes first (an empty name leaves the label out), then ``labels`` themselves, then `COMMON`.
    """
    if renamed and label in renamed:
        label = renamed[label]
        return label if label in labels else None
    if label in labels:
        return label
    common = COMMON.get(label.upper())
    return common if common in labels else None
