from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.config import Config, parse_config
from corpus_builder.model import Article, Origin, Rejected
from corpus_builder.readers.annotations import RawAnnotation
from corpus_builder.readers.units import RawRecord
from corpus_builder.records import article_of, articles_of, id_key, once_per_file

CASES = Path(__file__).parent / "cases" / "records"
ORIGIN = Origin("raw/a.jsonl", 3, 1)
FOREIGN = parse_config((CASES / "foreign.toml").read_text(encoding="utf-8"), Path("corpus.toml"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def raw_json(value: object) -> RawRecord:
    return RawRecord(ORIGIN, "json", json.dumps(value).encode())


def text_of(payload: str, name: str = "news", sidecar: str = "", sidecar_name: str = "") -> Any:
    raw = RawRecord(
        Origin("raw/news.txt", 1, 1), "text", payload.encode(), name, sidecar.encode(), b"", sidecar_name
    )
    return article_of(raw, Config())


def kept(made: Any) -> Article:
    assert not isinstance(made, Rejected), made
    article: Article = made[0]
    return article


def codes(made: Any) -> list[str]:
    return [found.code for found in (made.problems if isinstance(made, Rejected) else made[1])]


@pytest.mark.parametrize(
    ("payload", "title", "text"),
    [
        ("عنوان\n\nنص\nآخر\n", "عنوان", "نص\nآخر\n"),
        ("عنوان\r\n\r\nنص", "عنوان", "نص"),
        ("عنوان\r\rنص", "عنوان", "نص"),
        ("عنوان\n \t\u00a0\nنص", "عنوان", "نص"),
        ("\n\n عنوان\n\n\nنص", " عنوان", "\nنص"),
        ("عنوان\nنص", "", "عنوان\nنص"),
        ("عنوان", "", "عنوان"),
        ("عنوان\n", "", "عنوان\n"),
        ("عنوان\n\n", "", "عنوان\n\n"),
        ("عنوان\n\n \n", "", "عنوان\n\n \n"),
        ("سطر\u2028\u2028نص", "", "سطر\u2028\u2028نص"),
    ],
)
def test_the_first_line_is_the_title_where_a_blank_line_and_text_follow(
    payload: str, title: str, text: str
) -> None:
    article = kept(text_of(payload))
    assert (article.title, article.text) == (title, text)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("news-1", True), ("a" * 200, True), ("خبر", False), ("a b", False), (".x", False), ("a" * 201, False)],
)
def test_a_text_is_called_after_its_file(name: str, safe: bool) -> None:
    article = kept(text_of("نص", name))
    assert (article.id == name) is safe
    assert article.id == kept(text_of("غيره", name)).id
    assert not codes(article_of(raw_json({"id": article.id, "text": "x"}), Config()))


def test_sidecars_give_metadata() -> None:
    toml = 'id = "x"\ntitle = "عنوان"\npublished = 2026-03-14\nsource = "desk"\n'
    article = kept(text_of("سطر\n\nنص", sidecar=toml, sidecar_name="raw/news.meta.toml"))
    assert (article.id, article.title, article.text) == ("x", "عنوان", "سطر\n\nنص")
    assert (article.published, article.source) == ("2026-03-14", "desk")
    article = kept(text_of("نص", sidecar='\ufeff{"url": "https://x"}', sidecar_name="raw/news.meta.json"))
    assert (article.id, article.url) == ("news", "https://x")
    assert codes(text_of("نص", sidecar='{"text": "x"}', sidecar_name="a.meta.json")) == ["metadata-invalid"]
    assert codes(text_of("نص", sidecar="x = nan\ny = [", sidecar_name="a.meta.toml")) == ["metadata-invalid"]
    assert codes(text_of("نص", sidecar="licence = 'x'", sidecar_name="a.meta.toml")) == ["schema-violation"]


