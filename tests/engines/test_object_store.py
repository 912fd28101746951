"""Raw articles from an object store and datasets into one: an S3 server of this machine, spoken to over its socket."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import yaml
from corpora import ARTICLES, article, build, digest, lay_out
from s3fs import S3FileSystem

from corpus_builder import Config, CorpusError, storage
from corpus_builder import build as build_here
from corpus_builder.config import Splits
from corpus_builder.pipeline.uploading import put, upload
from corpus_builder.places import download, files_under, place, writable_place
from corpus_builder.verification import verify


def sent(folder: Path, target: str) -> str:
    """Put every file of a folder into the store."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            put(path, place(target) / path.relative_to(folder).as_posix())
    return target


def names(target: str) -> set[str]:
    return {name for name, _size in files_under(place(target))}


def inputs(dataset: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((dataset / "manifest.json").read_bytes())["inputs"]
    return [{**file, "path": str(file["path"]).rpartition("raw/")[2]} for file in found]


def test_articles_are_read_from_a_store_as_from_a_disk(store: str, tmp_path: Path) -> None:
    lay_out(tmp_path, extra="{no json\n")
    raw = tmp_path / "raw"
    (raw / "packed.jsonl.gz").write_bytes(gzip.compress(article(100).encode()))
    (raw / "alone.txt").write_text("خبر قصير\n\nزار الوزير المتحف.\n", encoding="utf-8")
    (raw / "alone.meta.json").write_text('{"license": "CC0-1.0"}', encoding="utf-8")
    (raw / ".hidden").mkdir()
    (raw / ".hidden" / "no.jsonl").write_text(article(200), encoding="utf-8")
    address = sent(raw, f"{store}/read/raw")
    here = build(tmp_path, "raw", "--out", "here", "--workers", "1")
    there = build(tmp_path, address, "--out", "there", "--workers", "2")
    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    assert inputs(tmp_path / "here") == inputs(tmp_path / "there")
    first, second = digest(tmp_path / "here"), digest(tmp_path / "there")
    assert first.pop("manifest.json") != second.pop("manifest.json")
    assert first == second
    rejects = [(tmp_path / f"{name}.rejects.jsonl").read_text("utf-8") for name in ("here", "there")]
    assert f"{address}/part-2.jsonl" in rejects[1]
    assert rejects[0] == rejects[1].replace(address, "raw")


def test_a_cluster_reads_and_writes_a_store(store: str, scheduler: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    address = sent(tmp_path / "raw", f"{store}/both/raw")
    here = build(tmp_path, address, "--out", f"{store}/both/here", "--workers", "1")
    there = build(
        tmp_path, address, "--out", f"{store}/both/there", "--work", "shared",
        "--engine", "dask", "--scheduler", scheduler,
    )  # fmt: skip
    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    for name in ("here", "there"):
        download(place(f"{store}/both/{name}"), tmp_path / name)
    assert digest(tmp_path / "here") == digest(tmp_path / "there")
    assert verify(f"{store}/both/there") == []
    assert f"{store[5:]}/both/there.rejects.jsonl" in place(store).fs.find(f"{store}/both")  # type: ignore[attr-defined]


def editions(folder: Path, target: str) -> tuple[Path, Path]:
    """Two datasets with some files in common, ready to be uploaded."""
    lay_out(folder)
    config = Config(annotate=("gold", "patterns"), splits=Splits(shares=(("train", 1.0),)), root=folder)
    found = []
    for edition in (1, 2):
        build_here([folder / "raw"], f"{target}/edition-{edition}", config, work=folder / "work")
        found.append(folder / "work" / f"edition-{edition}")
        (folder / "raw" / "part-0.jsonl").write_text(article(300), encoding="utf-8")
    return found[0], found[1]


class _Stopped(BaseException):
    """The end of a process, as far as the store can tell."""


def loads(target: str, folder: Path) -> dict[str, str]:
    """The data files that the card names, with their sums. Fails where one is missing."""
    download(place(target), folder)
    front = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---")[1])
    named = [path for config in front["configs"] for files in config["data_files"] for path in files["path"]]
    sums = digest(folder)
    return {path: sums[path] for path in named}


def test_an_upload_stopped_anywhere_leaves_the_old_dataset_or_the_new(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = editions(tmp_path, f"{store}/stopped")
    target = f"{store}/stopped/dataset"
    upload(old, place(target))
    whole = [loads(target, tmp_path / "old")]
    upload(new, place(target))
    whole.append(loads(target, tmp_path / "new"))
    assert whole[0] != whole[1]
    seen, operation, done = set(), 0, False
    while not done:
        upload(old, place(target))
        left = operation

        def hurt(_name: str, _path: Path) -> None:
            nonlocal left
            if left == 0:
                raise _Stopped
            left -= 1

        with monkeypatch.context() as patch:
            patch.setattr(storage, "on_operation", hurt)
            try:
                upload(new, place(target))
                done = True
            except _Stopped:
                pass
        found = loads(target, tmp_path / f"stopped-{operation}")
        assert found in whole
        seen.add(whole.index(found))
        operation += 1
    assert seen == {0, 1}
    assert operation > 6
    assert names(target) == set(digest(new))
    assert verify(target) == []


def test_what_others_wrote_stays(store: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    put(tmp_path / "corpus.toml", place(f"{store}/foreign/thesis.txt"))
    done = build(tmp_path, "--out", f"{store}/foreign")
    assert done.returncode == 2
    assert done.stderr.startswith(f"corpus-builder: {store}/foreign: thesis.txt lies there")
    assert names(f"{store}/foreign") == {"thesis.txt"}


def test_a_dataset_is_replaced_by_the_next(store: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    target = f"{store}/replaced"
    assert build(tmp_path, "--out", target).returncode == 0
    before = names(target)
    (tmp_path / "raw" / "more.jsonl").write_text(article(400), encoding="utf-8")
    assert build(tmp_path, "--out", target).returncode == 0
    assert verify(target) == []
    assert len(names(target)) == len(before)
    download(place(target), tmp_path / "copy")
    counts = json.loads((tmp_path / "copy" / "manifest.json").read_bytes())["counts"]
    assert counts["kept"] == ARTICLES + 1


def test_a_damaged_remote_file_is_found(store: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    target = f"{store}/damaged"
    assert build(tmp_path, "--out", target).returncode == 0
    (tmp_path / "bad").write_bytes(b"PAR1")
    name = next(name for name in sorted(names(target)) if name.endswith(".parquet"))
    put(tmp_path / "bad", place(target) / name)
    assert [found.code for found in verify(target)] == ["verify-checksum"]


@pytest.mark.parametrize("address", ["hf://datasets/someone/corpus", "https://example.org/corpus"])
def test_what_can_only_be_read_is_no_output(address: str) -> None:
    with pytest.raises(CorpusError, match=r"can only be read; build into a folder"):
        writable_place(address)


def test_a_bucket_that_is_not_there_is_one_clear_line(store: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    done = build(tmp_path, f"{store}-none/raw", "--out", "out")
    assert done.returncode == 2
    assert "There is no such file or folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_does_not_answer_is_wrong_use(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(S3FileSystem, "retries", 1)
    S3FileSystem.clear_instance_cache()
    with pytest.raises(CorpusError, match=r"Could not connect to the endpoint URL"):
        build_here([f"{store}/raw"], tmp_path / "out")
    with pytest.raises(CorpusError, match=r"Could not connect to the endpoint URL"):
        verify(f"{store}/raw")
    S3FileSystem.clear_instance_cache()


def test_a_work_folder_for_a_local_output_is_wrong_use(tmp_path: Path) -> None:
    lay_out(tmp_path)
    done = build(tmp_path, "--out", "out", "--work", "elsewhere")
    assert (done.returncode, (tmp_path / "out").exists()) == (2, False)
    assert "a work folder is for an output on an object store" in done.stderr
