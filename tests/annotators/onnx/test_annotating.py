import json
import math
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from corpus_builder import Config, CorpusError, annotate, annotate_many
from corpus_builder.annotators.onnx import component_name, onnx_annotator
from corpus_builder.annotators.onnx.files import model_files
from corpus_builder.annotators.onnx.model import classify, load_model
from corpus_builder.config import Onnx

CASES = Path(__file__).parents[2] / "cases" / "annotators" / "onnx"
SCHEMES = [json.loads(line) for line in (CASES / "schemes.jsonl").read_text(encoding="utf-8").splitlines()]
LONG = 700


def with_model(folder: Path | str, revision: str | None = None) -> Config:
    return Config(annotate=("onnx",), onnx=Onnx(str(folder), revision))


def names(text: str, config: Config, language: str = "ar") -> list[tuple[str, str]]:
    return [(found.label, found.text) for found in annotate(text, language=language, config=config).entities]


@pytest.mark.parametrize("case", SCHEMES, ids=lambda case: case["scheme"])
def test_every_scheme_gives_names_with_our_labels(case, build) -> None:
    folder = build(dict(zip(case["words"], case["tags"], strict=True)))
    assert names(" ".join(case["words"]), with_model(folder)) == [tuple(name) for name in case["names"]]


def test_pieces_become_whole_words_by_their_first_piece(build) -> None:
    folder = build({"سا": "B-PER", "##مي": "O", "النج": "I-PER", "##ار": "B-LOC"})
    assert names("وصل سامي النجار أمس", with_model(folder)) == [("PER", "سامي النجار")]


@pytest.mark.parametrize("tags", [("B-LOC", "I-LOC"), ("B-LOC", "B-LOC"), ("O", "B-LOC"), ("B-LOC", "O")])
def test_attached_particles_are_left_out_whichever_piece_bears_the_tag(tags, build) -> None:
    folder = build({"و": tags[0], "##بغداد": tags[1]})
    found = annotate("زار دمشق وبغداد أمس", config=with_model(folder)).entities
    assert [(name.start, name.text) for name in found] == [(10, "بغداد")]


def test_letters_of_a_name_are_no_particles(build) -> None:
    folder = build({"باريس": "B-LOC", "وليد": "B-PER", "للأردن": "B-LOC"})
    assert names("سافر وليد من باريس ثم للأردن أمس", with_model(folder)) == [
        ("PER", "وليد"),
        ("LOC", "باريس"),
        ("LOC", "للأردن"),
    ]


def test_other_languages_keep_their_first_letters(build) -> None:
    folder = build({"بغداد": "B-LOC", "وبغداد": "B-LOC"})
    assert names("تهران وبغداد امروز", with_model(folder), language="fa") == [("LOC", "وبغداد")]


@pytest.mark.parametrize("tokens", [6, 7, 9, 16, 33])
def test_no_name_is_lost_where_windows_meet(tokens: int, build) -> None:
    folder = build({"سامي": "B-PER", "عمر": "I-PER"}, tokens=tokens)
    text = "ثم " + "سامي عمر قال " * LONG
    found = annotate(text, config=with_model(folder)).entities
    assert [name.text for name in found] == ["سامي عمر"] * LONG
    assert [name.start for name in found] == list(range(3, 3 + 13 * LONG, 13))


def test_a_name_as_long_as_several_windows_is_one_name(build) -> None:
    folder = build({"سامي": "B-PER", "بن": "I-PER"}, tokens=12)
    text = "قال سامي " + "بن " * 60 + "نعم"
    assert names(text, with_model(folder)) == [("PER", ("سامي " + "بن " * 60).strip())]


def test_texts_of_all_lengths_in_one_batch_keep_their_own_names(build) -> None:
    folder = build({"سامي": "B-PER"}, tokens=20)
    texts = ["قال " * length + "سامي نعم" for length in (1, 70, 3, 400, 18, 17, 1)]
    texts.insert(3, "")
    found = [
        [name.start for name in document.entities]
        for document in annotate_many(texts, config=with_model(folder))
    ]
    assert found == [[4], [280], [12], [], [1600], [72], [68], [4]]