def test_null_counts_as_absent_and_defaults_fill_in() -> None:
    config = parse_config(
        'language = "ar-EG"\n[source]\nsource = "desk"\nlicense = "CC0-1.0"\n', Path("corpus.toml")
    )
    bare: dict[str, Any] = {"id": "a", "text": "نص"}
    empty = {**bare, **dict.fromkeys(("title", "language", "published", "source", "url", "license", "split"))}
    article = kept(article_of(raw_json(empty), config))
    assert article == kept(article_of(raw_json(bare), config))
    assert (article.title, article.language, article.source, article.license) == (
        "",
        "ar-EG",
        "desk",
        "CC0-1.0",
    )
    assert article.origin == ORIGIN
    own = kept(article_of(raw_json({**bare, "source": "own", "language": "en"}), config))
    assert (own.source, own.license, own.language) == ("own", "CC0-1.0", "en")


def test_foreign_records_are_mapped() -> None:
    record = {
        "content": "نص",
        "when": "10/08/2015 18:52",
        "where": "3alyoum",
        "n": 17,
        "head": "",
        "mood": "x",
    }
    made = article_of(raw_json(record), FOREIGN)
    article = kept(made)
    assert (article.id, article.published, article.source) == ("17", "2015-08-10T18:52:00", "عين اليوم")
    assert (article.license, article.title) == ("CC-BY-4.0", "")
    assert codes(made) == ["field-ignored"]
    assert codes(article_of(raw_json({**record, "when": "أمس"}), FOREIGN)) == [
        "date-unreadable",
        "field-ignored",
    ]
    assert codes(article_of(raw_json({"n": 1}), FOREIGN)) == ["field-missing"]
    assert codes(article_of(raw_json({"n": 1, "content": ""}), FOREIGN)) == ["text-empty"]
    assert codes(article_of(raw_json({"n": "../x", "content": "x"}), FOREIGN)) == ["id-unsafe"]


def test_an_id_can_be_made_of_other_fields() -> None:
    config = parse_config('[read]\nid_from = ["url", "title"]\n', Path("corpus.toml"))
    record = {"text": "نص", "url": "https://x", "title": "عنوان"}
    article = kept(article_of(raw_json(record), config))
    assert len(article.id) == 20
    assert kept(article_of(raw_json({**record, "text": "غيره"}), config)).id == article.id
    assert kept(article_of(raw_json({**record, "title": "غيره"}), config)).id != article.id
    assert kept(article_of(raw_json({**record, "id": "own"}), config)).id == "own"
    assert codes(article_of(raw_json({"text": "نص"}), config)) == ["field-missing"]
    assert codes(article_of(raw_json(record), Config())) == ["schema-violation"]


