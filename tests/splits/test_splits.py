from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.splits import SplitRule, assign, read_ledger, splits_at, write_ledger
from corpus_builder.splits.groups import group_leaders
from corpus_builder.splits.similarity import PERMUTATIONS, signatures

RULE = SplitRule((("train", 0.8), ("validation", 0.1), ("test", 0.1)), "key")
STORY = (
    "أعلنت هيئة الميناء وصول رافعتين جديدتين صباح اليوم بعد رحلة استغرقت ثلاثة أسابيع، وقال المدير إن العمل "
    "سيبدأ الشهر المقبل بطاقة مضاعفة، وإن مئتي عامل تلقوا تدريبا على تشغيلها خلال الصيف الماضي في مركز قريب."
)
COPY = STORY.replace("صباح اليوم", "فجر اليوم").replace("مئتي", "مائتي") + " المصدر: وكالة محلية."
OTHER = (
    "فاز فريق المدينة بكأس الناشئين بعد مباراة طويلة انتهت بركلات الترجيح أمام جمهور كبير ملأ المدرجات كلها."
)


def test_copies_of_a_story_are_one_group_and_other_stories_are_not() -> None:
    assert group_leaders(signatures([OTHER, STORY, COPY]), 0.5).tolist() == [0, 1, 1]


def test_vocalisation_and_spelling_variants_do_not_count() -> None:
    first, second = signatures(
        ["أعلن المدير وصول السفينة إلى الميناء", "اعلنَ المدير وصولَ السفينه الي الميناء"]
    )
    assert np.array_equal(first, second)


def test_signatures_do_not_depend_on_the_batch() -> None:
    long = " ".join(f"كلمة{i} سفينة{i % 7}" for i in range(12_000))
    texts = [STORY, OTHER, "", "كلمة", "كلمة واحدة", COPY, *[STORY * 40, OTHER] * 9, long, "", STORY]
    together = signatures(texts)
    assert together.shape == (len(texts), PERMUTATIONS)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(signatures([text])[0], row)


@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), max_size=12), st.randoms())
def test_groups_do_not_depend_on_the_order_of_rows(marks: list[list[int]], rng: object) -> None:
    """Rows made of two halves: rows that share both halves are alike, whatever stands between them."""
    rows = np.array([[m[0]] * 64 + [m[1] + 10] * 64 for m in marks], np.uint32).reshape(len(marks), 128)
    leaders = group_leaders(rows, 0.9)
    for i, first in enumerate(marks):
        for j, second in enumerate(marks):
            assert (leaders[i] == leaders[j]) == (first == second)


@given(st.lists(st.sampled_from([1, 2, 3, 10]), min_size=1, max_size=4), st.data())
def test_a_point_belongs_to_the_share_it_lies_in(weights: list[int], data: st.DataObject) -> None:
    shares = [weight / sum(weights) for weight in weights]
    edges = [
        int(sum(shares[:number]) * 2**64) + step for number in range(len(shares)) for step in (-3000, 0, 3000)
    ]
    near = st.sampled_from([min(max(edge, 0), 2**64 - 1) for edge in [*edges, 2**64]])
    points = data.draw(st.lists(st.one_of(near, st.integers(0, 2**64 - 1)), max_size=9))
    rule = SplitRule(tuple((str(number), share) for number, share in enumerate(shares)), "key")
    expected = []
    for point in points:
        reached = [number for number in range(len(shares)) if point / 2**64 < sum(shares[: number + 1])]
        expected.append(min(reached, default=len(shares) - 1))
    assert splits_at(np.array(points, np.uint64), rule).tolist() == expected


def assigned(
    ids: list[str], leaders: list[int], ledger: dict[str, str], explicit: dict[int, str] | None = None
) -> tuple[str | None, ...]:
    return assign(ids, leaders, [None] * len(ids), explicit or {}, ledger, RULE).splits


def test_a_group_has_one_split() -> None:
    ids = [f"a{i}" for i in range(200)]
    splits = assigned(ids, [i // 4 * 4 for i in range(200)], {})
    assert all(len({splits[i] for i in range(first, first + 4)}) == 1 for first in range(0, 200, 4))
    assert {"train", "validation", "test"} == set(splits)


def test_shares_come_out() -> None:
    splits = assigned([f"a{i}" for i in range(20_000)], list(range(20_000)), {})
    assert 0.79 < splits.count("train") / 20_000 < 0.81


def test_what_the_ledger_names_never_moves_and_takes_its_group_along() -> None:
    assert assigned(["a", "b", "c"], [0, 0, 0], {"b": "test"}) == ("test", "test", "test")


def test_a_newcomer_between_two_splits_is_left_out() -> None:
    made = assign(["a", "b", "new"], [0, 0, 0], [None] * 3, {}, {"a": "train", "b": "test"}, RULE)
    assert made.splits == ("train", "test", None)
    assert made.conflicts == {2: ("test", "train")}


def test_an_article_may_name_its_split_unless_the_ledger_does() -> None:
    assert assigned(["a", "b"], [0, 0], {}, {1: "test"}) == ("test", "test")
    assert assigned(["a", "b"], [0, 0], {"a": "train"}, {1: "test"}) == ("train", "train")


def test_articles_taken_down_move_nobody() -> None:
    ids = [f"a{i}" for i in range(100)]
    before = dict(zip(ids, assigned(ids, list(range(100)), {}), strict=True))
    rest = ids[::3]
    ledger = {article_id: split for article_id, split in before.items() if split is not None}
    assert assigned(rest, list(range(len(rest))), ledger) == tuple(before[article_id] for article_id in rest)


def test_by_the_calendar() -> None:
    rule = SplitRule(
        RULE.shares, "key", (("train", ""), ("validation", "2026-03-01"), ("test", "2026-04-01"))
    )
    dates = ["2026-01-01", "2026-03-01", "2026-05-05T10:00:00Z", "2026-02-01", "2026-06-01"]
    made = assign(["a", "b", "c", "d", "e"], [0, 1, 2, 3, 3], dates, {}, {}, rule)
    assert made.splits == ("train", "validation", "test", "train", "train")


@pytest.mark.parametrize("name", ["splits.tsv", "splits.parquet"])
def test_the_ledger_comes_back(tmp_path: Path, name: str) -> None:
    ledger = {"b": "test", "a": "train", "ج": "validation"}
    write_ledger(tmp_path / name, ledger)
    assert read_ledger(tmp_path / name, ("train", "validation", "test")) == (ledger, [])


def test_bad_lines_of_the_ledger_are_named(tmp_path: Path) -> None:
    (tmp_path / "splits.tsv").write_text("a\ttrain\nb\tdev\na\ttest\n", encoding="utf-8")
    ledger, problems = read_ledger(tmp_path / "splits.tsv", ("train", "test"))
    assert ledger == {"a": "train"}
    assert [(found.code, found.origin.line) for found in problems] == [
        ("ledger-invalid", 2),
        ("ledger-invalid", 3),
    ]
    (tmp_path / "splits.parquet").write_bytes(b"nonsense")
    assert [found.code for found in read_ledger(tmp_path / "splits.parquet", ("train",))[1]] == [
        "ledger-invalid"
    ]
