"""A small dataset with nested names, attached particles, emoji, two languages and three splits; and a way to
break it.
"""

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_builder import Config, build
from corpus_builder.verification.files import parquet_files, read_manifest
from corpus_builder.writers.features import features
from corpus_builder.writers.manifest import as_bytes, logical_digest, seal
from corpus_builder.writers.parquet import column_digests
from corpus_builder.writers.schemas import SCHEMAS

RAW = Path(__file__).parents[1] / "cases" / "dataset" / "raw"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "dataset"
    build([RAW], out, Config(name="small", annotate=("gold",), license="CC-BY-4.0"))
    return out


@pytest.fixture
def dataset(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "dataset"))


def _with_manifest(folder, change):
    """Change the manifest and seal it again, as if it had been written so."""
    manifest = read_manifest(folder)
    change(manifest)
    manifest["logical_sha256"] = logical_digest(parquet_files(manifest))
    manifest["manifest_sha256"] = seal(manifest)
    (folder / "manifest.json").write_bytes(as_bytes(manifest))
    return manifest


@pytest.fixture
def with_manifest():
    return _with_manifest


@pytest.fixture
def rewritten(dataset):
    """Rewrite a table with other rows (a list of dicts), schema or features, its manifest with it; gives the
    manifest.
    """

    def rewrite(config, split, change, schema=None, labels=None, group_rows=None):
        path = dataset / config / f"{split}-00000-of-00001.parquet"
        rows = pq.read_table(path).to_pylist()
        rows = change(rows) or rows
        names = labels or tuple(read_manifest(dataset)["configuration"]["labels"])
        metadata = {"huggingface": json.dumps({"info": {"features": features(config, names)}})}
        table = pa.Table.from_pylist(rows, (schema or SCHEMAS[config]).with_metadata(metadata))
        pq.write_table(table, path, row_group_size=group_rows, write_page_checksum=True)
        digest = hashlib.sha256(b"".join(column_digests(table)))

        def note(manifest):
            entry = next(file for file in manifest["files"] if file["path"] == f"{config}/{path.name}")
            data = path.read_bytes()
            entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            entry.update(rows=len(rows), memory_bytes=table.nbytes, logical_sha256=digest.hexdigest())
            if config == "articles":
                manifest["counts"]["read"] += len(rows) - manifest["splits"][split]
                manifest["counts"]["kept"] += len(rows) - manifest["splits"][split]
                manifest["splits"][split] = len(rows)

        return _with_manifest(dataset, note)

    return rewrite
