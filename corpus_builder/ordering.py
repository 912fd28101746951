"""The order in which articles are published: by a hash of the id, so that it owes nothing to how they arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


def order_bytes(article_id: str) -> bytes:
    """Eight bytes (BLAKE2b of the id) whose order is the published one; ids that share them follow each other by id."""
    return hashlib.blake2b(article_id.encode(), digest_size=8).digest()


def order_of(article_id: str) -> int:
    """The same as a number below 2**64."""
    return int.from_bytes(order_bytes(article_id), "big")


def orders_of(ids: Iterable[str]) -> npt.NDArray[np.uint64]:
    """The numbers of many ids."""
    return np.frombuffer(b"".join(map(order_bytes, ids)), ">u8").astype(np.uint64)