def test_a_batch_gives_what_each_text_gives_alone(build) -> None:
    config = with_model(build({"سامي": "B-PER", "حلب": "B-LOC"}))
    texts = ["زار سامي حلب أمس", "نعم زار حلب سامي أمس ثم عاد", "لا أحد"]
    together = [document.entities for document in annotate_many(texts, config=config)]
    assert together == [annotate(text, config=config).entities for text in texts]


def test_names_keep_their_place_in_the_document(build) -> None:
    config = with_model(build({"سامي": "B-PER"}))
    found = annotate("نعم قال سامي.\n\nثم عاد سامي أمس. وقال سامي نعم.", title="خبر سامي هنا", config=config)
    assert len(found.sentences) == 4
    assert [name.start for name in found.entities] == [
        match.start() for match in re.finditer("سامي", found.text)
    ]


def test_the_tokenizer_neither_cuts_nor_pads(build) -> None:
    folder = build({"سامي": "B-PER"})
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=64)
    tokenizer.save(str(folder / "tokenizer.json"))
    model = load_model(model_files(with_model(folder)))
    [(pieces, shares)] = classify(model, ["نعم " * 20 + "سامي ثم"])
    assert len(pieces) == len(shares) == 22
    assert pieces[20] == (80, 84)
    assert [number for number, row in enumerate(shares) if row.argmax()] == [20]


@pytest.mark.parametrize(
    ("settings", "tokens"),
    [
        ({}, 512),
        ({"max_position_embeddings": 256}, 256),
        ({"max_position_embeddings": 8192}, 512),
        ({"max_position_embeddings": 514, "model_type": "xlm-roberta", "pad_token_id": 1}, 512),
        ({"max_position_embeddings": 130, "model_type": "roberta", "pad_token_id": 1}, 128),
        ({"max_position_embeddings": 130, "model_type": "bert", "pad_token_id": 1}, 130),
        ({"max_position_embeddings": True}, 512),
    ],
)
def test_as_many_tokens_as_the_model_has_positions_for(settings, tokens, build) -> None:
    folder = build({"سامي": "B-PER"})
    spoil(folder, "config.json", json.dumps({"id2label": {"0": "O", "1": "B-PER"}, **settings}))
    assert model_files(with_model(folder)).tokens == tokens


def test_empty_and_blank_texts_have_no_names(build) -> None:
    config = with_model(build({"سامي": "B-PER"}))
    assert names("", config) == names(" \n\n ", config) == []


def test_the_score_is_the_mean_probability_of_the_tags(build) -> None:
    folder = build({"سامي": "B-PER", "عمر": "I-PER"})
    [found] = annotate("قال سامي عمر نعم", config=with_model(folder)).entities
    share = math.exp(8) / (math.exp(8) + math.exp(4) + math.exp(0))
    assert found.score == pytest.approx(share, abs=0.0006)


def test_the_graph_may_lie_in_a_folder_of_its_own(build) -> None:
    folder = build({"حلب": "B-LOC"}, under="onnx")
    assert names("زار حلب أمس", with_model(folder)) == [("LOC", "حلب")]


def test_the_manifest_names_the_folder_by_its_content(build) -> None:
    one, other = build({"حلب": "B-LOC"}, name="one"), build({"حمص": "B-LOC", "حلب": "O"}, name="other")
    first, second = (component_name(with_model(folder)) for folder in (one, other))
    assert first.startswith("onnx:one sha256:")
    assert first.partition(" ")[2] != second.partition(" ")[2]


def test_a_hub_model_is_named_by_its_commit() -> None:
    assert (
        component_name(with_model("someone/some-model", "ab" * 20)) == f"onnx:someone/some-model@{'ab' * 20}"
    )


