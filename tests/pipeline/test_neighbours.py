"""Near-duplicates by partitions are those of one memory, however rows lie in shards and jobs are cut."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.engines import InProcess
from corpus_builder.pipeline import neighbours
from corpus_builder.pipeline.neighbours import grouped_here
from corpus_builder.pipeline.rows import SHARD
from corpus_builder.pipeline.shards import Shard
from corpus_builder.splits.groups import group_leaders
from corpus_builder.splits.similarity import PERMUTATIONS


def shard(folder: Path, number: int, signatures: np.ndarray) -> Shard:
    """A shard with nothing but signatures in it."""
    path = folder / f"shard-{number:06d}.arrow"
    column = pa.array([row.tobytes() for row in signatures], pa.binary(PERMUTATIONS * 4))
    filler = {field.name: pa.nulls(len(signatures), field.type) for field in SHARD}
    table = pa.table({**filler, "signature": column}, schema=SHARD)
    with pa.ipc.new_file(str(path), SHARD) as writer:
        writer.write_table(table)
    return Shard(path.stem, path, len(signatures), len(signatures), 0, (), {})


@st.composite
def corpora(draw: st.DrawFn) -> tuple[np.ndarray, list[int], list[int]]:
    """Signatures of stories and of their copies with a share of the numbers changed, their shards, and rows left out."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    stories = rng.integers(0, 2**32, (draw(st.integers(1, 5)), PERMUTATIONS), np.uint32)
    count = draw(st.integers(1, 40))
    rows = stories[rng.integers(0, len(stories), count)].copy()
    changed = rng.random((count, PERMUTATIONS)) < rng.choice([0, 0.05, 0.2, 0.6], (count, 1))
    rows[changed] = rng.integers(0, 2**32, int(changed.sum()), np.uint32)
    shard_of = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    left_out = draw(st.lists(st.integers(0, count - 1), max_size=count - 1))
    return rows, shard_of, left_out


@settings(max_examples=15)
@given(
    corpora(),
    st.sampled_from([1, 7, 1000]),
    st.sampled_from([9, 1000]),
    st.sampled_from([1, 3, 1000]),
    st.sampled_from([0.5, 0.8]),
)
def test_the_groups_are_those_of_one_memory(
    corpus: tuple[np.ndarray, list[int], list[int]],
    band_rows: int,
    partition_rows: int,
    looked_up: int,
    similarity: float,
) -> None:
    rows, shards_of, left_out = corpus
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "BAND_FILE_ROWS", band_rows)
        patch.setattr(neighbours, "PARTITION_ROWS", partition_rows)
        patch.setattr(neighbours, "LOOKED_UP", looked_up)
        patch.setattr(neighbours, "HASHES_HELD", looked_up * 5)
        folder = Path(name)
        number_of = np.array(shards_of)
        shards = [shard(folder, number, rows[number_of == number]) for number in range(4)]
        place = np.zeros(len(rows), np.int64)
        for number in range(4):
            place[number_of == number] = np.arange(np.count_nonzero(number_of == number))
        kept = np.array([row for row in range(len(rows))[::-1] if row not in left_out])
        given_rows = (shards, number_of[kept], place[kept], similarity)
        expected = group_leaders(rows[kept], similarity).tolist()
        assert grouped_here(*given_rows).tolist() == expected
        assert neighbours.grouped_by(InProcess(), folder)(*given_rows).tolist() == expected
        assert not (folder / "bands").exists()


def test_copies_are_found(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).integers(0, 2**32, (4, PERMUTATIONS), np.uint32)
    shards = [shard(tmp_path, 0, rows[[0, 1]]), shard(tmp_path, 1, rows[[2, 0, 3]])]
    shard_of, row_of = np.array([0, 1, 0, 1, 1]), np.array([1, 1, 0, 2, 0])
    found = neighbours.grouped_by(InProcess(), tmp_path)(shards, shard_of, row_of, 0.8)
    assert found.tolist() == [0, 1, 1, 3, 4]


def test_rows_are_compared_in_published_order_wherever_they_lie(tmp_path: Path) -> None:
    """Two articles unlike each other, both like a third: the one published first has it."""
    third = np.random.default_rng(2).integers(0, 2**32, PERMUTATIONS, np.uint32)
    first, second = third.copy(), third.copy()
    # In no band but the first do two rows agree in all three numbers.
    first[5::3] += 1
    second[3::3] += 1
    shards = [shard(tmp_path, 0, np.array([second, first, third]))]
    shard_of, row_of = np.zeros(3, np.int64), np.array([1, 0, 2])
    assert grouped_here(shards, shard_of, row_of, 0.5).tolist() == [0, 1, 0]
    assert neighbours.grouped_by(InProcess(), tmp_path)(shards, shard_of, row_of, 0.5).tolist() == [0, 1, 0]
