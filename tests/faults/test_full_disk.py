"""A disk that is full or broken at the n-th operation: the old dataset stays, one clear line is said, the next build is right."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hurting import LONG, Corpus, digest


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_the_disk_fails_at_the_nth_operation(two_editions: tuple[Corpus, str, str], code: int) -> None:
    corpus, old, new = two_editions
    failures = 0
    for number in range(1, 10_000, 1 if LONG else 6):
        left = number
        before = digest(corpus.out)

        def fail(_operation: str, path: Path) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise OSError(code, os.strerror(code), str(path))

        status = corpus.build(fail)
        if status == 0:
            break
        failures += 1
        said = corpus.said()
        assert status == 2, said
        assert os.strerror(code) in said
        assert "Traceback" not in said
        assert digest(corpus.out) in (before, old, new)
    print(f"{errno.errorcode[code]} from operation 1 to {failures} on; torn: 0")
    assert failures > 5
    assert corpus.build() == 0
    assert digest(corpus.out) == new
