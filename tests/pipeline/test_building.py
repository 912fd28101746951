from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus_builder import BuildReport, Config, CorpusError, build
from corpus_builder.config import Splits

CONFIG = Config(annotate=("gold", "patterns", "gazetteer"), name="test-corpus")
PLACES = ("القاهرة", "بغداد", "تونس", "مسقط", "بيروت", "الخرطوم", "دمشق", "الرباط")
VERBS = ("افتتح", "زار", "رمم", "وسع", "درس", "راجع", "بحث", "أعلن")
THINGS = ("مكتبة", "مدرسة", "حديقة", "محطة", "سوقا", "متحفا", "مستشفى", "جسرا")


def article(number: int) -> dict[str, str]:
    rng = random.Random(number)
    sentences = [
        f"{rng.choice(VERBS)} المجلس {rng.choice(THINGS)} في {rng.choice(PLACES)} بكلفة {rng.randint(2, 99)} مليون دولار."
        for _ in range(rng.randint(2, 6))
    ]
    return {
        "id": f"article-{number}",
        "title": f"خبر {number} من {rng.choice(PLACES)}",
        "text": "\n".join(sentences),
    }


def write_jsonl(path: Path, articles: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), encoding="utf-8")


def digest(folder: Path) -> str:
    """One SHA-256 over names and bytes of all files."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(folder).as_posix().encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def rows(folder: Path, config: str = "articles") -> list[dict[str, object]]:
    return [
        row for path in sorted((folder / config).glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "raw" / "articles.jsonl", [article(number) for number in range(60)])
    return tmp_path / "raw"


def built(raw: Path, out: Path, config: Config = CONFIG, **options: object) -> BuildReport:
    return build([raw], out, config._replace(root=raw.parent), **options)  # type: ignore[arg-type]


def test_what_comes_out_is_what_went_in(raw: Path, tmp_path: Path) -> None:
    report = built(raw, tmp_path / "out")
    assert (report.read, report.kept, report.rejected) == (60, 60, {})
    assert {row["article_id"] for row in rows(tmp_path / "out")} == {
        f"article-{number}" for number in range(60)
    }
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["counts"] == {"read": 60, "kept": 60, "rejected": 0}
    assert sum(manifest["splits"].values()) == 60
    assert (
        len(rows(tmp_path / "out", "tokens")) == len(rows(tmp_path / "out", "sentences")) == report.sentences
    )


def test_one_or_two_workers_any_order_any_place_give_the_same_bytes(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "one" / "out")
    expected = digest(tmp_path / "one" / "out")
    built(raw, tmp_path / "two" / "out", workers=2)
    assert digest(tmp_path / "two" / "out") == expected
    script = (
        "import sys\nfrom pathlib import Path\nfrom dataclasses import replace\nfrom corpus_builder import build, Config\n"
        "c = Config(annotate=('gold', 'patterns', 'gazetteer'), name='test-corpus', root=Path(sys.argv[1]))\n"
        "build([Path(sys.argv[1]) / 'raw'], sys.argv[2], c)\n"
    )
    for number, environment in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Baghdad"},
            {"PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "America/Lima"},
        )
    ):
        out = tmp_path / f"environment-{number}"
        out.mkdir()
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path), str(out / "out")],
            env={**os.environ, **environment},
            check=True,
        )
        assert digest(out / "out") == expected


def test_the_same_articles_in_other_files_give_the_same_tables(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "out")
    shuffled = [article(number) for number in range(60)]
    random.Random(5).shuffle(shuffled)
    other = tmp_path / "other" / "raw"
    write_jsonl(other / "b.jsonl", shuffled[:20])
    write_jsonl(other / "a.jsonl", shuffled[20:])
    built(other, tmp_path / "other" / "out")
    for config in ("articles", "sentences", "tokens"):
        assert digest(tmp_path / "out" / config) == digest(tmp_path / "other" / "out" / config)


def test_a_rebuild_reuses_what_did_not_change_and_equals_a_fresh_build(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "out")
    changed = [article(number) for number in range(60)]
    changed[7]["text"] = "نص جديد عن القاهرة."
    write_jsonl(raw / "articles.jsonl", changed)
    report = built(raw, tmp_path / "out")
    assert report.reused == 59
    built(raw, tmp_path / "fresh" / "out")
    assert digest(tmp_path / "out") == digest(tmp_path / "fresh" / "out")
    assert built(raw, tmp_path / "out").reused == 60


def test_a_damaged_shard_is_made_again(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "out")
    expected = digest(tmp_path / "out")
    (shard,) = (tmp_path / ".out.work").glob("shard-*.arrow")
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    (tmp_path / ".out.work" / "published.json").unlink()
    assert built(raw, tmp_path / "out").reused == 0
    assert digest(tmp_path / "out") == expected


def test_a_bad_record_costs_itself_alone_and_is_listed(raw: Path, tmp_path: Path) -> None:
    with (raw / "articles.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "broken", "text": \n')
        file.write('{"id": "blank", "title": "عنوان", "text": "  "}\n')
        file.write(json.dumps({**article(3), "id": "ARTICLE-3"}, ensure_ascii=False) + "\n")
        file.write(json.dumps({**article(3), "text": "نص آخر."}, ensure_ascii=False) + "\n")
    report = built(raw, tmp_path / "out")
    assert (report.read, report.kept) == (64, 60)
    assert sum(report.rejected.values()) == 4
    listed = [
        json.loads(line)
        for line in (tmp_path / "out.rejects.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    codes = sorted(found["code"] for record in listed for found in record["problems"])
    # Which of the three articles came first is for the published order to say, not for the file's.
    assert codes[0] == "id-collision"
    assert codes[1] in ("id-collision", "id-duplicate")
    assert codes[2:] == ["json-invalid", "text-empty"]
    assert {record["line"] for record in listed} <= {4, 61, 62, 63, 64}
    assert report.published


def test_strict_publishes_nothing_when_an_article_is_left_out(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "out")
    before = digest(tmp_path / "out")
    with (raw / "articles.jsonl").open("a", encoding="utf-8") as file:
        file.write("not json\n")
    report = built(raw, tmp_path / "out", strict=True)
    assert not report.published
    assert digest(tmp_path / "out") == before


def test_nothing_kept_publishes_nothing(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "raw" / "articles.jsonl", [{"id": "a", "text": " "}])
    report = built(tmp_path / "raw", tmp_path / "out")
    assert not report.published
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_ours_is_never_touched(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("precious")
    with pytest.raises(CorpusError, match="did not write"):
        built(raw, tmp_path / "out")
    built(raw, tmp_path / "ours")
    (tmp_path / "ours" / "notes.txt").write_text("mine")
    with pytest.raises(CorpusError, match="did not write"):
        built(raw, tmp_path / "ours")
    assert (tmp_path / "ours" / "notes.txt").read_text() == "mine"
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match="is no folder"):
        built(raw, tmp_path / "file")


def test_a_missing_input_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        built(tmp_path / "nowhere", tmp_path / "out")


def test_near_duplicates_share_a_split_and_the_ledger_holds(tmp_path: Path) -> None:
    story = " ".join(f"كلمة{number} {PLACES[number % 8]}" for number in range(80)) + "."
    articles = [{"id": f"copy-{n}", "title": "خبر", "text": f"{story} خاتمة {n}."} for n in range(12)]
    write_jsonl(tmp_path / "raw" / "a.jsonl", articles)
    built(tmp_path / "raw", tmp_path / "out")
    assert len(list((tmp_path / "out" / "articles").iterdir())) == 1
    (tmp_path / "splits.tsv").write_text("copy-1\ttrain\ncopy-2\ttest\n", encoding="utf-8")
    report = built(tmp_path / "raw", tmp_path / "out", CONFIG._replace(splits=Splits(key="other")))
    assert report.splits == {"train": 1, "test": 1}
    assert report.rejected == {"split-conflict": 10}


def test_gold_only_keeps_articles_with_gold(raw: Path, tmp_path: Path) -> None:
    text = "زار الوفد القاهرة."
    start = text.index("القاهرة")
    annotation = {
        "article_id": "gold",
        "fields": {"text": {"sha256": sha256(text.encode()).hexdigest()}},
        "complete": {"layers": ["entities"]},
        "entities": [{"field": "text", "start": start, "end": start + 7, "label": "LOC", "text": "القاهرة"}],
    }
    (raw / "gold.json").write_text(
        json.dumps({"id": "gold", "title": "زيارة", "text": text}), encoding="utf-8"
    )
    (raw / "gold.ann.json").write_text(json.dumps(annotation), encoding="utf-8")
    report = built(raw, tmp_path / "out", gold_only=True)
    assert (report.kept, report.rejected) == (1, {"gold-missing": 60})
    assert [(row["annotation"], len(row["entities"])) for row in rows(tmp_path / "out")] == [("gold", 1)]  # type: ignore[arg-type]


def test_leftovers_of_a_killed_build_do_not_matter(raw: Path, tmp_path: Path) -> None:
    built(raw, tmp_path / "out")
    expected = digest(tmp_path / "out")
    work = tmp_path / ".out.work"
    shutil.copytree(tmp_path / "out", work / "staging-0" / "new")
    (work / "shard-000099.arrow").write_bytes(b"old")
    (work / ".shard-000000.arrow.new").write_bytes(b"torn")
    (work / "shard-000000.inflight").write_bytes(b"{}")
    before = {path.name for path in work.glob("shard-000000.*") if path.suffix != ".inflight"}
    (work / "published.json").unlink()
    built(raw, tmp_path / "out")
    assert digest(tmp_path / "out") == expected
    assert {path.name for path in work.iterdir()} == {"lock", "published.json", *before}


def test_the_manifest_names_every_file_that_was_read(raw: Path, tmp_path: Path) -> None:
    (raw / "plain.txt").write_text("عنوان\n\nنص قصير عن القاهرة.\n", encoding="utf-8")
    (raw / "plain.meta.toml").write_text('published = "2026-01-02"\n', encoding="utf-8")
    built(raw, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["inputs"]] == [
        "raw/articles.jsonl",
        "raw/plain.meta.toml",
        "raw/plain.txt",
    ]
