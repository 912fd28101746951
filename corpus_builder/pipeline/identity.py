"""What is at work: digests of the code and names of the versions that can change a byte of a build."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa


@cache
def code_digest() -> str:
    """SHA-256 of everything in the package that can change a row: its code, lists, rules and models."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def identity() -> str:
    """What two machines must share for the same input to give them the same bytes."""
    return " ".join((code_digest(), pa.__version__, np.__version__, unicodedata.unidata_version))
