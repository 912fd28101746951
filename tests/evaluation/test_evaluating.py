import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_builder import Config, CorpusError
from corpus_builder.evaluation import evaluate_paths
from corpus_builder.evaluation.cases import Case, GoldText, Labelled
from corpus_builder.evaluation.evaluating import ParticleFigures, particle_figures
from corpus_builder.evaluation.matching import Figures, mistakes
from corpus_builder.evaluation.reading import gold_text, seen
from corpus_builder.evaluation.reports import (
    boundary_mistakes,
    context,
    evaluation_record,
    evaluation_table,
    worst,
)
from corpus_builder.model import Article, Gold, GoldSpan

CASES = Path(__file__).parents[1] / "cases" / "evaluation"
LISTED = ("listed_names:find",)


@pytest.fixture(autouse=True)
def _plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(CASES)


def strict(name: str, **options) -> dict[str, Figures]:
    found, _problems = evaluate_paths([CASES / name], Config(), annotators=LISTED, **options)
    return {label: figures.strict for label, figures in found.entities["outermost"].labels.items()}


def test_a_span_without_the_token_s_particles_and_marks_is_right() -> None:
    assert strict("flat.txt") == {
        "PER": Figures(1, 2, 1),  # قال is cut out of قالت, which no rule makes good
        "LOC": Figures(3, 2, 2),  # وبغداد and ولبغداد; حلب got another label
        "ORG": Figures(1, 2, 1),  # رويترز) without its bracket; حلب is a place there
    }


def test_labels_that_the_file_has_not_are_no_mistakes() -> None:
    assert "MISC" not in strict("flat.txt")


def test_nested_columns_have_both_views() -> None:
    found, _problems = evaluate_paths([CASES / "nested.txt"], Config(), annotators=LISTED)
    assert found.entities["outermost"].labels["ORG"].strict == Figures(2, 1, 0)
    assert found.entities["nested"].labels["LOC"].strict == Figures(2, 1, 1)
    assert found.entities["nested"].overall.strict == Figures(5, 2, 1)


def test_flat_gold_has_one_view() -> None:
    found, _problems = evaluate_paths([CASES / "flat.txt"], Config(), annotators=LISTED)
    assert list(found.entities) == ["outermost"]
    assert found.sentences == {}
    assert found.particles is None


def test_articles_go_through_the_pipeline_without_their_gold() -> None:
    found, problems = evaluate_paths([CASES / "articles"], Config(), annotators=LISTED)
    assert [problem.code for problem in problems] == ["gold-absent"]
    outer, nested = found.entities["outermost"], found.entities["nested"]
    assert {
        name: label.strict
        for name, label in outer.labels.items()
        if label.strict.gold or label.strict.predicted
    } == {
        "PER": Figures(2, 2, 2),
        "ORG": Figures(1, 1, 0),
        "LOC": Figures(2, 1, 0),
    }
    assert nested.labels["LOC"].strict == Figures(3, 1, 1)
    kinds = [(m.kind, m.gold and m.gold.label, m.predicted and m.predicted.label) for m in outer.mistakes]
    assert kinds == [
        ("wrong label", "LOC", "ORG"),
        ("wrong label and boundary", "ORG", "LOC"),
        ("missed", "LOC", None),
    ]
    assert found.sentences["as written"].every == Figures(2, 2, 2)
    assert found.particles == ParticleFigures(carrying=1, found=0, right=0, spoilt=0)
    assert found.calibration == pytest.approx(0.9 - 3 / 4)


def test_the_gold_annotator_never_takes_part() -> None:
    found, _problems = evaluate_paths([CASES / "articles"], Config(), annotators=("gold", *LISTED))
    assert found.annotators == LISTED
    assert found.entities["outermost"].overall.strict.right == 2


@pytest.mark.parametrize("layer", ["entities", "sentences", "both"])
def test_layers_may_be_measured_alone(layer: str) -> None:
    found, _problems = evaluate_paths([CASES / "articles"], Config(), annotators=LISTED, layer=layer)
    assert bool(found.entities) == (layer != "sentences")
    assert bool(found.sentences) == (layer != "entities")


def test_a_folder_may_hold_every_form(tmp_path: Path) -> None:
    for name in ("flat.txt", "sentences.tsv", "articles/one.marked.txt"):
        (tmp_path / Path(name).name).write_bytes((CASES / name).read_bytes())
    found, problems = evaluate_paths([tmp_path], Config(), annotators=LISTED)
    assert not [problem for problem in problems if problem.level == "error"]
    assert sorted(case.gold.name for case in found.cases) == ["a.1", "a.1", "b-2", "b-2", "flat.txt:1", "one"]
    assert list(found.sentences) == ["headline and paragraphs", "spaces only", "as written"]


def test_a_place_with_no_gold_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no gold to measure"):
        evaluate_paths([tmp_path], Config())
    with pytest.raises(CorpusError, match="not there"):
        evaluate_paths([tmp_path / "nowhere"], Config())


def test_an_unknown_annotator_is_wrong_use() -> None:
    with pytest.raises(CorpusError, match="'nobody'"):
        evaluate_paths([CASES / "flat.txt"], Config(), annotators=("nobody",))


