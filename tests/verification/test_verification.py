import os
import socket

import pytest

from corpus_builder import CorpusError, verify


def test_a_sound_dataset_has_no_problems_and_needs_no_network(dataset, monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = dict(os.environ)
    assert verify(dataset) == []
    assert dict(os.environ) == before


def test_nothing_is_left_in_the_dataset(dataset):
    before = sorted(path for path in dataset.rglob("*"))
    verify(str(dataset))
    assert sorted(path for path in dataset.rglob("*")) == before


def test_a_missing_folder_is_wrong_use(tmp_path):
    with pytest.raises(CorpusError, match="no such folder"):
        verify(tmp_path / "nowhere")


def test_an_empty_folder_is_no_dataset(tmp_path):
    assert [found.code for found in verify(tmp_path)] == ["verify-manifest"]


def test_later_stages_wait_for_earlier_ones(dataset):
    (dataset / "articles" / "test-00000-of-00001.parquet").write_bytes(b"PAR1")
    assert [found.code for found in verify(dataset)] == ["verify-checksum"]


def test_rows_that_are_not_promised_are_found_by_the_whole_chain(rewritten, dataset):
    def spoil(rows):
        next(row for row in rows if row["entities"])["entities"][0]["text"] = "غير ذلك"

    rewritten("sentences", "train", spoil)
    codes = {found.code for found in verify(dataset)}
    assert codes == {"verify-card", "verify-promise"}
