import json
import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder import Config, CorpusError, build
from corpus_builder.differences import LabelChange, Move, compare, printed_differences
from corpus_builder.ordering import order_of
from corpus_builder.writers.manifest import as_bytes
from corpus_builder.writers.schemas import ARTICLES

CASES = Path(__file__).parent / "cases" / "dataset" / "raw"
CONFIG = Config(name="small", annotate=("gold",), license="CC-BY-4.0")


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    out = tmp_path_factory.mktemp("old") / "dataset"
    build([CASES], out, CONFIG)
    return out


@pytest.fixture
def raw(tmp_path):
    return Path(shutil.copytree(CASES, tmp_path / "raw"))


def edited(raw, name, before, after):
    path = raw / f"{name}.marked.txt"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def since(old, raw):
    new = raw.parent / "new"
    build([raw], new, CONFIG)
    return compare(old, new)


def total(changes, name):
    return sum(getattr(change, name) for change in changes.values())


def test_a_dataset_does_not_differ_from_itself(old):
    found = compare(old, str(old))
    assert found.none
    assert (found.old, found.new) == (7, 7)
    assert found.labels["LOC"] == LabelChange(19, 19, 0, 0)
    assert tuple(found.labels) == CONFIG.labels


def test_an_article_more(old, raw):
    path = raw / "more.marked.txt"
    path.write_text(
        '+++\nid = "more"\nlanguage = "ar"\nsplit = "test"\n+++\nعنوان\n\nفي ⟦LOC دبا⟧.\n', encoding="utf-8"
    )
    found = since(old, raw)
    assert (found.added, found.removed, found.changed, found.moved) == (("more",), (), {}, ())
    assert found.labels["LOC"] == LabelChange(19, 20, 1, 0)
    assert not found.none


def test_an_article_less(old, raw):
    (raw / "market.marked.txt").unlink()
    found = since(old, raw)
    assert (found.added, found.removed, found.changed, found.moved) == ((), ("market",), {}, ())
    assert found.labels["LOC"] == LabelChange(19, 17, 0, 2)
    assert found.labels["MONEY"] == LabelChange(3, 2, 0, 1)


def test_another_label(old, raw):
    edited(raw, "market", "⟦DATE 1 May⟧", "⟦MISC 1 May⟧")
    found = since(old, raw)
    assert found.changed == {"market": ("annotation",)}
    assert found.labels["DATE"] == LabelChange(3, 2, 0, 1)
    assert found.labels["MISC"] == LabelChange(2, 3, 1, 0)
    assert total(found.labels, "added") == total(found.labels, "removed") == 1


def test_another_span(old, raw):
    edited(raw, "market", "Mayor ⟦PER Hédi Mansour⟧", "Mayor Hédi ⟦PER Mansour⟧")
    found = since(old, raw)
    assert found.changed == {"market": ("annotation",)}
    assert found.labels["PER"] == LabelChange(7, 7, 1, 1)


def test_another_sentence_boundary_is_a_change_of_the_annotation_alone(old, raw):
    edited(raw, "market", "‖", "")
    found = since(old, raw)
    assert found.changed == {"market": ("annotation",)}
    assert total(found.labels, "added") == total(found.labels, "removed") == 0


def test_other_words_move_offsets_but_not_annotations(old, raw):
    edited(raw, "market", "The old market", "The very old market")
    found = since(old, raw)
    assert found.changed == {"market": ("text", "annotation")}
    assert total(found.labels, "added") == total(found.labels, "removed") == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [('source = "Other desk"', 'source = "Desk"'), ('license = "CC-BY-4.0"', 'license = "CC0-1.0"')],
)
def test_other_metadata(old, raw, before, after):
    edited(raw, "market", before, after)
    assert since(old, raw).changed == {"market": ("metadata",)}


def test_metadata_that_was_not_there(old, raw):
    edited(raw, "market", "+++\nMarket", 'url = "https://example.org/m"\n+++\nMarket')
    assert since(old, raw).changed == {"market": ("metadata",)}


def test_another_split(old, raw):
    edited(raw, "market", 'split = "test"', 'split = "train"')
    found = since(old, raw)
    assert found.moved == (Move("market", "test", "train"),)
    assert found.changed == {}
    assert not found.none


def test_everything_at_once_adds_up(old, raw):
    edited(raw, "bridge", 'id = "bridge"', 'id = "viaduct"')
    edited(raw, "library", "⟦LOC طهطا⟧", "طهطا")
    edited(raw, "library", 'split = "train"', 'split = "validation"')
    (raw / "match.marked.txt").unlink()
    found = since(old, raw)
    assert found.added == ("viaduct",)
    assert set(found.removed) == {"bridge", "match"}
    assert found.moved == (Move("library", "train", "validation"),)
    for change in found.labels.values():
        assert change.old + change.added - change.removed == change.new


