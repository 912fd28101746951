import json
import random

import pytest

from corpus_builder.verification import check_files
from corpus_builder.writers.manifest import as_bytes

FLIPS = 1_000


def codes(folder):
    return [found.code for found in check_files(folder)]


def test_a_fresh_dataset_is_whole(built):
    assert check_files(built) == []


def test_every_flipped_bit_is_found(dataset):
    """Bits are drawn evenly over all files, the manifest's among them."""
    chosen = random.Random(20260101)
    files = sorted(path for path in dataset.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    missed = []
    for path in chosen.choices(files, sizes, k=FLIPS):
        data = bytearray(path.read_bytes())
        bit = chosen.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        if not check_files(dataset):
            missed.append((path.name, bit))
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
    assert missed == []
    assert check_files(dataset) == []


def test_every_bit_of_the_manifests_beginning_and_end_counts(dataset):
    path = dataset / "manifest.json"
    whole = path.read_bytes()
    for place in [*range(120), *range(len(whole) - 40, len(whole))]:
        for bit in range(8):
            data = bytearray(whole)
            data[place] ^= 1 << bit
            path.write_bytes(data)
            assert codes(dataset) != [], (place, bit)


@pytest.mark.parametrize("length", [0, 1, 2, 100, -1])
def test_a_truncated_file_is_found(dataset, length):
    for path in (dataset / "manifest.json", dataset / "README.md", next(dataset.glob("tokens/*.parquet"))):
        whole = path.read_bytes()
        path.write_bytes(whole[:length])
        assert codes(dataset) in (["verify-manifest"], ["verify-checksum"])
        path.write_bytes(whole)


def test_a_manifest_written_in_another_way_is_found(dataset):
    path = dataset / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())))
    assert codes(dataset) == ["verify-manifest"]


def test_a_changed_value_is_found_although_the_form_is_right(dataset):
    path = dataset / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["version"] = "9.9.9"
    path.write_bytes(as_bytes(manifest))
    assert codes(dataset) == ["verify-manifest"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a": "\\ud800"}',
        b'{"manifest_version": "1.0.0"}',
    ],
)
def test_a_manifest_that_is_none_is_found(dataset, content):
    (dataset / "manifest.json").write_bytes(content)
    assert set(codes(dataset)) == {"verify-manifest"}


def test_a_sealed_manifest_must_fit_its_schema(dataset, with_manifest):
    with_manifest(dataset, lambda manifest: manifest.update(version=1, surplus=None))
    found = check_files(dataset)
    assert {problem.code for problem in found} == {"verify-manifest"}
    assert len(found) == 2


def test_a_missing_file_is_named(dataset):
    (dataset / "plots" / "label-balance.svg").unlink()
    (found,) = check_files(dataset)
    assert found.code == "verify-missing"
    assert found.origin.path.endswith("plots/label-balance.svg")


def test_a_missing_manifest_is_found(dataset):
    (dataset / "manifest.json").unlink()
    assert codes(dataset) == ["verify-manifest"]


@pytest.mark.parametrize("name", ["notes.txt", "articles/extra.parquet", "deep/er/file.json", ".hidden"])
def test_a_file_too_many_is_named(dataset, name):
    path = dataset / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    (found,) = check_files(dataset)
    assert found.code == "verify-extra"
    assert found.origin.path == str(path)


def test_a_dangling_link_in_the_place_of_a_file_is_found(dataset):
    path = dataset / "README.md"
    path.unlink()
    path.symlink_to(dataset / "nowhere")
    assert codes(dataset) == ["verify-missing"]


def test_a_path_that_leads_out_of_the_dataset_is_not_followed(dataset, with_manifest):
    (dataset.parent / "outside").write_bytes(b"secret")

    def add(manifest):
        manifest["files"].append({"path": "../outside", "bytes": 6, "sha256": "0" * 64})

    with_manifest(dataset, add)
    assert codes(dataset) == ["verify-missing"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["counts"].update(read=8), "8 articles were read"),
        (lambda m: m["rejected"].update({"text-empty": 1}), "by code"),
        (lambda m: m["splits"].update(train=4), "do not add up"),
        (lambda m: m["splits"].update(train=2, test=3), "The split train has 2 articles, its files 3 rows"),
        (lambda m: m["splits"].pop("test"), "splits that are not listed: test"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_found(dataset, with_manifest, change, said):
    with_manifest(dataset, change)
    found = check_files(dataset)
    assert {problem.code for problem in found} == {"verify-count"}
    assert any(said in problem.message for problem in found)
