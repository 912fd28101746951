"""Write tables as Parquet files whose bytes depend on nothing but their rows.

Each row group is written from one contiguous table (chunk layout would change the bytes), zstd-compressed, cut by content so that
stores which deduplicate find what stayed the same, with page index and page checksums.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.storage import Sink
from corpus_builder.writers.columns import values
from corpus_builder.writers.features import features
from corpus_builder.writers.schemas import SCHEMAS

#: A row group of ``articles`` ends at this many rows or this much text; the other tables' row groups hold the same articles.
GROUP_ROWS = 2_000
GROUP_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One Parquet file as it was written. ``logical_sha256`` is over its rows, whatever pyarrow made of them."""

    config: str
    split: str
    path: str
    rows: int
    bytes: int
    memory_bytes: int
    sha256: str
    logical_sha256: str


class ParquetFile:
    """A Parquet file being written, one row group at a time."""

    def __init__(self, folder: Path, config: str, split: str, name: str, labels: tuple[str, ...]) -> None:
        self.config, self.split, self.name = config, split, name
        metadata = {
            "huggingface": json.dumps({"info": {"features": features(config, labels)}}, sort_keys=True)
        }
        self.schema = SCHEMAS[config].with_metadata(metadata)
        self.sink = Sink(folder / config / name)
        self.rows = 0
        self.memory_bytes = 0
        self.logical = hashlib.sha256()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self.sink, "w"),
            self.schema,
            compression="zstd",
            # Dictionaries stay within the usual megabyte. One of all tokens makes their file a fifth smaller, but then a new word moves
            # the numbers of all words after it: a store that has the last version finds a third of the file new instead of a tenth.
            use_dictionary=_columns(self.schema, pa.types.is_string, repeated=True),
            column_encoding=dict.fromkeys(_columns(self.schema, pa.types.is_int32), "DELTA_BINARY_PACKED"),
            use_content_defined_chunking=True,
            write_page_index=True,
            write_page_checksum=True,
        )

    def write(self, table: pa.Table) -> None:
        """Write one row group."""
        if not table.num_rows:
            return
        table = table.combine_chunks()
        self.rows += table.num_rows
        self.memory_bytes += table.nbytes
        for digest in column_digests(table):
            self.logical.update(digest)
        self._writer.write_table(
            table.replace_schema_metadata(self.schema.metadata), row_group_size=table.num_rows
        )

    def close(self) -> WrittenFile:
        """Finish the file and flush it to the disk."""
        self._writer.close()
        self.sink.close()
        return WrittenFile(
            self.config,
            self.split,
            f"{self.config}/{self.name}",
            self.rows,
            self.sink.size,
            self.memory_bytes,
            self.sink.sha256.hexdigest(),
            self.logical.hexdigest(),
        )


#: Strings that no two rows share: a dictionary of them would be built and thrown away.
_UNIQUE = frozenset({"article_id", "title", "text", "url", "text_sha256"})


def _columns(
    schema: pa.Schema, is_kind: Callable[[pa.DataType], bool], *, repeated: bool = False
) -> list[str]:
    """The Parquet paths of all columns of one type, lists and structs opened; with ``repeated``, without the unique ones."""
    names: list[str] = []
    for field in schema:
        kind, path = field.type, field.name
        if pa.types.is_list(kind):
            kind, path = kind.value_type, f"{path}.list.element"
        children = (
            [(f"{path}.{child.name}", child.type) for child in kind]
            if pa.types.is_struct(kind)
            else [(path, kind)]
        )
        names += [name for name, child in children if is_kind(child) and not (repeated and name in _UNIQUE)]
    return names


def column_digests(table: pa.Table) -> Iterator[bytes]:
    """A digest of each column's values: of its buffers, brought to one form."""
    for column in table.columns:
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(array, pa.ChunkedArray):
            array = array.chunk(0) if array.num_chunks else pa.nulls(0, array.type)
        digest = hashlib.sha256()
        _feed(digest, array)
        yield digest.digest()


def _feed(digest: hashlib._Hash, array: pa.Array) -> None:
    """Hash an array's values independently of slicing and of how buffers are padded."""
    # Only the kind of a list counts: its elements are called "item" in memory and "element" in Parquet.
    kind = (
        "list"
        if pa.types.is_list(array.type)
        else "struct"
        if pa.types.is_struct(array.type)
        else str(array.type)
    )
    digest.update(f"{kind}:{len(array)}:{array.null_count};".encode())
    if array.null_count:
        digest.update(np.packbits(_flags(array.is_null())).data)
        array = array.drop_null()
    if pa.types.is_list(array.type):
        digest.update(np.diff(values(array.offsets)).astype("<i8").data)
        _feed(digest, array.flatten())
    elif pa.types.is_struct(array.type):
        for child in array.flatten():
            _feed(digest, child)
    elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        _validity, offsets, data = array.buffers()
        width = 4 if pa.types.is_string(array.type) else 8
        edges = np.frombuffer(offsets, f"<i{width}", len(array) + 1, array.offset * width)
        digest.update(np.diff(edges).astype("<i8").data)
        if data is not None:
            digest.update(memoryview(data)[int(edges[0]) : int(edges[-1])])
    else:
        digest.update((_flags(array) if pa.types.is_boolean(array.type) else values(array)).data)


def _flags(array: pa.BooleanArray) -> npt.NDArray[np.uint8]:
    """Booleans without nulls, one byte for each."""
    bits = np.frombuffer(array.buffers()[1], np.uint8)
    return np.unpackbits(bits, count=array.offset + len(array), bitorder="little")[array.offset :]


def group_edges(text_bytes: Sequence[int]) -> list[int]:
    """Where row groups begin, and the end: a function of the articles' text sizes in order, and of nothing else."""
    edges = [0]
    rows = size = 0
    for i, length in enumerate(text_bytes):
        if rows == GROUP_ROWS or (rows and size + length > GROUP_BYTES):
            edges.append(i)
            rows = size = 0
        rows += 1
        size += length
    return [*edges, len(text_bytes)] if len(text_bytes) else [0]