def spoil(folder: Path, name: str, content: str | None) -> Path:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.onnx", None, "no model.onnx"),
        ("model.onnx", "no graph", "onnxruntime cannot load it"),
        ("tokenizer.json", None, "no tokenizer.json"),
        ("tokenizer.json", "{}", "no tokenizer of the kinds"),
        ("config.json", None, "No such file"),
        ("config.json", "{", "config.json"),
        ("config.json", "[]", "no JSON object"),
        ("config.json", "{}", "no id2label"),
        ("config.json", '{"id2label": {"1": "O", "2": "B-PER"}}', "no id2label"),
        ("config.json", '{"id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}}', "does not fit the 3 labels"),
        (
            "config.json",
            '{"id2label": {"0": "O", "1": "B-PER"}, "max_position_embeddings": 2}',
            "no token fits",
        ),
    ],
)
def test_a_spoilt_model_is_refused_with_a_clear_line(name, content, said, build) -> None:
    folder = spoil(build({"سامي": "B-PER"}), name, content)
    with pytest.raises(CorpusError, match=said) as refused:
        onnx_annotator(with_model(folder))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("model", "revision", "said"),
    [
        (None, None, "names no model"),
        ("nowhere", None, "neither a folder nor a name"),
        ("../up/and-away", "ab" * 20, "neither a folder nor a name"),
        ("someone/some-model", None, "hash of a commit"),
        ("someone/some-model", "main", "hash of a commit"),
    ],
)
def test_a_model_must_be_a_folder_or_pinned(model, revision, said) -> None:
    config = Config(annotate=("onnx",))._replace(onnx=Onnx(model, revision))
    with pytest.raises(CorpusError, match=said):
        onnx_annotator(config)


def cached_model(build, home: Path) -> None:
    """Lay a model where the Hub's client keeps what it has fetched."""
    place = home / "hub" / "models--someone--some-model" / "snapshots"
    place.mkdir(parents=True)
    build({"حلب": "B-LOC"}).rename(place / ("ab" * 20))


def run_hub(home: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {"HF_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [sys.executable, "-c", HUB], capture_output=True, text=True, env=environment, check=False, timeout=60
    )


HUB = (
    "from corpus_builder import Config, CorpusError, annotate\n"
    "from corpus_builder.config import Onnx\n"
    "config = Config(annotate=('onnx',), onnx=Onnx('someone/some-model', 'ab' * 20))\n"
    "try:\n"
    "    print([e.text for e in annotate('زار حلب أمس', config=config).entities])\n"
    "except CorpusError as error:\n"
    "    print('refused:', str(error)[:60])\n"
)


def test_a_fetched_hub_model_asks_the_network_for_nothing(build, tmp_path: Path) -> None:
    cached_model(build, tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as hub:
        hub.setblocking(False)
        endpoint = f"http://127.0.0.1:{hub.getsockname()[1]}"
        done = run_hub(tmp_path / "home", {"HF_ENDPOINT": endpoint})
        assert done.stdout.strip() == "['حلب']", done.stderr
        with pytest.raises(BlockingIOError):
            hub.accept()


def test_a_hub_model_that_cannot_be_fetched_is_a_clear_line(tmp_path: Path) -> None:
    done = run_hub(tmp_path / "home", {"HF_HUB_OFFLINE": "1"})
    assert done.stdout.startswith("refused: [onnx] someone/some-model@abab"), done.stderr


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers", "huggingface_hub"])
def test_a_missing_library_is_a_clear_line(library: str) -> None:
    script = (
        "import importlib.util\n"
        "found = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *rest: None if name == {library!r} else found(name, *rest)\n"
        "from corpus_builder import Config, CorpusError, annotate\n"
        "try:\n"
        "    annotate('نعم', config=Config(annotate=('onnx',)))\n"
        "except CorpusError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{library} is not installed: pip install 'corpus-builder[onnx]'"
