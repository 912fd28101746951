"""Each promise, broken once in an otherwise sound dataset: `check_tables` must name it, its table and its
article.
"""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_builder.model import Article, Document, EntityLayer, OffsetMap, SpanLayer
from corpus_builder.verification.derived import sentence_faults, token_faults
from corpus_builder.verification.files import read_manifest
from corpus_builder.verification.promises import article_faults
from corpus_builder.verification.tables import check_tables
from corpus_builder.writers.schemas import SCHEMAS
from corpus_builder.writers.tables import articles_table, sentences_table, tokens_table


def row(rows, article_id, index=None):
    return next(r for r in rows if r["article_id"] == article_id and r.get("sentence_index") == index)


def entity(rows, article_id, text, index=None):
    return next(e for e in row(rows, article_id, index)["entities"] if e["text"] == text)


def shift(span, start=0, end=0):
    span.update(start=span["start"] + start, end=span["end"] + end)


def widen(found, text, start, end):
    shift(found, start, end)
    found["text"] = text[found["start"] : found["end"]]


def swap(items, one, other):
    items[one], items[other] = items[other], items[one]


def with_text(found, text):
    found["text"] = text
    found["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()


def in_bridge(change):
    """A change of the article ``bridge``."""
    return lambda rows: change(row(rows, "bridge"))


def of_bridge(text, change):
    """A change of one entity of the article ``bridge``."""
    return lambda rows: change(entity(rows, "bridge", text))


def nested_crossing(found):
    inner = next(e for e in found["entities"] if e["text"] == "العراق")
    widen(inner, found["text"], 0, 4)


ARTICLE_FAULTS = {
    "A span of entities is empty or reaches out": [
        of_bridge("العزيزية", lambda e: e.update(end=e["start"])),
        of_bridge("العزيزية", lambda e: e.update(end=9_999)),
        of_bridge("العزيزية", lambda e: e.update(start=-1)),
    ],
    "A span of blocks is empty or reaches out": [in_bridge(lambda r: r["blocks"][-1].update(end=9_999))],
    "A span of sentences is empty or reaches out": [in_bridge(lambda r: r["sentences"][0].update(start=-3))],
    "A span of entities begins or ends in white space": [
        in_bridge(lambda r: widen(entity([r], "bridge", "واسط"), r["text"], -1, 0))
    ],
    "A span of blocks begins or ends in white space": [in_bridge(lambda r: shift(r["blocks"][1], 0, 1))],
    "The blocks overlap": [
        in_bridge(lambda r: r["blocks"].insert(1, dict(r["blocks"][0]))),
        in_bridge(lambda r: swap(r["blocks"], 2, 3)),
    ],
    "The sentences overlap": [in_bridge(lambda r: r["sentences"].append(dict(r["sentences"][-1])))],
    "Some of the text is in none of the sentences": [in_bridge(lambda r: r["sentences"].pop(2))],
    "Some of the text is in none of the blocks": [in_bridge(lambda r: r["blocks"].pop(2))],
    "A block is of an unknown kind": [in_bridge(lambda r: r["blocks"][2].update(kind="caption"))],
    "A sentence does not lie inside one block": [
        in_bridge(lambda r: (r["sentences"][0].update(end=r["sentences"][1]["end"]), r["sentences"].pop(1)))
    ],
    "A sentence is not of its block's kind": [in_bridge(lambda r: r["sentences"][0].update(kind="heading"))],
    "A title stands below": [in_bridge(lambda r: r["blocks"][3].update(kind="title"))],
    "An entity's text is not the text at its offsets": [
        of_bridge("العزيزية", lambda e: e.update(text="الصويرة")),
        of_bridge("العزيزية", lambda e: e.update(text="الصويرات")),
        of_bridge("العزيزية", lambda e: shift(e, -1)),
        of_bridge("العزيزية", lambda e: shift(e, -1, -1)),
    ],
    "Entities stand out of order or twice": [
        in_bridge(lambda r: swap(r["entities"], 0, 1)),
        in_bridge(lambda r: r["entities"].append(dict(r["entities"][-1]))),
        in_bridge(lambda r: r["entities"].append({**r["entities"][-1], "label": "MISC"})),
    ],
    "An entity does not lie inside one sentence": [
        in_bridge(lambda r: widen(entity([r], "bridge", "كاظم الدليمي"), r["text"], 0, 25)),
    ],
    "Two entities cross": [in_bridge(nested_crossing)],
    "An entity's label is not registered": [of_bridge("العزيزية", lambda e: e.update(label="CITY"))],
    "An entity's annotator is not registered": [
        of_bridge("العزيزية", lambda e: e.update(annotator="oracle"))
    ],
    "An entity's score is no probability": [
        of_bridge("العزيزية", lambda e: e.update(score=1.5)),
        of_bridge("العزيزية", lambda e: e.update(score=-0.1)),
        of_bridge("العزيزية", lambda e: e.update(score=float("nan"))),
        of_bridge("العزيزية", lambda e: e.update(score=0.12345)),
    ],
    "text_sha256 is not": [in_bridge(lambda r: r.update(text_sha256="0" * 64))],
    "The title is not the text": [
        in_bridge(lambda r: r.update(title="جسر")),
        in_bridge(lambda r: r.update(title="")),
    ],
    "The annotation is not": [
        in_bridge(lambda r: r.update(annotation="machine")),
        in_bridge(lambda r: r.update(annotation="silver")),
        of_bridge("العزيزية", lambda e: e.update(annotator="patterns")),
    ],
    "The column text holds nulls": [in_bridge(lambda r: r.update(text=None))],
    "The column entities.label holds nulls": [of_bridge("العزيزية", lambda e: e.update(label=None))],
    "The column sentences holds nulls": [in_bridge(lambda r: r.update(sentences=None))],
}


@pytest.mark.parametrize(
    ("said", "change"), [(said, change) for said, changes in ARTICLE_FAULTS.items() for change in changes]
)
def test_a_broken_article_is_found(dataset, rewritten, said, change):
    def spoil(rows):
        change(rows)

    rewritten("articles", "train", spoil)
    rewritten_manifest = read_manifest(dataset)
    rewritten_manifest["configuration"]["annotate"].append("patterns")
    found = check_tables(dataset, rewritten_manifest)
    mine = [problem for problem in found if problem.message.startswith(said)]
    assert [problem.code for problem in mine] == ["verify-promise"]
    assert mine[0].origin.path.endswith("articles/train-00000-of-00001.parquet")
    if "nulls" not in said:
        assert mine[0].article_id == "bridge"
        assert mine[0].origin.record is not None


def test_a_cut_grapheme_is_found(dataset, rewritten):
    def spoil(rows):
        found = row(rows, "harbour")
        place = found["text"].index("👩🏽‍🌾")
        found["entities"].append({**found["entities"][-1], "start": place, "end": place + 1, "text": "👩"})
        found["entities"].sort(key=lambda e: (e["start"], -e["end"]))

    manifest = rewritten("articles", "validation", spoil)
    assert any(
        found.message.startswith("A span of entities cuts a grapheme")
        for found in check_tables(dataset, manifest)
    )


SENTENCE_FAULTS = {
    "The text is not the article's text": [lambda r: r.update(text=r["text"] + ".")],
    "The start is not the article's": [lambda r: r.update(start=r["start"] + 1)],
    "The end is not the article's": [lambda r: r.update(end=r["end"] + 1)],
    "The kind is not the article's": [lambda r: r.update(kind="list_item")],
    "The language is not the article's": [lambda r: r.update(language="en")],
    "The license is not the article's": [
        lambda r: r.update(license=None),
        lambda r: r.update(license="CC0-1.0"),
    ],
    "There are not as many entities": [lambda r: r["entities"].pop(), lambda r: r["entities"].clear()],
    "An entity's offsets are not the article's": [lambda r: shift(r["entities"][1], 1, 1)],
    "An entity's label is not the article's": [lambda r: r["entities"][1].update(label="MISC")],
    "An entity's text is not the article's": [lambda r: r["entities"][1].update(text="عراق")],
    "An entity's score is not the article's": [lambda r: r["entities"][1].update(score=0.5)],
    "The row is not of the article's sentence": [
        lambda r: r.update(sentence_index=7),
        lambda r: r.update(article_id="library"),
    ],
}


@pytest.mark.parametrize(
    ("said", "change"), [(said, change) for said, changes in SENTENCE_FAULTS.items() for change in changes]
)
def test_a_broken_sentence_is_found(dataset, rewritten, said, change):
    manifest = rewritten("sentences", "train", lambda rows: change(row(rows, "bridge", 3)) and None)
    found = check_tables(dataset, manifest)
    assert any(problem.message.startswith(said) for problem in found)
    assert {problem.code for problem in found} == {"verify-promise"}
    assert all(problem.origin.path.endswith("sentences/train-00000-of-00001.parquet") for problem in found)


def at(found, text):
    return found["tokens"].index(text)


def drop(found, text):
    place = at(found, text)
    for name in ("tokens", "ner_tags", "starts", "ends"):
        found[name].pop(place)


def glue(found, one):
    """Join a token with the next one, although an entity begins between them."""
    place = at(found, one)
    found["tokens"][place] += found["tokens"].pop(place + 1)
    found["ends"][place] = found["ends"].pop(place + 1)
    found["ner_tags"].pop(place + 1)
    found["starts"].pop(place + 1)


def tag(found, text, number):
    found["ner_tags"][at(found, text)] = number


TOKEN_FAULTS = {
    "A token is not the article's text": [lambda r: r["tokens"].__setitem__(0, "يصل")],
    "The lists are not of one length": [lambda r: r["tokens"].pop(), lambda r: r["ner_tags"].append(0)],
    "A token is empty or lies outside its sentence": [
        lambda r: r["starts"].__setitem__(0, 0),
        lambda r: r["ends"].__setitem__(-1, r["ends"][-1] + 40),
        lambda r: r["ends"].__setitem__(0, r["starts"][0]),
    ],
    "A tag is out of range": [lambda r: tag(r, "طريقا", 15), lambda r: tag(r, "طريقا", -1)],
    "Tokens overlap": [lambda r: [swap(r[name], 0, 1) for name in ("tokens", "ner_tags", "starts", "ends")]],
    "A token begins or ends in white space": [
        lambda r: (
            r["ends"].__setitem__(0, r["ends"][0] + 1),
            r["tokens"].__setitem__(0, r["tokens"][0] + " "),
        )
    ],
    "A letter or digit is in no token": [lambda r: drop(r, "طريقا")],
    "An I- tag follows nothing": [lambda r: tag(r, "كان", 6), lambda r: tag(r, "بغداد", 6)],
    "An entity has no token": [lambda r: drop(r, "بغداد"), lambda r: glue(r, "ب")],
    "The tags do not spell the outermost entities": [
        lambda r: tag(r, "بغداد", 0),
        lambda r: tag(r, "بغداد", 1),
        lambda r: tag(r, "طريقا", 5),
        lambda r: tag(r, "طريقا", 6) or tag(r, "بغداد", 5),
    ],
    "The row is not of the article's sentence": [lambda r: r.update(sentence_index=9)],
}


@pytest.mark.parametrize(
    ("said", "change"), [(said, change) for said, changes in TOKEN_FAULTS.items() for change in changes]
)
def test_a_broken_row_of_tokens_is_found(dataset, rewritten, said, change):
    manifest = rewritten("tokens", "train", lambda rows: change(row(rows, "bridge", 5)) and None)
    found = check_tables(dataset, manifest)
    assert any(problem.message.startswith(said) for problem in found), found
    assert {problem.code for problem in found} == {"verify-promise"}


@pytest.mark.parametrize("config", ["sentences", "tokens"])
def test_a_missing_sentence_is_found(dataset, rewritten, config):
    manifest = rewritten(config, "test", lambda rows: rows[:-1])
    (found,) = check_tables(dataset, manifest)
    assert found.message.startswith("There are 5 rows for 6 sentences")


def test_articles_out_of_order_are_found(dataset, rewritten):
    def reverse(rows):
        names = list(dict.fromkeys(r["article_id"] for r in rows))
        return [r for name in reversed(names) for r in rows if r["article_id"] == name]

    table = pq.read_table(dataset / "articles" / "test-00000-of-00001.parquet")
    first = table.column("article_id")[0].as_py()
    for config in SCHEMAS:
        manifest = rewritten(config, "test", reverse)
    (found,) = check_tables(dataset, manifest)
    assert (found.code, found.article_id) == ("verify-order", first)


@pytest.mark.parametrize("new_id", ["bridge", "bridge-again"])
def test_an_article_in_two_splits_is_found(dataset, rewritten, new_id):
    for config in SCHEMAS:
        table = pq.read_table(dataset / config / "train-00000-of-00001.parquet")
        copies = [{**r, "article_id": new_id} for r in table.to_pylist() if r["article_id"] == "bridge"]
        manifest = rewritten(
            config, "validation", lambda rows, more=copies: sorted(rows + more, key=published_order)
        )
    found = [problem for problem in check_tables(dataset, manifest) if problem.code == "verify-leak"]
    assert "bridge" in " ".join(f"{problem.article_id} {problem.message}" for problem in found)
    assert len(found) == (2 if new_id == "bridge" else 1)


def published_order(found):
    return hashlib.blake2b(found["article_id"].encode(), digest_size=8).digest()


@pytest.mark.parametrize(
    ("key", "name"), [("totals", "tokens"), ("totals", "nested"), ("totals", "sentences"), ("labels", "PER")]
)
def test_other_figures_are_found(dataset, with_manifest, key, name):
    manifest = with_manifest(dataset, lambda m: m["figures"]["train"][key].update({name: 99}))
    (found,) = check_tables(dataset, manifest)
    assert found.code == "verify-count"
    assert f"99 {name}" in found.message


def test_missing_figures_are_found(dataset, with_manifest):
    manifest = with_manifest(dataset, lambda m: m["figures"].pop("test"))
    assert [found.code for found in check_tables(dataset, manifest)] == ["verify-count"]


def test_other_counts_of_rows_are_found(dataset):
    manifest = read_manifest(dataset)
    manifest["files"][1]["rows"] += 1
    (found,) = check_tables(dataset, manifest)
    assert found.code == "verify-count"


def test_rows_that_only_the_logical_digest_tells_apart_are_found(dataset, rewritten):
    before = read_manifest(dataset)
    rewritten("articles", "train", in_bridge(lambda r: r.update(source="Somebody else")))
    (found,) = check_tables(dataset, before)
    assert found.code == "verify-checksum"


def test_another_order_of_labels_in_one_split_is_found(dataset, rewritten):
    labels = tuple(reversed(read_manifest(dataset)["configuration"]["labels"]))
    manifest = rewritten("tokens", "test", lambda rows: rows, labels=labels)
    (found,) = check_tables(dataset, manifest)
    assert found.code == "verify-schema"
    assert "features" in found.message


def test_other_columns_are_found(dataset, rewritten):
    schema = SCHEMAS["articles"].append(pa.field("extra", pa.int8()))
    manifest = rewritten("articles", "test", lambda rows: [{**r, "extra": 1} for r in rows], schema=schema)
    assert "verify-schema" in {found.code for found in check_tables(dataset, manifest)}


def test_a_large_string_is_another_column(dataset, rewritten):
    schema = SCHEMAS["articles"].set(2, pa.field("text", pa.large_string()))
    manifest = rewritten("articles", "test", lambda rows: rows, schema=schema)
    (found,) = check_tables(dataset, manifest)
    assert found.message.startswith("The columns are not those of articles")


def test_row_groups_must_hold_the_same_articles(dataset, rewritten):
    manifest = rewritten("articles", "train", lambda rows: rows, group_rows=1)
    (found,) = check_tables(dataset, manifest)
    assert found.code == "verify-schema"
    assert "row groups" in found.message


def test_a_file_without_its_two_companions_is_found(dataset, with_manifest):
    def forget(manifest):
        manifest["files"] = [file for file in manifest["files"] if not file["path"].startswith("tokens/test")]

    manifest = with_manifest(dataset, forget)
    (found,) = check_tables(dataset, manifest)
    assert found.code == "verify-schema"


def test_a_damaged_page_is_found_by_its_checksum(dataset):
    """Here the sums of the whole file are not asked: the page's own checksum must tell."""
    path = dataset / "articles" / "train-00000-of-00001.parquet"
    column = pq.read_metadata(path).row_group(0).column(12)
    data = bytearray(path.read_bytes())
    place = column.data_page_offset + column.total_compressed_size - 5
    data[place] ^= 1
    path.write_bytes(data)
    (found,) = check_tables(dataset, read_manifest(dataset))
    assert found.code == "verify-parquet"


def test_text_that_is_no_utf8_is_found(dataset):
    path = dataset / "articles" / "test-00000-of-00001.parquet"
    table = pq.read_table(path)
    names = [name.encode() for name in table.column("source").to_pylist()]
    broken = pa.array([b"\xff\xfe" for _name in names], pa.binary()).view(pa.string())
    table = table.set_column(table.schema.get_field_index("source"), table.schema.field("source"), broken)
    pq.write_table(table, path)
    assert [found.code for found in check_tables(dataset, read_manifest(dataset))] == ["verify-parquet"]


def test_a_sound_dataset_has_no_problems(built):
    assert check_tables(built, read_manifest(built)) == []


def test_signs_that_are_no_part_of_a_token_are_sound():
    """A name that ends in a verse mark at a line's end, and a letter that a virama joins to a space."""
    text = "قرأ السورة \u06dd\nنعم \u094d\u0915 ثم نعم."
    sentences = SpanLayer((0, 13), (12, len(text)), (3, 3))
    article = Article("signs", "", text, "ar")
    entity = EntityLayer((4,), (12,), (0,), (0,), (1.0,))
    document = Document(article, text, OffsetMap(), sentences, (), sentences, entity, ("MISC",), ("gold",))
    articles = articles_table([document], ("MISC",), ("gold",))
    *faults, layers = article_faults(articles, ("MISC",), ("gold",))
    assert faults == []
    assert list(sentence_faults(sentences_table(articles), articles, layers)) == []
    tokens = tokens_table(articles, ("MISC",))
    assert tokens.column("tokens").to_pylist() == [["قرأ", "السورة"], ["نعم", "ثم", "نعم", "."]]
    assert list(token_faults(tokens, layers, ("MISC",))) == []