def test_faults_of_a_mapped_record_stand_where_the_foreign_field_does() -> None:
    raw = RawRecord(ORIGIN, "json", b'{"n": 1,  "content": "x", "link": "nowhere"}')
    (found,) = article_of(raw, FOREIGN).problems  # type: ignore[union-attr]
    assert (found.code, found.origin.line, found.origin.column) == ("schema-violation", 3, 35)


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x0b", "\x0c", "\x1a", "\x7f", "\x80", "\x9f", "\x85", "\u2028", "\u2029"]
)
@pytest.mark.parametrize("field", ["title", "text"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_odd_characters_are_noted_however_they_are_written(
    character: str, field: str, ascii_only: bool
) -> None:
    record = {"id": "a", "title": "عنوان", "text": "نص «مقتبس» – آخر", field: f"نص{character}آخر"}
    payload = json.dumps(record, ensure_ascii=ascii_only).encode()
    expected = "text-line-separator" if character in "\x85\u2028\u2029" else "text-control"
    assert codes(article_of(RawRecord(ORIGIN, "json", payload), Config())) == [expected]


def test_ordinary_characters_are_not_noted() -> None:
    text = "نص «مقتبس» – “آخر”…\u00a0\u200f\u200d\t\r\n😀"
    for ascii_only in (True, False):
        payload = json.dumps({"id": "a", "text": text}, ensure_ascii=ascii_only).encode()
        assert codes(article_of(RawRecord(ORIGIN, "json", payload), Config())) == []


@given(st.binary(max_size=60) | JSON.map(orjson.dumps))
def test_whatever_comes_in_is_kept_or_rejected_with_a_reason(payload: bytes) -> None:
    for config in (Config(), FOREIGN):
        for form in ("json", "text", "marked"):
            made = article_of(RawRecord(ORIGIN, form, payload, "name"), config)
            assert made.problems if isinstance(made, Rejected) else made[0].text.strip()


@given(
    st.fixed_dictionaries(
        {"id": st.just("a"), "text": st.text(min_size=1)}, optional={"title": st.text(), "source": JSON}
    )
)
def test_text_is_taken_over_as_it_is(record: dict[str, Any]) -> None:
    made = article_of(RawRecord(ORIGIN, "json", orjson.dumps(record)), Config())
    if not isinstance(made, Rejected):
        assert (made[0].title, made[0].text) == (record.get("title", ""), record["text"])
    else:
        assert codes(made) in (["text-empty"], ["schema-violation"])


def test_a_batch_is_its_records_one_by_one() -> None:
    lines = (CASES / "batch.jsonl").read_bytes().splitlines()
    batch: list[RawRecord | Rejected] = [
        RawRecord(Origin("b", n, 1), "json", line) for n, line in enumerate(lines, 1)
    ]
    rejected = Rejected((), Origin("x"))
    made = articles_of([*batch, rejected], Config())
    assert made == [*(article_of(raw, Config()) for raw in batch if isinstance(raw, RawRecord)), rejected]
    assert [isinstance(found, Rejected) for found in made] == [False, True, False, True, True, True]


def test_annotations_are_found_by_id_or_beside_the_article() -> None:
    annotation = (CASES / "annotation.json").read_bytes()
    raw = RawRecord(Origin("a", 1, 1), "json", (CASES / "annotated.json").read_bytes().strip())
    alone = {"news": RawAnnotation(annotation, Origin("x.ann.json", 1, 1))}
    beside = RawRecord(raw.origin, "json", raw.payload, "news", b"", annotation, "", "news.ann.json")
    gold = kept(article_of(raw, Config(), alone)).gold
    assert gold is not None
    assert gold.origin == Origin("x.ann.json", 1, 1)
    assert [(e.value, e.text, e.start) for e in gold.entities] == [
        ("ORG", "بنك لبنان", 4),
        ("LOC", "لبنان", 8),
    ]
    assert gold.complete_labels == {"ORG", "LOC"}
    assert gold.complete_layers == {"sentences"}
    assert gold.annotator == "first"
    near = kept(article_of(beside, Config())).gold
    assert near is not None
    assert near.entities == gold.entities
    assert codes(article_of(beside, Config(), alone)) == ["annotation-duplicate"]
    assert kept(article_of(raw, Config(), {"other": alone["news"]})).gold is None


@given(st.text(max_size=12))
def test_keys_of_ids_forget_case_and_composition(text: str) -> None:
    assert id_key(text.upper().lower()) == id_key(text.lower().upper().lower())
    assert id_key(unicodedata.normalize("NFD", text)) == id_key(unicodedata.normalize("NFC", text))
    assert id_key("A-1") == id_key("a-1") != id_key("a-2")


def test_notes_are_given_once_per_file_and_everything_else_each_time() -> None:
    made = [article_of(raw_json({"content": "x", "n": n, "mood": 1}), FOREIGN) for n in range(3)]
    notes = [note for found in made for note in (found[1] if not isinstance(found, Rejected) else [])]
    seen: set[tuple[str, str, str]] = set()
    assert len(notes) == 3
    assert len(once_per_file(notes[:2], seen)) == 1
    assert once_per_file(notes[2:], seen) == []
    bad = article_of(raw_json({"n": 1}), FOREIGN).problems  # type: ignore[union-attr]
    assert len(once_per_file([*bad, *bad], seen)) == 2
