"""Near-duplicates found where the shards lie, without gathering their signatures anywhere: here, or by the jobs of an engine.

Of jobs, one kind of job hashes the bands of some shards' signatures into a file that is cut into partitions by band and hash; another takes
one partition of all files, looks up the signatures of the rows that share a hash, and gives the edges. A bucket is never cut, so
the edges do not depend on how many jobs there are. The caller holds one number for each row, and the edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus_builder import storage
from corpus_builder.engines import Engine
from corpus_builder.pipeline.collecting import Grouping
from corpus_builder.pipeline.shards import Shard, shard_signatures
from corpus_builder.problems import CorpusError
from corpus_builder.splits.groups import BANDS, band_hashes, edges, leaders
from corpus_builder.splits.similarity import PERMUTATIONS
from corpus_builder.writers.columns import numbers, values

#: Rows in one band file, and rows of one band in one partition: what a job holds is a few times 20 bytes for each, and 512 for those
#: that share a hash.
BAND_FILE_ROWS = 1 << 18
PARTITION_ROWS = 1 << 20
#: Hashes held at a time where one process does it all, one band's at least; and rows whose signatures are looked up at a time.
HASHES_HELD = 1 << 21
LOOKED_UP = 1 << 15
_MOST_DEATHS = 3
_PLACES = pa.schema(
    [("hash", pa.uint64()), ("rank", pa.uint32()), ("shard", pa.uint32()), ("row", pa.uint32())]
)

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class BandJob:
    """Some shards, by number and path, whose bands go to one file. ``ranks`` give each row's place in published order, or -1."""

    path: Path
    numbers: tuple[int, ...]
    shards: tuple[Path, ...]
    ranks: tuple[Ints, ...]
    partitions: int


@dataclass(frozen=True, slots=True)
class PartitionJob:
    """One partition of all band files, and the shards by number."""

    number: int
    bands: tuple[Path, ...]
    shards: tuple[Path, ...]
    similarity: float


def grouped_here(shards: Sequence[Shard], shard_of: Ints, row_of: Ints, similarity: float) -> Ints:
    """The grouping in this process: some bands at a time, or one."""
    paths = [shard.path for shard in shards]

    def found() -> Iterator[Iterable[tuple[int, int]]]:
        held = max(1, HASHES_HELD // len(shard_of))
        for first in range(0, BANDS, held):
            bands = range(first, min(first + held, BANDS))
            hashes = np.empty((len(bands), len(shard_of)), np.uint64)
            for number, here in _by_shard(shard_of):
                signatures = shard_signatures(paths[number])
                hashes[:, here] = band_hashes(signatures, bands)[:, row_of[here]]
            for place in range(len(bands)):
                yield _shared_edges(hashes[place], shard_of, row_of, paths, similarity).tolist()

    return leaders(len(shard_of), found())


def grouped_by(engine: Engine, work: Path) -> Grouping:
    """The grouping that an engine's jobs do, with files in the folder ``work``."""

    def grouping(shards: Sequence[Shard], shard_of: Ints, row_of: Ints, similarity: float) -> Ints:
        folder = work / "bands"
        storage.remove(folder)
        storage.make_folder(folder)
        jobs = _band_jobs(folder, shards, shard_of, row_of)
        files = [path for _index, path in engine.run(write_bands, jobs, _bands_after_death)]
        paths = tuple(shard.path for shard in shards)
        partitions = [
            PartitionJob(number, tuple(sorted(files)), paths, similarity)
            for number in range(BANDS * jobs[0].partitions)
        ]
        found = engine.run(partition_edges, partitions, _partition_after_death)
        grouped = leaders(len(shard_of), (pairs.tolist() for _index, pairs in found))
        storage.remove(folder)
        return grouped

    return grouping


def write_bands(job: BandJob) -> Path:
    """Write the band file of one job: a record batch for each band and partition, in this order."""
    kept = [np.flatnonzero(ranks >= 0) for ranks in job.ranks]
    places = [
        np.concatenate([np.zeros(0, np.uint32), *parts]).astype(np.uint32)
        for parts in (
            [ranks[rows] for ranks, rows in zip(job.ranks, kept, strict=True)],
            [np.full(len(rows), number) for number, rows in zip(job.numbers, kept, strict=True)],
            kept,
        )
    ]
    new = job.path.with_name(f".{job.path.name}.{uuid4().hex}.new")
    with storage.Sink(new) as sink, pa.ipc.new_file(pa.PythonFile(sink, "w"), _PLACES) as writer:
        for band in range(BANDS):
            hashes = np.concatenate(
                [
                    band_hashes(shard_signatures(path)[rows], range(band, band + 1))[0]
                    for path, rows in zip(job.shards, kept, strict=True)
                ]
            )
            partition = hashes % np.uint64(job.partitions)
            order = np.argsort(partition, kind="stable")
            ends = np.searchsorted(partition[order], np.arange(job.partitions), side="right")
            for start, end in zip([0, *ends.tolist()], ends.tolist(), strict=False):
                mine = order[start:end]
                columns = [numbers(column[mine]) for column in (hashes, *places)]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=_PLACES))
    storage.move(new, job.path)
    return job.path


