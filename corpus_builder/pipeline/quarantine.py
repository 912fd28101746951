"""What to do with a shard whose process was killed, by the system's memory guard for one: find the article and set it aside.

The shard is made again one article at a time, in a process of its own that first notes which article it begins. An
attempt that finds the note of one that never ended counts a death of the article in it. Who has died twice so, three times with the first
attempt, is left out by name; the rest of the shard is built. A note is good for one build: a build that was stopped from
outside blames no article.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from corpus_builder import storage
from corpus_builder.problems import CorpusError

_DEATHS = 2
_MOST_QUARANTINED = 100
_MOST_ELSEWHERE = 3


class Watch:
    """The note of one shard in one build: which article is worked on, and how often each has died."""

    def __init__(self, path: Path, build: str) -> None:
        """Take up the note at ``path``. Raises `CorpusError` when everything seems to kill the process."""
        self.path = path
        self.build = build
        note = _note(path)
        self.deaths: Counter[str] = Counter()
        if note.get("build") == build:
            self.deaths.update(note["deaths"])
            self.deaths[note["begun"]] += 1
        # Deaths before the first article, or after the last.
        elsewhere = self.deaths.get("", 0)
        if elsewhere >= _MOST_ELSEWHERE or len(self.quarantined()) > _MOST_QUARANTINED:
            raise CorpusError(
                f"{path.stem}: its process is killed again and again; free some memory and build again"
            )
        self._write("")

    def begin(self, digest: bytes) -> None:
        """Note that the record with this digest is worked on."""
        self._write(digest.hex())

    def quarantined(self) -> frozenset[bytes]:
        """The digests of the records that are left out."""
        return frozenset(
            bytes.fromhex(digest) for digest, count in self.deaths.items() if digest and count >= _DEATHS
        )

    def end(self) -> None:
        storage.remove(self.path)

    def _write(self, begun: str) -> None:
        note = {"build": self.build, "deaths": dict(self.deaths), "begun": begun}
        storage.write_unflushed(self.path, json.dumps(note).encode())


def _note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
