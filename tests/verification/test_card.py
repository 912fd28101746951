import pytest
import yaml

from corpus_builder.verification.card import check_card
from corpus_builder.verification.files import read_manifest


def changed(folder, change):
    path = folder / "README.md"
    _empty, head, prose = path.read_text(encoding="utf-8").split("---\n", 2)
    metadata = yaml.safe_load(head)
    change(metadata)
    path.write_text(f"---\n{yaml.safe_dump(metadata)}---\n{prose}", encoding="utf-8")
    return [found.message for found in check_card(folder, read_manifest(folder))]


def test_the_card_that_was_written_is_sound(built):
    assert check_card(built, read_manifest(built)) == []


def test_only_what_the_yaml_says_counts(dataset):
    assert changed(dataset, lambda metadata: metadata["configs"].reverse()) == []
    assert changed(dataset, lambda metadata: metadata["configs"][0]["data_files"].reverse()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["configs"][0]["data_files"].pop(), "The files of articles"),
        (lambda m: m["configs"][2]["data_files"][0]["path"].append("x.parquet"), "The files of tokens"),
        (lambda m: m["configs"][1].update(description="version 1"), "The description of sentences"),
        (lambda m: m["configs"].pop(1), "The files of sentences"),
        (lambda m: m.update(configs="articles"), "The files of articles"),
        (lambda m: m["dataset_info"][0]["features"].pop(), "The features of articles"),
        (
            lambda m: m["dataset_info"][2]["features"][3]["list"]["class_label"]["names"].update(
                {"1": "B-XXX"}
            ),
            "The features of tokens",
        ),
        (lambda m: m["dataset_info"][0]["splits"][0].update(num_examples=99), "The sizes of articles"),
        (lambda m: m["dataset_info"][1]["splits"][0].update(num_bytes=1), "The sizes of sentences"),
        (lambda m: m.pop("dataset_info"), "The sizes of tokens"),
    ],
)
def test_a_card_that_says_otherwise_is_found(dataset, change, said):
    assert any(said in message for message in changed(dataset, change))


@pytest.mark.parametrize(
    "text", ["", "# No YAML\n", "---\nlist: [\n---\n", "---\n- a\n---\n", "---\nnever: closed\n"]
)
def test_a_card_without_usable_yaml_is_found(dataset, text):
    (dataset / "README.md").write_text(text, encoding="utf-8")
    assert [found.code for found in check_card(dataset, read_manifest(dataset))] == ["verify-card"]
