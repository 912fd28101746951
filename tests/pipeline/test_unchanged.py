"""A build whose output lies there already does nothing, and anything that could change the output makes it build."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from corpus_builder import BuildReport, Config, CorpusError, build, storage
from corpus_builder.cli import main
from corpus_builder.config import Clean, Gazetteer, Onnx, Splits, Tagger
from corpus_builder.pipeline import unchanged
from corpus_builder.pipeline.inputs import find_inputs, refuse_changed

CONFIG = Config(annotate=("gold",), gazetteer=Gazetteer(("lists.tsv",)), name="quiet")
HEAD = "surface\tlabel\tkind\tnote\n"
TEXT = "زار الوفد القاهرة."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with one input of every kind."""
    raw = tmp_path / "raw"
    raw.mkdir()
    lines = [
        json.dumps({"id": f"a{n}", "text": f"{TEXT} وعاد بعد {n} أيام."}, ensure_ascii=False)
        for n in range(4)
    ]
    (raw / "articles.jsonl").write_text("\n".join([*lines, "broken"]) + "\n", encoding="utf-8")
    (raw / "plain.txt").write_text(f"عنوان\n\n{TEXT}\n", encoding="utf-8")
    (raw / "plain.meta.toml").write_text('published = "2026-01-02"\n', encoding="utf-8")
    (raw / "one.json").write_text(
        json.dumps({"id": "one", "text": TEXT}, ensure_ascii=False), encoding="utf-8"
    )
    (raw / "one.ann.json").write_text(annotation("one"), encoding="utf-8")
    (raw / "more.ann.jsonl").write_text(annotation("a0", f"{TEXT} وعاد بعد 0 أيام.") + "\n", encoding="utf-8")
    (tmp_path / "boilerplate.tsv").write_text("", encoding="utf-8")
    (tmp_path / "lists.tsv").write_text(HEAD, encoding="utf-8")
    (tmp_path / "splits.tsv").write_text("a1\ttest\n", encoding="utf-8")
    (tmp_path / "dataset_card.md").write_text("# Quiet\n", encoding="utf-8")
    return tmp_path


def annotation(article_id: str, text: str = TEXT) -> str:
    start = text.index("القاهرة")
    record = {
        "article_id": article_id,
        "fields": {"text": {"sha256": sha256(text.encode()).hexdigest()}},
        "complete": {"layers": ["entities"]},
        "entities": [{"field": "text", "start": start, "end": start + 7, "label": "LOC", "text": "القاهرة"}],
    }
    return json.dumps(record, ensure_ascii=False)


def built(corpus: Path, config: Config = CONFIG, **options: object) -> BuildReport:
    return build([corpus / "raw"], corpus / "out", config._replace(root=corpus), **options)  # type: ignore[arg-type]


def content(corpus: Path) -> dict[str, bytes]:
    """Every published byte, the list of rejects included."""
    files = [path for path in (corpus / "out").rglob("*") if path.is_file()] + [corpus / "out.rejects.jsonl"]
    return {path.relative_to(corpus).as_posix(): path.read_bytes() for path in files}