def test_the_record_is_plain_data_that_says_what_the_table_says() -> None:
    found, _problems = evaluate_paths([CASES / "articles"], Config(), annotators=LISTED)
    record = json.loads(json.dumps(evaluation_record(found)))
    outer = record["entities"]["outermost"]
    assert outer["micro"]["strict"] == {
        "gold": 5,
        "predicted": 4,
        "right": 2,
        "precision": 0.5,
        "recall": 0.4,
        "f1": 0.4444,
    }
    assert outer["mistakes"]["wrong label"] == 1
    [wrong] = [one for one in outer["examples"] if one["kind"] == "wrong label"]
    assert wrong["gold"]["text"] == wrong["predicted"]["text"] == "حلب"
    assert "[[حلب]]" in wrong["context"]
    table = evaluation_table(found)
    assert next(line.split()[1:7] for line in table.splitlines() if line.startswith("micro")) == [
        "5",
        "4",
        "2",
        "50.00",
        "40.00",
        "44.44",
    ]
    assert "LOC→ORG 1" in table
    assert "examples" not in evaluation_table(found, 0)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "corpus_builder", "evaluate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=CASES)


def test_the_verb_prints_a_table_and_warns_of_articles_without_gold() -> None:
    done = run("--gold", "articles", "flat.txt", "--annotator", *LISTED, "--examples", "0")
    assert done.returncode == 0, done.stderr
    assert "entities, outermost" in done.stdout
    assert "gold-absent" in done.stderr


def test_the_verb_writes_json_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    options = ("--annotator", *LISTED, "--format", "json", "--out", str(out), "--rename", "GPE=ORG", "OCC=")
    assert run("--gold", "nested.txt", *options).returncode == 0
    assert list(json.loads(out.read_bytes())["entities"]["nested"]["labels"]) == ["ORG", "DATE"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--gold", "nowhere"),
        ("--gold", "flat.txt", "--rename", "GPE"),
        ("--gold", "flat.txt", "--examples", "-1"),
    ],
)
def test_wrong_use_is_one_clear_line(wrong) -> None:
    done = run(*wrong)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_missing_library_is_a_clear_line() -> None:
    script = (
        "import importlib.util, sys\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'nervaluate' else found(name, *rest)\n"
        "from corpus_builder.cli import main\n"
        "sys.exit(main(['evaluate', '--gold', 'flat.txt', '--annotator', 'patterns']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=CASES
    )
    assert done.returncode == 2
    assert (
        done.stderr == "corpus-builder: nervaluate is not installed: pip install 'corpus-builder[evaluate]'\n"
    )


def with_names(
    gold: list[tuple[int, int]], predicted: list[tuple[int, int]], text: str = "زار وحلب ثم باريس وفاس"
) -> Case:
    entities = tuple(Labelled(*span, "LOC") for span in gold)
    return Case(
        GoldText("a", text, entities=entities), (), tuple(Labelled(*span, "LOC") for span in predicted)
    )


@pytest.mark.parametrize(
    ("predicted", "figures"),
    [
        ([(5, 8), (12, 17), (19, 22)], ParticleFigures(2, 2, 2, 0)),
        ([(4, 8), (12, 17), (19, 22)], ParticleFigures(2, 2, 1, 0)),
        ([(5, 8), (13, 17), (19, 22)], ParticleFigures(2, 2, 2, 1)),
        ([(12, 17)], ParticleFigures(2, 0, 0, 0)),
        ([(0, 8), (6, 8), (12, 17), (12, 22)], ParticleFigures(2, 1, 0, 0)),
    ],
)
def test_particles_are_judged_on_names_that_were_found(predicted, figures) -> None:
    assert particle_figures([with_names([(5, 8), (12, 17), (19, 22)], predicted)]) == figures


def test_the_worst_examples_stand_together_and_the_surest_come_first() -> None:
    text = "x" * 400
    spans = [(300, 302, 0.5), (0, 2, 0.2), (10, 12, 0.9), (20, 22, 0.4), (200, 202, 0.99)]
    predicted = tuple(Labelled(start, end, "LOC", score) for start, end, score in spans)
    case = Case(GoldText("a", text, entities=(), labels=frozenset({"LOC"})), (), predicted)
    found = worst(list(mistakes([case], nested=False)))
    assert [mistake.start for mistake in found] == [10, 20, 0, 200, 300]


def test_boundaries_that_only_one_side_has_are_listed() -> None:
    case = Case(
        GoldText("a", "نعم. لا. ثم", sentences=((0, 4), (5, 8), (9, 11))), ((0, 8), (9, 10), (10, 11)), ()
    )
    assert [(place, kind) for _case, place, kind in boundary_mistakes([case])] == [
        (4, "missed"),
        (10, "spurious"),
    ]


def test_context_shows_what_cannot_be_seen() -> None:
    case = Case(GoldText("a", "قال\n\u200fسامي\u202e نعم"), (), ())
    assert context(case, 5, 9) == "قال <U+200F>[[سامي]]<U+202E> نعم"


def test_gold_counts_for_the_labels_it_is_complete_for() -> None:
    spans = tuple(
        GoldSpan(start, end, "text", label, "") for start, end, label in ((0, 4, "PER"), (5, 8, "LOC"))
    )
    article = Article(
        "a", "خبر", "سامي حلب", "ar", gold=Gold(entities=spans, complete_labels=frozenset({"PER"}))
    )
    gold = gold_text(article)
    assert [span.key for span in gold.entities] == [(5, 9, "PER")]
    assert gold.labels == {"PER"}
    assert gold.sentences is None


def test_invisible_characters_at_the_ends_of_a_span_do_not_count() -> None:
    assert seen("\u200f سامي\u200e\u00a0", 0, 8) == (2, 6)
    assert seen("\u200f", 0, 1) == (1, 1)
