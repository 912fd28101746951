import pyarrow as pa
import pytest

from corpus_builder.verification.files import read_manifest
from corpus_builder.verification.loading import _regrouped, check_loading


def faults(folder, manifest=None):
    return [found.message for found in check_loading(folder, manifest or read_manifest(folder))]


def test_what_was_written_is_what_datasets_gives(built):
    assert faults(built) == []


@pytest.mark.parametrize("config", ["articles", "sentences", "tokens"])
def test_one_other_row_is_found_whole_and_streaming(dataset, rewritten, config):
    before = read_manifest(dataset)
    rewritten(config, "validation", lambda rows: rows[-1].update(article_id="other"))
    found = faults(dataset, before)
    assert [message.partition(":")[0] for message in found] == [f"{config}, loading", f"{config}, streaming"]


def test_a_missing_row_is_found(dataset, rewritten):
    before = read_manifest(dataset)
    rewritten("sentences", "train", lambda rows: rows[:-1])
    assert len(faults(dataset, before)) == 2


def test_another_order_of_labels_is_found(dataset):
    manifest = read_manifest(dataset)
    manifest["configuration"]["labels"].reverse()
    assert [message.partition(":")[0] for message in faults(dataset, manifest)] == [
        "tokens, loading",
        "tokens, streaming",
    ]


def test_a_damaged_file_is_found(dataset):
    (dataset / "articles" / "test-00000-of-00001.parquet").write_bytes(b"PAR1 nothing PAR1")
    assert len(faults(dataset)) == 2


def test_a_missing_split_is_found(dataset):
    card = dataset / "README.md"
    text = card.read_text(encoding="utf-8")
    entry = "  - split: test\n    path:\n    - tokens/test-00000-of-00001.parquet\n"
    assert entry in text
    card.write_text(text.replace(entry, ""), encoding="utf-8")
    assert [message.partition(":")[0] for message in faults(dataset)] == [
        "tokens, loading",
        "tokens, streaming",
    ]


def test_regrouping_keeps_rows_and_order():
    tables = [
        pa.table({"n": pa.array(range(low, high), pa.int64())})
        for low, high in ((0, 1), (1, 1), (1, 7), (7, 9))
    ]
    groups = list(_regrouped(iter(tables), [2, 4, 1]))
    assert [group.column("n").to_pylist() for group in groups] == [[0, 1], [2, 3, 4, 5], [6], [7, 8]]
