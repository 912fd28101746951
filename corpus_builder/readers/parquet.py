"""Rows of a Parquet file as JSON, so that one path leads on from every record format."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.config import Limits
from corpus_builder.readers.streams import DamagedError
from corpus_builder.readers.units import STDIN, Unit

_ROWS = 1024


def rows(unit: Unit, limits: Limits) -> Iterator[bytes | str]:
    """Each row as a JSON object, or as a sentence that says why it is none; `DamagedError` for the rest.

    Dates become ISO 8601 strings, numbers that are not finite become null.
    """
    try:
        with (
            _opened(unit, limits) as source,
            pq.ParquetFile(source, page_checksum_verification=True) as file,
        ):
            for batch in file.iter_batches(_ROWS):
                yield from _batch_rows(batch)
    except (pa.ArrowException, OSError) as error:
        raise DamagedError("parquet-invalid", " ".join(str(error).split())[:300].rstrip(".")) from None


def _opened(unit: Unit, limits: Limits) -> IO[bytes]:
    if unit.path == STDIN:
        return io.BytesIO(sys.stdin.buffer.read(limits.file_bytes))
    return unit.path.open("rb")


def _batch_rows(batch: Any) -> Iterator[bytes | str]:
    try:
        values = batch.to_pylist()
    except UnicodeDecodeError:
        if len(batch) == 1:
            yield "A string is not UTF-8"
            return
        for index in range(len(batch)):
            yield from _batch_rows(batch.slice(index, 1))
        return
    for value in values:
        try:
            yield orjson.dumps(value)
        except orjson.JSONEncodeError as error:
            yield f"The row has no JSON form: {error}"
