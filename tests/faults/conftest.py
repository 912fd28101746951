"""A corpus to hurt, for every campaign in this folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hurting import FILES, Corpus, digest


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


@pytest.fixture
def two_editions(corpus: Corpus) -> tuple[Corpus, str, str]:
    """A corpus whose first edition is built and whose second lies ready, with the digests of both.

    No shard of the first is one of the second: `corpus.wanted` are those.
    """
    corpus.edition(2)
    assert corpus.build() == 0, corpus.said()
    corpus.wanted = corpus.finished()
    corpus.out.rename(corpus.folder / "second")
    corpus.edition(1)
    assert corpus.build() == 0, corpus.said()
    assert len(corpus.wanted) == FILES
    assert not corpus.wanted & corpus.finished()
    corpus.edition(2)
    return corpus, digest(corpus.out), digest(corpus.folder / "second")
