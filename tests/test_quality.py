"""The shipped annotators on gold that nothing was trained or tuned on: no figure may fall below its floor."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import pytest

from corpus_builder import Config
from corpus_builder.evaluation import Evaluation, evaluate_paths

GOLD = Path(__file__).parent / "gold"
FLOORS = tomllib.loads(
    (Path(__file__).parent / "cases" / "quality" / "floors.toml").read_text(encoding="utf-8")
)
FIGURES = [
    (table, view, name)
    for table in ("sentences", "entities")
    for view, floors in FLOORS[table].items()
    for name in floors
]


def digest() -> str:
    """SHA-256 of the names and bytes of all gold articles."""
    whole = hashlib.sha256()
    for path in sorted(GOLD.glob("*.marked.txt")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


@cache
def measured() -> Evaluation:
    found, problems = evaluate_paths([GOLD], Config())
    assert problems == []
    return found


def test_the_floors_were_measured_on_this_gold() -> None:
    assert digest() == FLOORS["gold_sha256"]


def test_the_gold_is_large_enough_to_tell() -> None:
    report = measured()
    assert report.entities["nested"].overall.strict.gold >= 600
    assert sum(len(case.gold.sentences) for case in report.cases) >= 250


def test_every_label_has_a_floor() -> None:
    assert {*FLOORS["entities"]["outermost"]} == {*Config().labels, "micro"}


@pytest.mark.parametrize(("table", "view", "name"), FIGURES, ids=["-".join(figure) for figure in FIGURES])
def test_no_figure_is_below_its_floor(table: str, view: str, name: str) -> None:
    floor = FLOORS[table][view][name]
    if table == "sentences":
        figures = measured().sentences["as written"]
        found = (figures.every if name == "every" else figures.inner).f1
    else:
        report = measured().entities[view]
        found = (report.overall if name == "micro" else report.labels[name]).strict.f1
    assert 100 * found >= floor, f"{table} {view} {name}: F1 {100 * found:.2f} fell below its floor {floor}"
