"""The rows of one shard, made of its records, or taken over from an earlier shard where a record is the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from corpus_builder.config import Config
from corpus_builder.model import Article, Origin, Rejected
from corpus_builder.ordering import orders_of
from corpus_builder.pipeline.annotating import Tools, annotate_articles, tools_for
from corpus_builder.pipeline.rejects import rejected_record
from corpus_builder.problems import problem
from corpus_builder.readers import RawAnnotation, RawRecord
from corpus_builder.records import id_key, plan_of, planned_article
from corpus_builder.splits import split_points
from corpus_builder.splits.similarity import PERMUTATIONS, Signatures, signatures
from corpus_builder.writers.columns import numbers
from corpus_builder.writers.schemas import ARTICLES
from corpus_builder.writers.tables import articles_table

#: How many records go through the pipeline together.
BATCH = 256
#: What a shard holds of each row: all that is published, and what the plan over all shards needs.
SHARD = pa.schema(
    [
        *ARTICLES,
        ("digest", pa.binary(16)),
        ("order", pa.uint64()),
        ("key_order", pa.uint64()),
        ("split_point", pa.uint64()),
        ("split", pa.string()),
        ("path", pa.string()),
        ("line", pa.int64()),
        ("record", pa.int64()),
        ("signature", pa.binary(PERMUTATIONS * 4)),
    ]
)

#: Annotators that are data and Python alone. ``onnx`` and those from elsewhere are loaded in the process that runs them.
_FORKED = frozenset({"gold", "patterns", "gazetteer", "tagger"})


class Rows:
    """The rows of a shard as they come in, new ones and those taken over from ``donor``, an earlier shard of the same piece.

    Records whose digests are ``quarantined`` are left out.
    """

    def __init__(
        self,
        config: Config,
        annotations: Mapping[str, RawAnnotation],
        donor: pa.Table | None = None,
        *,
        gold_only: bool = False,
        quarantined: frozenset[bytes] = frozenset(),
        at_once: int = BATCH,
    ) -> None:
        self.config = config
        self.plan = plan_of(config, annotations)
        self.gold_only = gold_only
        self.quarantined = quarantined
        self.at_once = at_once
        self.donor = donor
        digests = donor.column("digest").to_pylist() if donor is not None else []
        self.known = {digest: row for row, digest in enumerate(digests)}
        self.taken: list[int] = []
        self.origins: list[Origin] = []
        self.articles: list[Article] = []
        self.digests: dict[int, bytes] = {}
        self.tables: list[pa.Table] = []
        self.read = 0
        self.rejected: list[dict[str, Any]] = []
        self.notes: Counter[str] = Counter()

    @property
    def reused(self) -> int:
        """How many rows were taken over."""
        return len(self.taken)

    def add(self, raw: RawRecord | Rejected) -> None:
        """Take in the next record. New articles wait until there are ``at_once`` of them."""
        self.read += 1
        if isinstance(raw, Rejected):
            self.rejected.append(rejected_record(raw))
            return
        digest = record_digest(raw)
        row = self.known.get(digest)
        if digest in self.quarantined:
            found = problem(
                "worker-died", "The process that worked on it was killed", raw.origin, raw.name or None
            )
            left_out = Rejected((found,), raw.origin, raw.name or None, raw.payload[:10_000])
            self.rejected.append(rejected_record(left_out))
        elif row is not None:
            self.taken.append(row)
            self.origins.append(raw.origin)
        else:
            self._make(raw, digest)

    def _make(self, raw: RawRecord, digest: bytes) -> None:
        """The article of a new record, while its bytes are still at hand in the processor's cache."""
        made = planned_article(raw, self.plan)
        if isinstance(made, Rejected):
            self.rejected.append(rejected_record(made))
            return
        article, problems = made
        if problems:
            self.notes.update(found.code for found in problems)
        if self.gold_only and article.gold is None:
            found = problem("gold-missing", "The build is of gold only", article.origin, article.id)
            self.rejected.append(rejected_record(Rejected((found,), article.origin, article.id)))
            return
        self.articles.append(article)
        self.digests[id(article)] = digest
        if len(self.articles) >= self.at_once:
            self._annotate()

    def _annotate(self) -> None:
        """The rows of the articles that wait."""
        articles, self.articles = self.articles, []
        digests, self.digests = self.digests, {}
        tools = loaded_tools(self.config)
        annotated = annotate_articles(articles, tools)
        self.rejected += map(rejected_record, annotated.rejected)
        self.notes.update(found.code for found in annotated.notes)
        documents = annotated.documents
        if not documents:
            return
        table = articles_table(documents, tools.labels, tools.names, annotated.layers)
        origins = [document.article.origin for document in documents]
        ids = [document.article.id for document in documents]
        columns = [
            *table.columns,
            pa.array([digests[id(document.article)] for document in documents], pa.binary(16)),
            numbers(orders_of(ids)),
            numbers(orders_of(map(id_key, ids))),
            numbers(split_points(ids, self.config.splits.key)),
            pa.array([document.article.split for document in documents], pa.string()),
            *_origin_columns(origins),
            _packed(signatures([document.text for document in documents])),
        ]
        self.tables.append(pa.Table.from_arrays(columns, schema=SHARD))

    def table(self) -> pa.Table:
        """All rows: what was taken over, with the places it stands at now, then what is new."""
        if self.articles:
            self._annotate()
        tables = list(self.tables)
        if self.taken and self.donor is not None:
            taken = self.donor.take(numbers(np.array(self.taken)))
            for name, column in zip(("path", "line", "record"), _origin_columns(self.origins), strict=True):
                taken = taken.set_column(taken.schema.get_field_index(name), name, column)
            tables.insert(0, taken.cast(SHARD))
        return pa.concat_tables(tables).combine_chunks() if tables else pa.Table.from_batches([], SHARD)


def _packed(rows: Signatures) -> pa.Array:
    """Signatures as a column of the shard."""
    kind = pa.binary(PERMUTATIONS * 4)
    return pa.Array.from_buffers(kind, len(rows), [None, pa.py_buffer(np.ascontiguousarray(rows))])


def record_digest(raw: RawRecord) -> bytes:
    """A digest of everything that came with a record and can change its row."""
    digest = hashlib.sha256(raw.payload)
    if raw.form != "json" or raw.name or raw.sidecar or raw.annotation:
        for part in (raw.form.encode(), raw.name.encode(), raw.sidecar, raw.annotation):
            digest.update(part)
            # The last byte is zero, which no JSON ends with.
            digest.update(len(part).to_bytes(8, "little"))
    return digest.digest()[:16]


def _origin_columns(origins: Sequence[Origin]) -> list[pa.Array]:
    return [
        pa.array([origin.path for origin in origins], pa.string()),
        pa.array([origin.line for origin in origins], pa.int64()),
        pa.array([origin.record for origin in origins], pa.int64()),
    ]


@cache
def loaded_tools(config: Config) -> Tools:
    """The tools of a configuration, loaded once in a process, and not again in one forked from it."""
    return tools_for(config)


def load_before_fork(config: Config) -> None:
    """Load the tools that forked processes will share, unless one of them may start threads, which no fork takes along."""
    if _FORKED.issuperset(config.annotate):
        loaded_tools(config)
