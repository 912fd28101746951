import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder import Config, CorpusError, build
from corpus_builder.figures import MOST_FREQUENT, PERCENTILES, RAW, figures_of, percentiles, printed_figures

CASES = Path(__file__).parent / "cases" / "dataset" / "raw"
CONFIG = Config(name="small", annotate=("gold",), license="CC-BY-4.0")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    out = tmp_path_factory.mktemp("figures") / "dataset"
    build([CASES], out, CONFIG)
    return out


@pytest.fixture(scope="module")
def built(dataset):
    return figures_of([dataset], CONFIG)


@pytest.fixture(scope="module")
def raw():
    return figures_of([CASES], CONFIG)


def rows(dataset, config, split):
    return pq.read_table(dataset / config / f"{split}-00000-of-00001.parquet").to_pylist()


def test_every_split_is_counted_in_the_configured_order(dataset, built):
    assert list(built.totals) == ["train", "validation", "test"]
    for split, totals in built.totals.items():
        articles, tokens = rows(dataset, "articles", split), rows(dataset, "tokens", split)
        entities = [entity for article in articles for entity in article["entities"]]
        assert totals == {
            "documents": len(articles),
            "sentences": sum(len(article["sentences"]) for article in articles),
            "tokens": sum(len(row["tokens"]) for row in tokens),
            "entities": len(entities),
        }
        assert Counter(built.labels[split]) == Counter(
            {**dict.fromkeys(CONFIG.labels, 0), **Counter(entity["label"] for entity in entities)}
        )
        assert built.annotators[split] == ({"gold": len(entities)} if entities else {})
        assert built.annotation[split] == {"gold": len(articles)}


def test_labels_stand_in_the_order_of_the_registry(built):
    assert all(tuple(counts) == CONFIG.labels for counts in built.labels.values())


def test_raw_articles_have_the_figures_of_their_dataset(built, raw):
    assert list(raw.totals) == [RAW]
    for name in raw.totals[RAW]:
        assert raw.totals[RAW][name] == sum(totals[name] for totals in built.totals.values())
    assert (raw.lengths, raw.surfaces) == (built.lengths, built.surfaces)
    places = [[(c.surface, [(u.label, u.count) for u in c.uses]) for c in f.conflicts] for f in (raw, built)]
    assert places[0] == places[1]


def test_lengths_are_of_sentences_and_articles(dataset, built):
    tokens = [row for split in built.totals for row in rows(dataset, "tokens", split)]
    by_article = Counter()
    for row in tokens:
        by_article[row["article_id"]] += len(row["tokens"])
    assert built.lengths["tokens in a sentence"][100] == max(len(row["tokens"]) for row in tokens)
    assert built.lengths["tokens in an article"][100] == max(by_article.values())
    assert built.lengths["sentences in an article"][100] == max(
        Counter(r["article_id"] for r in tokens).values()
    )
    assert built.lengths["tokens in an article"] == percentiles(Counter(by_article.values()))


def test_frequent_surfaces_stand_first(built):
    assert built.surfaces["LOC"][:4] == [("Sfax", 2), ("سوهاج", 2), ("واسط", 2), ("الجزائر", 1)]
    assert len(built.surfaces["LOC"]) == MOST_FREQUENT
    assert built.surfaces["PERCENT"] == [("60 بالمئة", 1)]


def test_a_surface_with_two_labels_is_shown_with_a_place_of_each(dataset, built):
    (conflict,) = built.conflicts
    assert conflict.surface == "واسط"
    assert [(use.label, use.count) for use in conflict.uses] == [("ORG", 2), ("LOC", 2)]
    texts = {
        row["article_id"]: row["text"] for split in built.totals for row in rows(dataset, "articles", split)
    }
    for use in conflict.uses:
        place = use.example
        assert texts[place.article_id][place.start : place.end] == "واسط"
    assert [use.example.article_id for use in conflict.uses] == ["match", "bridge"]


def test_what_is_left_out_is_counted(tmp_path):
    folder = Path(shutil.copytree(CASES, tmp_path / "raw"))
    (folder / "empty.txt").write_text(" \n")
    (folder / "bad.json").write_text('{"id": "x", "text": ')
    (folder / "damaged.txt").write_bytes(b"\xff\xfe\xfd")
    figures = figures_of([folder], CONFIG)
    assert figures.totals[RAW]["documents"] == 7
    assert sum(figures.rejected.values()) == 3
    assert "json-invalid" in figures.rejected
    assert "json-invalid" in printed_figures(figures)


def test_machine_spans_are_counted_by_their_annotator(tmp_path):
    (tmp_path / "a.txt").write_text("عنوان\n\nوصل في 3 مارس 2024 إلى المدينة.\n", encoding="utf-8")
    figures = figures_of([tmp_path], Config(annotate=("gold", "patterns")))
    assert figures.annotators[RAW] == {"patterns": 1}
    assert figures.annotation[RAW] == {"machine": 1}


def test_the_configured_articles_are_counted_without_paths(raw):
    assert figures_of([], Config(annotate=("gold",), raw=(str(CASES),))) == raw


def test_wrong_use_is_refused(tmp_path, dataset):
    with pytest.raises(CorpusError, match="alone"):
        figures_of([dataset, CASES], CONFIG)
    with pytest.raises(CorpusError):
        figures_of([tmp_path / "nowhere"], CONFIG)
    with pytest.raises(CorpusError):
        figures_of([tmp_path], CONFIG)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"files": 3}'])
def test_a_manifest_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(CorpusError, match="no built dataset"):
        figures_of([tmp_path], CONFIG)


def test_json_holds_every_figure(built):
    value = json.loads(printed_figures(built, "json"))
    assert set(value) == set(built.__dataclass_fields__)
    assert value["totals"] == built.totals
    assert value["conflicts"][0]["uses"][0]["example"]["article_id"] == "match"
    assert value["lengths"]["tokens in a sentence"]["50"] == built.lengths["tokens in a sentence"][50]


def test_the_table_shows_counts_and_conflicts(built):
    text = printed_figures(built)
    lines = [line.split() for line in text.splitlines()]
    assert ["train", "validation", "test", "all"] in lines
    assert ["documents", "3", "2", "2", "7"] in lines
    assert "واسط" in text
    assert max(map(len, text.splitlines())) <= 110


def test_odd_characters_do_not_reach_the_terminal(built):
    text = printed_figures(replace(built, surfaces={"PER": [("[bold]ليث\u202e[/bold]", 1)]}))
    assert "[bold]ليث\\u202e[/bold]" in text
    assert "\u202e" not in text


@given(st.dictionaries(st.integers(0, 50), st.integers(1, 9), min_size=1))
def test_percentiles_are_the_nearest_ranks(lengths):
    ordered = sorted(Counter(lengths).elements())
    found = percentiles(lengths)
    assert found == {share: ordered[max(-(-share * len(ordered) // 100), 1) - 1] for share in PERCENTILES}


def test_no_lengths_have_no_percentiles():
    assert percentiles({}) == {}
