import pytest
import yaml

from corpus_builder import CorpusError
from corpus_builder.writers.card import card, read_prose
from corpus_builder.writers.parquet import WrittenFile
from corpus_builder.writers.schemas import SCHEMAS

LABELS = ("PER", "ORG")
FIGURES = {
    "train": {
        "totals": {"articles": 1200, "sentences": 9000, "tokens": 100_000, "entities": 5000, "nested": 40},
        "labels": {"PER": 3000, "ORG": 2000},
        "annotators": {"gold": 4000, "patterns": 1000},
        "sources": {"A | B": 1200},
        "sentence_lengths": {"1": 1, "2": 2, "10": 7, "9": 10},
    },
    "test": {
        "totals": {"articles": 7, "sentences": 50, "tokens": 400, "entities": 20},
        "labels": {"PER": 20},
    },
}


def files():
    return [
        WrittenFile(
            config, split, f"{config}/{split}-{i:05d}-of-00002.parquet", rows, 10, 100, "0" * 64, "1" * 64
        )
        for config in SCHEMAS
        for split, rows in (("train", 600), ("test", 4))
        for i in range(2)
    ]


def made(prose="", **changes):
    values = {
        "name": "اسم: test",
        "description": "What it is.",
        "version": "1.2.3",
        "license_name": "CC-BY-4.0",
        "languages": ["ar", "en"],
        "labels": LABELS,
        "files": files(),
        "splits": ["train", "test"],
        "figures": FIGURES,
        "digest": "f" * 64,
    }
    return card(prose, **{**values, **changes})


def parted(text):
    empty, head, body = text.split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(head), body


def test_the_front_matter_names_files_and_exact_sizes():
    metadata, body = parted(made())
    assert [config["config_name"] for config in metadata["configs"]] == ["articles", "sentences", "tokens"]
    assert metadata["configs"][0]["default"] is True
    assert metadata["configs"][0]["data_files"] == [
        {
            "split": "train",
            "path": ["articles/train-00000-of-00002.parquet", "articles/train-00001-of-00002.parquet"],
        },
        {
            "split": "test",
            "path": ["articles/test-00000-of-00002.parquet", "articles/test-00001-of-00002.parquet"],
        },
    ]
    info = metadata["dataset_info"][1]
    assert info["splits"] == [
        {"name": "train", "num_bytes": 200, "num_examples": 1200},
        {"name": "test", "num_bytes": 200, "num_examples": 8},
    ]
    assert (info["download_size"], info["dataset_size"]) == (40, 400)
    assert metadata["license"] == "cc-by-4.0"
    assert metadata["language"] == ["ar", "en"]
    assert metadata["pretty_name"] == "اسم: test"
    assert metadata["size_categories"] == ["1K<n<10K"]
    assert body.startswith("\n# اسم: test\n")


def test_the_description_changes_with_the_content():
    """Else the loader would serve an earlier build from its cache."""
    one, other = (parted(made(digest=digest * 64))[0]["configs"] for digest in "ab")
    assert all(a["description"] != b["description"] for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("articles", "size"), [(999, "n<1K"), (1000, "1K<n<10K"), (10_000, "10K<n<100K"), (10_000_000, "n>10M")]
)
def test_the_size_category(articles, size):
    file = WrittenFile("articles", "train", "articles/train.parquet", articles, 1, 1, "", "")
    metadata, _body = parted(made(files=[file], splits=["train"]))
    assert metadata["size_categories"] == [size]


def test_prose_keeps_its_words_and_its_own_front_matter():
    front = "---\nlicense: other\ntags: [news]\nconfigs: []\n---\n\n"
    prose = f"{front}# Title\n\nBefore\n\n<!-- figures: labels -->\n\nAfter\n"
    metadata, body = parted(made(prose))
    assert metadata["license"] == "other"
    assert metadata["tags"] == ["news"]
    assert len(metadata["configs"]) == 3
    assert body == (
        "\n# Title\n\nBefore\n\n| label | train | test | all |\n| --- | ---: | ---: | ---: |\n"
        "| PER | 3,000 | 20 | 3,020 |\n| ORG | 2,000 | 0 | 2,000 |\n\nAfter\n"
    )


def test_figures_that_are_not_asked_for_stand_at_the_end():
    _metadata, body = parted(made("# Title\n"))
    for heading in ("Counts", "Labels", "Annotators", "Sources", "Sizes", "Sentence lengths", "Plots"):
        assert f"\n### {heading}\n" in body
    assert "| of these inside another (not in `tokens`) | 40 | 0 | 40 |" in body
    assert "| A \\| B | 1,200 | 0 | 1,200 |" in body
    assert "| train | 1 | 9 | 9 | 10 | 10 | 10 |" in body
    assert "| test | – | – | – | – | – | – |" in body


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("---\na: [\n---\n", "no YAML"),
        ("---\n- a\n---\n", "no mapping"),
        ("<!-- figures: nothing -->\n", "no figures 'nothing'"),
        ("---\nwhen: !!python/name:os.system\n---\n", "no YAML"),
    ],
)
def test_prose_that_cannot_be_used_is_refused(prose, said):
    with pytest.raises(CorpusError, match=said):
        made(prose)


def test_prose_is_read_or_absent(tmp_path):
    path = tmp_path / "card.md"
    assert read_prose(path) == ""
    path.write_bytes(b"\xef\xbb\xbfprose")
    assert read_prose(path) == "prose"
    path.write_bytes(b"\xff")
    with pytest.raises(CorpusError, match="cannot read"):
        read_prose(path)
