"""Give every article its split, so that no story stands in two of them and no article ever moves.

A group of near-duplicates gets one split: the one the ledger or an article's own ``split`` names for its members, else one by keyed
hash of its first member (or by date). An article that the ledger names keeps that split whatever its group does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus_builder.splits.ledger import read_ledger, write_ledger

__all__ = ["Assignment", "SplitRule", "assign", "read_ledger", "write_ledger"]


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How a group without an assigned split gets one. ``shares`` are fractions that sum to 1, in the splits' order.

    With ``starts`` the rule is the calendar: a group belongs to the last split whose first day (ISO date) is not after the earliest
    publication date in the group; articles without a date go by hash.
    """

    shares: tuple[tuple[str, float], ...]
    key: str
    starts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A split for each row, or None for a row in conflict, and for those what their group was given."""

    splits: tuple[str | None, ...]
    conflicts: Mapping[int, tuple[str, ...]]


def assign(
    ids: Sequence[str],
    leaders: Iterable[int],
    dates: Sequence[str | None],
    explicit: Mapping[int, str],
    ledger: Mapping[str, str],
    rule: SplitRule,
) -> Assignment:
    """Assign rows, which are in their published order. ``explicit`` gives the split that an article names for itself."""
    members: dict[int, list[int]] = {}
    for row, leader in enumerate(leaders):
        members.setdefault(int(leader), []).append(row)
    splits: list[str | None] = [None] * len(ids)
    conflicts: dict[int, tuple[str, ...]] = {}
    for rows in members.values():
        fixed = {row: ledger[ids[row]] for row in rows if ids[row] in ledger}
        named = fixed or {row: explicit[row] for row in rows if row in explicit}
        given = sorted(set(named.values()))
        if len(given) > 1:
            for row in rows:
                splits[row] = named.get(row) if fixed else None
                if splits[row] is None:
                    conflicts[row] = tuple(given)
            continue
        split = given[0] if given else _split_of(rows, ids, dates, rule)
        for row in rows:
            splits[row] = split
    return Assignment(tuple(splits), conflicts)


def _split_of(rows: Sequence[int], ids: Sequence[str], dates: Sequence[str | None], rule: SplitRule) -> str:
    known = sorted(date for row in rows if (date := dates[row]))
    if rule.starts and known:
        return next((split for split, first in reversed(rule.starts) if known[0] >= first), rule.starts[0][0])
    return split_by_hash(min(ids[row] for row in rows), rule)


def split_by_hash(group_id: str, rule: SplitRule) -> str:
    """The split of a group by keyed hash of its first id."""
    return rule.shares[int(splits_at(split_points([group_id], rule.key), rule)[0])][0]


def split_points(ids: Iterable[str], key: str) -> npt.NDArray[np.uint64]:
    """For each id a number below 2**64, its keyed hash (BLAKE2b)."""
    started = hashlib.blake2b(digest_size=8, key=key.encode()[:64])
    digests = []
    for article_id in ids:
        hashed = started.copy()
        hashed.update(article_id.encode())
        digests.append(hashed.digest())
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def splits_at(points: npt.NDArray[np.uint64], rule: SplitRule) -> npt.NDArray[np.intp]:
    """The numbers of the splits in whose shares of the hashes these lie."""
    ends = np.cumsum([share for _split, share in rule.shares])
    ends[-1] = np.inf
    return np.searchsorted(ends, points / 2.0**64, side="right")
