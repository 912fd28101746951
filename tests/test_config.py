from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus_builder.config import Config, Limits, load_config, parse_config
from corpus_builder.problems import CorpusError
from corpus_builder.schemas import schema

CASES = Path(__file__).parent / "cases" / "config"
REFUSED = sorted(CASES.glob("*.toml"))
EVERYTHING = """
name = "all"
description = "All of it."
language = "ar-EG"
license = "CC-BY-4.0"
version = "2.0.1"
homepage = "https://example.com/"
raw = ["raw", "more"]
out = "built"
card = "card.md"
labels = ["PER", "LOC"]
annotate = ["gold"]
min_score = 0.25
source = { source = "desk", license = "CC0-1.0", published = 2026-03-14, url = "https://example.com/" }

[read]
format = "jsonl"
id_from = ["url", "title"]
fields = { text = "content", "published" = "date" }
constants.language = "ar"

[read.sources]
"3alyoum" = "عين اليوم"

[clean]
boilerplate = ["rules.tsv"]

[splits]
ledger = "ledger.tsv"
shares = { train = 0.5, test = 0.5 }
key = "k"
similarity = 0.8
by = "time"
validation_from = "2026-01-01"
test_from = 2026-02-01

[limits]
file_bytes = 10
article_bytes = 5
depth = 7
article_seconds = 2

[onnx]
model = "ner"
revision = "abc"

[tagger]
model = "tagger.safetensors"

[gazetteer]
lists = ["names.tsv"]

[allow]
file = "fine.tsv"
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    for name in ("rules.tsv", "names.tsv", "tagger.safetensors"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text(EVERYTHING, encoding="utf-8")
    return tmp_path / "corpus.toml"


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_faults_are_refused_with_their_line(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(CorpusError) as refused:
        load_config(path)
    assert str(refused.value) == f"{path}:{expected}"


def test_every_key_is_read(full: Path) -> None:
    config = load_config(full)
    default = Config()
    assert config.root == full.parent
    assert load_config(full.parent) == config
    sections = [
        name for name, value in schema("corpus")["properties"].items() if value.get("type") == "object"
    ]
    for name in schema("corpus")["properties"]:
        assert getattr(config, name) != getattr(default, name), name
        if name in sections:
            for key in schema("corpus")["properties"][name]["properties"]:
                assert getattr(getattr(config, name), key) != getattr(getattr(default, name), key), key
    assert config.read.fields == (("text", "content"), ("published", "date"))
    assert config.source.published == "2026-03-14"
    assert config.splits.test_from == "2026-02-01"
    assert config.splits.names == ("train", "test")
    assert config.resolve("x/y") == full.parent / "x/y"
    assert config.rule_files() == [full.parent / "rules.tsv"]
    assert config.list_files() == [full.parent / "names.tsv"]


def test_defaults_need_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config() == Config()
    assert parse_config("", Path("corpus.toml")) == Config()._replace(path=Path("corpus.toml"))
    (tmp_path / "corpus.toml").write_text('name = "here"\n', encoding="utf-8-sig")
    assert load_config().name == "here"


def test_the_configuration_is_frozen_and_hashable() -> None:
    with pytest.raises(AttributeError):
        Config().name = "x"  # type: ignore[misc]
    assert len({Config(), Config()}) == 1


@pytest.mark.parametrize(
    "content", [b"name = 'x", b"\xff", b"a = " + b"[" * 100_000], ids=["toml", "utf-8", "deep"]
)
def test_files_that_are_no_toml_are_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "corpus.toml"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=re.escape(str(path))) as refused:
        load_config(path)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        load_config(tmp_path / "nothing.toml")


def test_the_digest_follows_what_can_change_the_output(full: Path) -> None:
    digest = load_config(full).digest()
    assert digest == load_config(full).digest()
    assert len(digest) == 64
    config = load_config(full)
    assert config._replace(out="elsewhere", root=full.parent, path=None).digest() == digest
    assert config._replace(min_score=0.5).digest() != digest
    assert config._replace(limits=Limits(depth=9)).digest() != digest
    assert config._replace(labels=("LOC", "PER")).digest() != digest
    for name in ("rules.tsv", "names.tsv", "tagger.safetensors"):
        (full.parent / name).write_text("changed", encoding="utf-8")
        assert load_config(full).digest() != digest
        (full.parent / name).write_text(name, encoding="utf-8")
    (full.parent / "ner").mkdir()
    (full.parent / "ner" / "model.onnx").write_bytes(b"x")
    assert load_config(full).digest() != digest


def test_the_digest_does_not_depend_on_the_folder(full: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in full.parent.iterdir():
        if path.is_file():
            (other / path.name).write_bytes(path.read_bytes())
    assert load_config(other).digest() == load_config(full).digest()


@pytest.mark.parametrize("name", ["formats.md", "saudinewsnet.md"])
def test_the_settings_in_the_documentation_are_settings(name: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        assert parse_config(block, Path("corpus.toml")) != Config()


def test_every_key_is_documented() -> None:
    text = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
    for name, described in schema("corpus")["properties"].items():
        assert name in text
        assert all(key in text for key in described.get("properties", ())), name


def test_the_projects_own_configuration_loads() -> None:
    config = load_config(Path(__file__).parent.parent / "corpus.toml")
    assert config.labels == Config().labels