def test_json_and_table_say_the_same(old, raw):
    edited(raw, "library", 'split = "train"', 'split = "test"')
    edited(raw, "market", "⟦DATE 1 May⟧", "1 May")
    (raw / "clinic.marked.txt").unlink()
    found = since(old, raw)
    value = json.loads(printed_differences(found, "json"))
    assert value["moved"] == [{"article_id": "library", "old": "train", "new": "test"}]
    assert value["removed"] == ["clinic"]
    assert value["changed"] == {"market": ["annotation"]}
    assert value["labels"]["DATE"] == {"old": 3, "new": 2, "added": 0, "removed": 1}
    text = printed_differences(found)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "articles 7 before, 6 now" in lines
    assert "removed 1: clinic" in lines
    assert "annotation changed 1: market" in lines
    assert "moved 1: library (train to test)" in lines
    assert "DATE 3 0 1 2" in lines


def test_long_lists_are_cut_in_the_table_alone(old, tmp_path):
    rows = {f"a{number:03d}": 0 for number in range(100)}
    found = compare(dataset(tmp_path / "one", {"train": {}}), dataset(tmp_path / "two", {"train": rows}))
    assert len(found.added) == 100
    assert "and 80 more" in printed_differences(found)


def test_what_is_no_dataset_is_refused(old, tmp_path):
    with pytest.raises(CorpusError, match="no built dataset"):
        compare(old, tmp_path)
    with pytest.raises(CorpusError, match="no built dataset"):
        compare(tmp_path / "nowhere", old)
    broken = Path(shutil.copytree(old, tmp_path / "broken"))
    (broken / "articles" / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match="no built dataset"):
        compare(broken, old)


def test_rows_out_of_order_are_refused(tmp_path):
    rows = {f"a{number}": 0 for number in range(5)}
    folder = dataset(tmp_path / "one", {"train": rows})
    path = folder / "articles" / "train-00000-of-00001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(list(range(table.num_rows))[::-1]), path)
    with pytest.raises(CorpusError, match="not in the published order"):
        compare(folder, folder)


def dataset(folder, splits, group_rows=2):
    """A dataset of articles alone: ``splits`` maps a split to ``{id: number of entities}``."""
    (folder / "articles").mkdir(parents=True)
    files = []
    for split, articles in splits.items():
        rows = [row(article_id, articles[article_id]) for article_id in sorted(articles, key=order_of)]
        path = f"articles/{split}-00000-of-00001.parquet"
        pq.write_table(pa.Table.from_pylist(rows, ARTICLES), folder / path, row_group_size=group_rows)
        files.append({"path": path, "split": split, "config": "articles", "rows": len(rows)})
    (folder / "manifest.json").write_bytes(
        as_bytes({"files": files, "configuration": {"labels": ["PER", "LOC"]}})
    )
    return folder


def row(article_id, entities):
    text = "ab " * 9
    names = [
        {
            "start": 3 * i,
            "end": 3 * i + 2,
            "label": "LOC" if i % 2 else "PER",
            "text": "ab",
            "annotator": "gold",
            "score": 1.0,
        }
        for i in range(entities)
    ]
    return {
        "article_id": article_id,
        "title": "",
        "text": text,
        "language": "ar",
        "annotation": "gold",
        "blocks": [{"start": 0, "end": 26, "kind": "paragraph"}],
        "sentences": [{"start": 0, "end": 26, "kind": "paragraph"}],
        "entities": names,
        "text_sha256": "0" * 64,
    }


IDS = [f"id{number}" for number in range(12)]
SIDES = st.dictionaries(
    st.sampled_from(IDS), st.tuples(st.sampled_from(["train", "test"]), st.integers(0, 3))
)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.integers(1, 4), st.integers(1, 4))
def test_rows_meet_whatever_row_group_or_split_they_stand_in(tmp_path_factory, one, other, groups, others):
    tmp_path = tmp_path_factory.mktemp("pair")
    sides = []
    for name, rows, size in (("old", one, groups), ("new", other, others)):
        splits = {"train": {}, "test": {}}
        for article_id, (split, entities) in rows.items():
            splits[split][article_id] = entities
        sides.append(dataset(tmp_path / name, splits, size))
    found = compare(*sides)
    both = one.keys() & other.keys()
    assert set(found.added) == other.keys() - one.keys()
    assert set(found.removed) == one.keys() - other.keys()
    assert {m.article_id: (m.old, m.new) for m in found.moved} == {
        i: (one[i][0], other[i][0]) for i in both if one[i][0] != other[i][0]
    }
    assert found.changed == {i: ("annotation",) for i in both if one[i][1] != other[i][1]}
    counted = [Counter(), Counter()]
    for side, rows in enumerate((one, other)):
        for _split, entities in rows.values():
            counted[side].update("LOC" if i % 2 else "PER" for i in range(entities))
    for label, change in found.labels.items():
        assert (change.old, change.new) == (counted[0][label], counted[1][label])
        assert change.old + change.added - change.removed == change.new
    assert list(found.added) == [i for i in sorted(other, key=order_of) if i not in one]
