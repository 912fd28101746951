import hashlib
import json
from dataclasses import replace

import pytest

from corpus_builder.schemas import violations
from corpus_builder.writers.manifest import as_bytes, logical_digest, manifest, seal, software
from corpus_builder.writers.parquet import WrittenFile

FILE = WrittenFile(
    "articles", "train", "articles/train-00000-of-00001.parquet", 2, 10, 20, "a" * 64, "b" * 64
)
README = {"path": "README.md", "bytes": 3, "sha256": "c" * 64}


def made(**changes):
    values = {
        "name": "اسم",
        "corpus_version": "1.0.0",
        "counts": {"read": 3, "kept": 2, "rejected": 1},
        "rejected": {"text-empty": 1},
        "splits": {"train": 2},
        "inputs": [{"path": "raw/a.txt", "bytes": 1, "sha256": "d" * 64}],
        "files": [FILE],
        "other_files": [README],
        "configuration": {"labels": ["PER"], "annotate": ["gold"]},
        "configuration_sha256": "e" * 64,
        "ledger_sha256": "f" * 64,
        "components": {"annotators": "gold"},
        "figures": {"train": {"totals": {"articles": 2}}},
    }
    return manifest(**{**values, **changes})


def test_a_manifest_fits_its_schema():
    assert list(violations("manifest", made())) == []


@pytest.mark.parametrize("key", sorted(made()))
def test_no_key_may_be_missing(key):
    value = made()
    del value[key]
    assert list(violations("manifest", value))


def test_every_key_is_described():
    assert list(violations("manifest", {**made(), "other": 1}))
    assert list(violations("manifest", made(other_files=[{**README, "rows": 1}])))


def test_files_stand_in_the_order_of_their_paths():
    assert [file["path"] for file in made()["files"]] == ["README.md", FILE.path]


def test_the_seal_covers_every_value_but_itself():
    value = made()
    assert value["manifest_sha256"] == seal(value)
    without = {key: item for key, item in value.items() if key != "manifest_sha256"}
    assert seal(value) == hashlib.sha256(as_bytes(without)).hexdigest()
    for key in without:
        assert seal({**value, key: "other"}) != seal(value)


def test_the_written_form_is_read_back_and_written_the_same():
    data = as_bytes(made())
    assert data.endswith(b"}\n")
    assert "اسم".encode() in data
    assert as_bytes(json.loads(data)) == data


def test_the_logical_digest_is_of_rows_and_not_of_bytes():
    other = replace(FILE, path="articles/z.parquet")
    assert logical_digest([FILE, other]) == logical_digest([other, FILE])
    assert logical_digest([FILE]) == logical_digest([replace(FILE, sha256="0" * 64, bytes=9, memory_bytes=1)])
    for change in ({"rows": 3}, {"logical_sha256": "0" * 64}, {"path": "x"}):
        assert logical_digest([FILE]) != logical_digest([replace(FILE, **change)])


def test_the_libraries_that_can_change_the_bytes_are_named():
    assert {"corpus-builder", "python", "pyarrow", "numpy"} <= set(software())
