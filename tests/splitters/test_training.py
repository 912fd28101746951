"""Reading gold sentences, gluing them into documents, counting boundaries, fitting the weights."""

from __future__ import annotations

import json
from pathlib import Path

from corpus_builder.splitters.training import GoldDocument, boundary_counts, glue, main, read_gold, train

MARKED = """+++
id = "x"
+++
فتح ⟦LOC ⟦ORG ميناء⟧ صور⟧

⟨drop⟩شارك الخبر
⟨dateline⟩صور –⟨/⟩ فتح الميناء أبوابه.‖ وعاد البحارة⟨+⟩
إلى العمل.
⟨heading⟩أرقام⟨U+200F⟩
"""


def test_a_marked_article_is_read_without_its_marks(tmp_path: Path) -> None:
    (tmp_path / "x.marked.txt").write_text(MARKED, encoding="utf-8")
    (document,) = read_gold(tmp_path)
    assert document.blocks == (
        ("فتح ميناء صور",),
        ("صور – فتح الميناء أبوابه.", "وعاد البحارة إلى العمل."),
        ("أرقام",),
    )


def test_of_a_folder_only_the_articles_asked_for_are_read(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / f"{name}.marked.txt").write_text(MARKED, encoding="utf-8")
    assert [document.name for document in read_gold(tmp_path, {"y"})] == ["y.marked.txt"]


def test_columns_and_lines_are_read_headline_first(tmp_path: Path) -> None:
    table, lines = tmp_path / "gold.tsv", tmp_path / "gold.txt"
    table.write_text("a\tعنوان\na\tجملة.\nb\tآخر\n", encoding="utf-8")
    lines.write_text("عنوان\nجملة.\n\n\nآخر\n", encoding="utf-8")
    for path in (table, lines):
        assert [document.blocks for document in read_gold(path)] == [(("عنوان",), ("جملة.",)), (("آخر",),)]


def test_gluing_keeps_the_ends() -> None:
    document = GoldDocument("x", (("عنوان",), ("أولى.", "ثانية.")))
    assert glue(document, "\n") == ("عنوان\nأولى. ثانية.", [5, 11, 18])
    assert glue(document, " ")[0] == "عنوان أولى. ثانية."


def test_a_boundary_on_either_side_of_a_space_is_the_same_and_the_last_is_not_counted() -> None:
    assert boundary_counts("أ. ب. ج.", [2, 5, 8], [3, 8]) == (1, 0, 1)
    assert boundary_counts("أ. ب. ج.", [8], [1, 2]) == (0, 2, 0)


def test_training_finds_the_break_it_was_shown_and_repeats_itself(tmp_path: Path) -> None:
    names = ["سامر", "كريم", "ليلى", "هدى", "منى", "زياد"]
    documents = [
        GoldDocument(
            name, ((f"نجاح {name} في السباق الكبير",), (f"قال {name} إن السباق كان صعبا جدا.", "وعاد."))
        )
        for name in names
    ]
    weights = train(documents, strength=1.0)
    assert weights["N=قال"] > 0.2
    assert weights == train(documents, strength=1.0)
    gold = tmp_path / "gold.txt"
    gold.write_text("\n\n".join("\n".join(glue(d, "\n")[0].split("\n")) for d in documents), encoding="utf-8")
    main([str(gold), "--out", str(tmp_path / "weights.json")])
    assert json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))["license"] == "CC-BY-SA-4.0"


def test_articles_outside_the_train_split_train_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in ("x", "y", "z"):
        body = f"نجاح {name} في سباق الميناء الكبير\nقال {name} إن السباق كان صعبا جدا.‖ وعاد مساء.\n"
        (folder / f"{name}.marked.txt").write_text(f"+++\nid = 1\n+++\n{body}", encoding="utf-8")
    ledger, out = tmp_path / "splits.tsv", tmp_path / "weights.json"
    made = []
    for held_out in ("validation", "train"):
        ledger.write_text(f"x\ttrain\ny\ttrain\nz\t{held_out}\n", encoding="utf-8")
        main([str(folder), "--splits", str(ledger), "--out", str(out)])
        made.append(out.read_text(encoding="utf-8"))
    (folder / "z.marked.txt").unlink()
    main([str(folder), "--out", str(out)])
    assert made[0] == out.read_text(encoding="utf-8") != made[1]