def partition_edges(job: PartitionJob) -> Ints:
    """The near-duplicates that share a hash in one partition, as pairs of ranks: an array of two columns."""
    batches = [pa.ipc.open_file(pa.memory_map(str(path))).get_batch(job.number) for path in job.bands]
    hashes, ranks, shards, rows = map(values, pa.concat_batches(batches).columns)
    # In published order, for the first of a group to be the same wherever it is looked for.
    order = np.argsort(ranks)
    pairs = _shared_edges(hashes[order], shards[order], rows[order], job.shards, job.similarity)
    ranked: Ints = ranks[order].astype(np.int64)[pairs]
    return ranked


def _shared_edges(
    hashes: npt.NDArray[np.uint64],
    shard_of: npt.NDArray[Any],
    row_of: npt.NDArray[Any],
    paths: Sequence[Path],
    similarity: float,
) -> Ints:
    """Pairs of places (an array of two columns) that share a hash and are near-duplicates; signatures are looked up for these alone.

    Places that share a hash stay together; otherwise some are looked up at a time.
    """
    found = [np.zeros((0, 2), np.int64)]
    # To sort numbers alone is many times as fast as to sort their places, which few need.
    ordered = np.sort(hashes)
    several = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(several):
        return found[0]
    after = np.searchsorted(several, hashes)
    shared = np.flatnonzero(several.take(after, mode="clip") == hashes)
    del ordered, several, after
    shared = shared[np.argsort(hashes[shared], kind="stable")]
    begins = np.flatnonzero(np.diff(hashes[shared], prepend=~hashes[shared[:1]]))
    ends = np.append(begins[1:], len(shared))
    low = 0
    while low < len(shared):
        high = int(ends[min(int(np.searchsorted(ends, low + LOOKED_UP)), len(ends) - 1)])
        places = np.sort(shared[low:high])
        signatures = np.empty((len(places), PERMUTATIONS), np.uint32)
        for number, here in _by_shard(shard_of[places]):
            signatures[here] = shard_signatures(paths[number])[row_of[places[here]]]
        pairs = np.array(list(edges(signatures, hashes[places], similarity)), np.int64).reshape(-1, 2)
        found.append(places[pairs])
        low = high
    return np.concatenate(found)


def _by_shard(shard_of: npt.NDArray[Any]) -> Iterator[tuple[int, Ints]]:
    """Each shard that occurs, with the places where it does."""
    order = np.argsort(shard_of, kind="stable")
    begins = np.flatnonzero(np.diff(shard_of[order].astype(np.int64), prepend=-1))
    for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(order)], strict=True):
        yield int(shard_of[order[begin]]), order[begin:end]


def _band_jobs(folder: Path, shards: Sequence[Shard], shard_of: Ints, row_of: Ints) -> list[BandJob]:
    partitions = -(-len(shard_of) // PARTITION_ROWS)
    order = np.argsort(shard_of, kind="stable")
    edges_of = np.searchsorted(shard_of[order], np.arange(len(shards) + 1))
    jobs = []
    names = count()
    for run in _runs([shard.rows for shard in shards]):
        ranks = []
        for number in run:
            mine = order[edges_of[number] : edges_of[number + 1]]
            rank = np.full(shards[number].rows, -1, np.int64)
            rank[row_of[mine]] = mine
            ranks.append(rank)
        path = folder / f"bands-{next(names):06d}.arrow"
        jobs.append(BandJob(path, run, tuple(shards[n].path for n in run), tuple(ranks), partitions))
    return jobs


def _runs(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Neighbouring shards with rows, together until they are large enough."""
    run: list[int] = []
    total = 0
    for number, size in enumerate(sizes):
        if run and total + size > BAND_FILE_ROWS:
            yield tuple(run)
            run, total = [], 0
        if size:
            run.append(number)
            total += size
    if run:
        yield tuple(run)


def _bands_after_death(job: BandJob, deaths: int) -> BandJob:
    _give_up_in_time(deaths)
    return job


def _partition_after_death(job: PartitionJob, deaths: int) -> PartitionJob:
    _give_up_in_time(deaths)
    return job


def _give_up_in_time(deaths: int) -> None:
    if deaths > _MOST_DEATHS:
        raise CorpusError(
            "the process that looks for near-duplicates is killed again and again; free some memory and build again"
        )
