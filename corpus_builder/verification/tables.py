"""The second stage: every row of every Parquet file, a row group of the three tables at a time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.model import Origin, Problem
from corpus_builder.ordering import order_bytes
from corpus_builder.problems import problem
from corpus_builder.verification.columns import whole
from corpus_builder.verification.derived import sentence_faults, token_faults
from corpus_builder.verification.files import parquet_files
from corpus_builder.verification.promises import Fault, Layers, article_faults, null_faults
from corpus_builder.writers.features import features
from corpus_builder.writers.parquet import WrittenFile, column_digests
from corpus_builder.writers.schemas import SCHEMAS

Tables = dict[str, pa.Table]


@dataclass(slots=True)
class _Seen:
    """What is remembered of all rows: ids, the texts' digests, and the split of each article."""

    ids: list[pa.Array] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    labels: dict[str, Counter[str]] = field(default_factory=dict)


def check_tables(folder: Path, manifest: Mapping[str, Any]) -> list[Problem]:
    """Every promise about columns, rows and counts that the Parquet files break."""
    seen = _Seen()
    found: list[Problem] = []
    trios: dict[tuple[str, str], dict[str, WrittenFile]] = {}
    for file in parquet_files(manifest):
        trios.setdefault((file.split, Path(file.path).name), {})[file.config] = file
    for (split, name), files in trios.items():
        if set(files) != set(SCHEMAS):
            detail = f"The split {split} has {name} in {' and '.join(files)} alone"
            found.append(problem("verify-schema", detail, Origin(str(folder))))
            continue
        try:
            found += _trio_problems(folder, split, files, manifest, seen)
        except (pa.ArrowException, OSError) as error:
            place = ", ".join(file.path for file in files.values())
            found.append(problem("verify-parquet", f"{place}: {error}", Origin(str(folder))))
    return found or [*_leaks(folder, seen), *_count_problems(folder, manifest, seen)]


def _trio_problems(
    folder: Path, split: str, files: Mapping[str, WrittenFile], manifest: Mapping[str, Any], seen: _Seen
) -> list[Problem]:
    """What is wrong with the three files of the same articles."""
    labels = tuple(manifest["configuration"]["labels"])
    annotators = ("gold", *manifest["configuration"]["annotate"])
    paths = {config: folder / file.path for config, file in files.items()}
    opened = {config: pq.ParquetFile(path, page_checksum_verification=True) for config, path in paths.items()}
    found = [
        problem("verify-schema", detail, Origin(str(paths[config])))
        for config, file in opened.items()
        for detail in _schema_faults(config, file, labels)
    ]
    groups = {config: file.num_row_groups for config, file in opened.items()}
    if len(set(groups.values())) > 1:
        detail = f"The three tables have different numbers of row groups: {groups}"
        found.append(problem("verify-schema", detail, Origin(str(paths["articles"]))))
    if found:
        return found
    digests = {config: hashlib.sha256() for config in SCHEMAS}
    rows = dict.fromkeys(SCHEMAS, 0)
    last = b""
    for number in range(groups["articles"]):
        tables = {config: file.read_row_group(number) for config, file in opened.items()}
        for config, table in tables.items():
            table.validate(full=True)
            for digest in column_digests(table):
                digests[config].update(digest)
        for fault in _group_faults(tables, labels, annotators):
            more = f" (and {fault.count - 1} more rows)" if fault.count > 1 else ""
            origin = Origin(str(paths[fault.config]), record=rows[fault.config] + fault.row)
            named = (
                tables[fault.config].column("article_id")[fault.row].as_py()
                if tables[fault.config].num_rows
                else None
            )
            found.append(problem("verify-promise", f"{fault.detail}{more}", origin, named))
        if not found:
            last = _remember(seen, split, tables, last, found, paths["articles"])
        for config, table in tables.items():
            rows[config] += table.num_rows
    for config, file in files.items():
        if rows[config] != file.rows:
            detail = f"It has {rows[config]} rows, and the manifest says {file.rows}"
            found.append(problem("verify-count", detail, Origin(str(paths[config]))))
        elif digests[config].hexdigest() != file.logical_sha256:
            found.append(
                problem(
                    "verify-checksum", "The logical digest of its rows differs", Origin(str(paths[config]))
                )
            )
    return found


