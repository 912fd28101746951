import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus_builder import CorpusError, Document, Rejected
from corpus_builder.config import Config
from corpus_builder.showing import page_of_paths, records_of_paths
from corpus_builder.writers.tables import articles_table

CASES = Path(__file__).parents[1] / "cases" / "showing"
RAW = CASES / "raw"


@pytest.fixture
def config(tmp_path):
    return Config(name="walks", annotate=("gold",), root=tmp_path)


@pytest.fixture
def document(config):
    [document] = records_of_paths([RAW / "river-walk.marked.txt"], config)
    return document


def test_raw_articles_come_with_their_gold(document):
    assert isinstance(document, Document)
    assert [(e.text, e.label) for e in document.entities] == [
        ("بردى", "LOC"),
        ("دمشق", "LOC"),
        ("بلدية دمشق", "ORG"),
        ("دمشق", "LOC"),
        ("ندى الحلبي", "PER"),
    ]
    assert [d.text for d in document.dropped] == ["اقرأ أيضا: أخبار أخرى"]


def test_a_folder_gives_all_it_holds_and_says_what_it_left_out(config):
    found = list(records_of_paths([RAW], config))
    assert [f.article_id for f in found] == ["broken", "plain", "river-walk"]
    assert isinstance(found[0], Rejected)


def test_what_annotate_printed_is_taken_as_it_is(config, document, tmp_path):
    record = {**document.as_record(), "entities": [], "language": "en"}
    printed = tmp_path / "printed.jsonl"
    lines = [json.dumps(record), (RAW / "broken.jsonl").read_text(encoding="utf-8").strip(), "{"]
    printed.write_text("\n".join(lines), encoding="utf-8")
    first, *others = records_of_paths([printed], config)
    assert first == record
    assert [type(other) for other in others] == [Rejected, Rejected]


def test_a_built_dataset_comes_with_its_splits(config, document, tmp_path):
    folder = tmp_path / "built"
    (folder / "articles").mkdir(parents=True)
    files = []
    for split in ("test", "train"):
        name = f"articles/{split}-00000-of-00001.parquet"
        pq.write_table(articles_table([document], config.labels, ("gold",)), folder / name)
        files.append({"path": name, "config": "articles", "split": split})
    files.append({"path": "README.md", "bytes": 3})
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    rows = list(records_of_paths([folder], config))
    assert [(row["article_id"], row["split"]) for row in rows] == [
        ("river-walk", "test"),
        ("river-walk", "train"),
    ]
    assert rows[0]["text"] == document.text
    assert "river-walk" in page_of_paths([folder], config)


@pytest.mark.parametrize(
    "manifest",
    ["{", "{}", "[]", '{"files": [{"path": "gone.parquet", "config": "articles", "split": "x"}]}'],
)
def test_a_damaged_dataset_is_refused(config, tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(CorpusError, match="no built dataset"):
        list(records_of_paths([tmp_path], config))


def test_a_damaged_table_is_refused(config, tmp_path):
    test = {"path": "a.parquet", "config": "articles", "split": "x"}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [test]}), encoding="utf-8")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(CorpusError, match="no built dataset"):
        list(records_of_paths([tmp_path], config))


def test_a_path_that_is_not_there_is_refused(config, tmp_path):
    with pytest.raises(CorpusError, match="no such file"):
        page_of_paths([tmp_path / "gone"], config)


def test_raw_articles_get_their_split_from_the_ledger(config, tmp_path):
    shutil.copy(RAW / "river-walk.marked.txt", tmp_path / "river-walk.marked.txt")
    (tmp_path / "splits.tsv").write_text("river-walk\tvalidation\n", encoding="utf-8")
    page = page_of_paths([tmp_path / "river-walk.marked.txt"], config)
    assert '"split":"validation"' in page
    assert "<title>walks</title>" in page
    assert "<title>Other</title>" in page_of_paths([RAW / "plain.txt"], config, title="Other")
