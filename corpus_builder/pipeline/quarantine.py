"""What to do with a shard whose process was killed, by the system's memory guard for one: find the article and set it aside.

The shard is made again one article at a time in a process of its own, which notes what it is working on. An article on which
the process dies twice is left out by name; the rest of the shard is built.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from corpus_builder.engines import run_alone
from corpus_builder.pipeline.shards import Shard, ShardJob, in_flight, make_shard
from corpus_builder.problems import CorpusError

_DEATHS = 2
_MOST_QUARANTINED = 100


def shard_after_death(job: ShardJob) -> Shard:
    """Make the shard without the articles that kill its process. Raises `CorpusError` when everything seems to."""
    deaths: Counter[bytes] = Counter()
    careful = replace(job, careful=True)
    while len(careful.quarantined) <= _MOST_QUARANTINED:
        shard = run_alone(make_shard, careful)
        if shard is not None:
            in_flight(job).unlink(missing_ok=True)
            return shard
        digest = in_flight(job).read_bytes() if in_flight(job).exists() else b""
        deaths[digest] += 1
        if not digest or deaths[digest] > _MOST_QUARANTINED:
            break
        if deaths[digest] >= _DEATHS:
            careful = replace(careful, quarantined=careful.quarantined | {digest})
    raise CorpusError(f"{job.name}: its process is killed again and again; free some memory and build again")