def _schema_faults(config: str, file: pq.ParquetFile, labels: tuple[str, ...]) -> Iterator[str]:
    schema = file.schema_arrow
    if not schema.equals(SCHEMAS[config]):
        yield f"The columns are not those of {config}"
    embedded = (schema.metadata or {}).get(b"huggingface", b"null")
    try:
        said = json.loads(embedded)
    except ValueError:
        said = None
    if said != {"info": {"features": features(config, labels)}}:
        yield "The features in the Parquet metadata are not the columns and labels of the dataset"


def _group_faults(tables: Tables, labels: tuple[str, ...], annotators: tuple[str, ...]) -> Iterator[Fault]:
    with_nulls = [fault for config, table in tables.items() for fault in null_faults(config, table)]
    yield from with_nulls
    if with_nulls:
        return
    layers: Layers | None = None
    for fault in article_faults(tables["articles"], labels, annotators):
        if isinstance(fault, Layers):
            layers = fault
        else:
            yield fault
    if layers is not None:
        yield from sentence_faults(tables["sentences"], tables["articles"], layers)
        yield from token_faults(tables["tokens"], layers, labels)


def _remember(
    seen: _Seen, split: str, tables: Tables, last: bytes, found: list[Problem], path: Path
) -> bytes:
    """Note what the checks over all files need, and see that rows stand in the published order."""
    articles = tables["articles"]
    ids = whole(articles.column("article_id"))
    for article_id in ids.to_pylist():
        key = order_bytes(article_id) + article_id.encode()
        if key <= last:
            detail = "The article stands out of order, or twice"
            found.append(problem("verify-order", detail, Origin(str(path)), article_id))
            break
        last = key
    seen.ids.append(ids)
    seen.texts += [bytes.fromhex(digest) for digest in articles.column("text_sha256").to_pylist()]
    seen.splits += [split] * len(ids)
    entities = whole(articles.column("entities")).flatten()
    tags = whole(tables["tokens"].column("ner_tags")).flatten()
    seen.counts.setdefault(split, Counter()).update(
        articles=len(ids),
        sentences=tables["sentences"].num_rows,
        tokens=len(tags),
        entities=len(entities),
        nested=len(entities) - int(np.count_nonzero(tags.to_numpy() % 2 == 1)),
    )
    counted = pc.value_counts(entities.field("label"))
    pairs = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    seen.labels.setdefault(split, Counter()).update(dict(pairs))
    return last


def _leaks(folder: Path, seen: _Seen) -> Iterator[Problem]:
    """An id that stands twice, or one text in two splits."""
    if not seen.ids:
        return
    ids = pa.chunked_array(seen.ids)
    counted = pc.value_counts(ids)
    for article_id in counted.field("values").filter(pc.greater(counted.field("counts"), 1)).to_pylist():
        yield problem("verify-leak", "Two articles have this id", Origin(str(folder)), article_id)
    first: dict[bytes, int] = {}
    for row, text in enumerate(seen.texts):
        other = first.setdefault(text, row)
        if seen.splits[other] != seen.splits[row]:
            between = f"{seen.splits[other]} and {seen.splits[row]}"
            detail = f"Its text stands in {between}, there as {ids[other].as_py()}"
            yield problem("verify-leak", detail, Origin(str(folder)), ids[row].as_py())


def _count_problems(folder: Path, manifest: Mapping[str, Any], seen: _Seen) -> Iterator[Problem]:
    """What the manifest counts must be what is there."""
    origin = Origin(str(folder / "manifest.json"))
    for split, figures in manifest["figures"].items():
        for key, there in (("totals", seen.counts), ("labels", seen.labels)):
            for name, count in _differences(figures.get(key, {}), there.get(split, {})):
                said = figures.get(key, {}).get(name, 0)
                detail = f"{split}: the manifest counts {said} {name}, there are {count}"
                yield problem("verify-count", detail, origin)
    if missing := sorted(set(seen.counts) - set(manifest["figures"])):
        yield problem("verify-count", f"There are no figures of {', '.join(missing)}", origin)


def _differences(said: Mapping[str, int], there: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    names = sorted(set(said) | set(there))
    return [(name, there.get(name, 0)) for name in names if said.get(name, 0) != there.get(name, 0)]