def test_nothing_is_done_where_nothing_changed(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = built(corpus)
    assert (first.kept, first.rejected, first.unchanged) == (6, {"json-invalid": 1}, False)
    before, place = content(corpus), (corpus / "out").stat().st_ino
    written: list[tuple[str, Path]] = []
    monkeypatch.setattr(storage, "on_operation", lambda operation, path: written.append((operation, path)))
    again = built(corpus)
    assert again == replace(first, unchanged=True, reused=6, shards=0, seconds=again.seconds)
    assert written == [("mkdir", corpus / ".out.work")]
    assert (content(corpus), (corpus / "out").stat().st_ino) == (before, place)
    # How the work is done cannot change what it gives.
    assert built(corpus, workers=2).unchanged


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(corpus: Path) -> None:
        text = (corpus / name).read_text(encoding="utf-8")
        assert old in text
        (corpus / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def written(name: str, text: str) -> Callable[[Path], None]:
    return lambda corpus: (corpus / name).write_text(text, encoding="utf-8") and None


@pytest.mark.parametrize(
    "change",
    [
        edited("raw/articles.jsonl", "الوفد", "الوفود"),
        edited("raw/articles.jsonl", "broken", "Broken"),
        edited("raw/plain.txt", "عنوان", "عنوانه"),
        edited("raw/plain.meta.toml", "2026-01-02", "2026-01-03"),
        edited("raw/one.ann.json", "LOC", "ORG"),
        edited("raw/more.ann.jsonl", "LOC", "ORG"),
        written("raw/another.txt", TEXT),
        written("raw/orphan.meta.toml", 'source = "x"\n'),
        lambda corpus: (corpus / "raw" / "plain.txt").rename(corpus / "raw" / "plainer.txt") and None,
        lambda corpus: (corpus / "raw" / "plain.meta.toml").unlink(),
        written("boilerplate.tsv", "# one more line\n"),
        written("lists.tsv", HEAD + "المرفأ\tLOC\t\t\n"),
        written("splits.tsv", "a1\ttrain\n"),
        lambda corpus: (corpus / "splits.tsv").unlink(),
        written("dataset_card.md", "# Quieter\n"),
        lambda corpus: (corpus / "dataset_card.md").unlink(),
    ],
)  # fmt: skip
def test_a_changed_file_makes_it_build(corpus: Path, change: Callable[[Path], None]) -> None:
    built(corpus)
    change(corpus)
    assert not built(corpus).unchanged
    made = content(corpus)
    assert built(corpus).unchanged
    for path in (corpus / ".out.work").iterdir():
        path.unlink()
    assert not built(corpus).unchanged
    assert content(corpus) == made


@pytest.mark.parametrize(
    "config",
    [
        CONFIG._replace(name="other"),
        CONFIG._replace(description="words"),
        CONFIG._replace(annotate=("gold", "patterns")),
        CONFIG._replace(min_score=0.5),
        CONFIG._replace(splits=Splits(key="another")),
        CONFIG._replace(clean=Clean(())),
        CONFIG._replace(card="other.md"),
    ],
)
def test_a_changed_setting_makes_it_build(corpus: Path, config: Config) -> None:
    built(corpus)
    assert not built(corpus, config).unchanged
    assert built(corpus, config).unchanged


def test_a_changed_option_makes_it_build(corpus: Path) -> None:
    built(corpus)
    assert not built(corpus, gold_only=True).unchanged
    assert not built(corpus).unchanged
    before = content(corpus)
    assert not built(corpus, strict=True).published
    assert content(corpus) == before


def test_models_code_and_libraries_count(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (corpus / "weights").write_bytes(b"1")
    (corpus / "graph").mkdir()
    (corpus / "graph" / "model.onnx").write_bytes(b"1")
    config = CONFIG._replace(tagger=Tagger("weights"), onnx=Onnx("graph"), root=corpus)
    inputs = find_inputs([corpus / "raw"], config)

    def print_of(config: Config = config) -> str | None:
        return unchanged.fingerprint(inputs, config, strict=False, gold_only=False)

    found = [print_of()]
    assert found[0] == print_of()
    (corpus / "weights").write_bytes(b"2")
    found.append(print_of())
    (corpus / "graph" / "model.onnx").write_bytes(b"2")
    found.append(print_of())
    monkeypatch.setattr(unchanged, "identity", lambda: "other code")
    found.append(print_of())
    assert len(set(found)) == 4
    # Whoever's code it is may read what it likes.
    assert print_of(config._replace(annotate=("gold", "json:loads"))) is None


def test_a_damaged_or_missing_output_is_made_again(corpus: Path) -> None:
    built(corpus)
    before = content(corpus)
    for name, data in before.items():
        path = corpus / name
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:] if data else b"x")
        if name == "out/manifest.json":
            # A folder without its manifest is not known to be ours.
            with pytest.raises(CorpusError, match="did not write"):
                built(corpus)
            path.write_bytes(data.replace(b'"kept": 6', b'"kept": 7'))
        assert not built(corpus).unchanged, name
        assert content(corpus) == before, name
        assert built(corpus).unchanged, name
        if name != "out/manifest.json":
            path.unlink()
            assert not built(corpus).unchanged, name
            assert content(corpus) == before, name


@pytest.mark.parametrize("note", [b"", b"[]", b"{}", b'{"fingerprint": "x"}'])
def test_a_damaged_note_makes_it_build(corpus: Path, note: bytes) -> None:
    built(corpus)
    (corpus / ".out.work" / "published.json").write_bytes(note)
    assert not built(corpus).unchanged
    assert built(corpus).unchanged


def test_a_file_that_changes_while_it_is_read_is_refused(corpus: Path) -> None:
    inputs = find_inputs([corpus / "raw"], CONFIG._replace(root=corpus))
    path = corpus / "raw" / "plain.txt"
    refuse_changed(inputs)
    os.utime(path, ns=(1, 1))
    refuse_changed(inputs)
    path.write_text("آخر", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"plain\.txt: the file was changed"):
        refuse_changed(inputs)


def test_the_command_says_so_and_verifies_once(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(corpus)
    (corpus / "corpus.toml").write_text('annotate = ["gold"]\nout = "out"\n', encoding="utf-8")
    assert main(["build", "--workers", "1", "--no-verify"]) == 0
    assert "nothing changed" not in capsys.readouterr().err
    for expected in (["nothing changed: out is already", "verified: "], ["nothing changed: out is already"]):
        assert main(["build", "--workers", "1"]) == 0
        said = capsys.readouterr().err.splitlines()
        assert len(said) == len(expected)
        assert all(line.startswith(begin) for line, begin in zip(said, expected, strict=True))
