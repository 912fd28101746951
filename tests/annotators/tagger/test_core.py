import json
from itertools import chain
from pathlib import Path

import numpy as np
import pycrfsuite
import pytest

from corpus_builder.annotators.tagger import Tagger, core, word_types
from corpus_builder.annotators.tagger.attribute_names import attributes_of
from corpus_builder.annotators.tagger.decoding import SENTENCES_AT_ONCE, in_steps, marginals
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.lexicon import lexicon_of
from corpus_builder.annotators.tagger.repetition import CODES, REPETITION_OFFSETS
from corpus_builder.annotators.tagger.weights import Weights, attribute_names, load, save
from corpus_builder.training.corpora import read_marked
from corpus_builder.training.fitting import NAMES, described

ROOT = Path(__file__).parents[3]
CASES = [
    json.loads(line)
    for line in (ROOT / "tests/cases/annotators/tagger/spans.jsonl").read_text(encoding="utf-8").splitlines()
]
LISTS = lexicon_of([("صحار", "LOC.city"), ("بحر الصين", "LOC.sea"), ("سالم", "PER.given_name")])


@pytest.fixture(scope="module")
def shipped():
    return Tagger.load()


@pytest.fixture(scope="module")
def articles():
    paths = sorted((ROOT / "raw").glob("*.marked.txt"))[:12]
    every = [read_marked(path) for path in paths]
    return [[s for s in sentences if "?" not in s.labels] for sentences in every]


def names_of(theirs):
    """The names of the attributes of a model of python-crfsuite that have weights."""
    return sorted({name for name, _ in theirs.info().state_features})


@pytest.fixture(scope="module")
def crfsuite(articles, tmp_path_factory):
    """A model that python-crfsuite trained, as CRFsuite has it and as ours, and every word's attributes."""
    sentences = list(chain.from_iterable(articles))
    knowledge = Knowledge(LISTS.kinds, {}, LISTS.beginnings)
    blocks = described(sentences, knowledge, LISTS.phrases)
    rows = [
        list(dict.fromkeys(chain.from_iterable(block.names[block.rows[i]] for block in blocks)))
        for i in range(len(blocks[0].rows))
    ]
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.05, "c2": 0.05, "max_iterations": 40})
    at = 0
    items = []
    for sentence in sentences:
        items.append(rows[at : at + len(sentence.words)])
        at += len(sentence.words)
        trainer.append(items[-1], sentence.labels)
    path = tmp_path_factory.mktemp("crfsuite") / "model"
    trainer.train(str(path))
    theirs = pycrfsuite.Tagger()
    theirs.open(str(path))
    info = theirs.info()
    names = names_of(theirs)
    row = {name: i for i, name in enumerate(names)}
    number = {name: i for i, name in enumerate(NAMES)}
    weights = np.zeros((len(names), len(NAMES)), dtype=np.float32)
    for (name, label), weight in info.state_features.items():
        weights[row[name], number[label]] = weight
    transitions = np.zeros((len(NAMES), len(NAMES)), dtype=np.float32)
    for (before, label), weight in info.transitions.items():
        transitions[number[before], number[label]] = weight
    model = Weights(
        labels=NAMES,
        attributes=attributes_of(names, weights),
        transitions=transitions,
        trust=1.0,
        repetition=np.zeros((len(REPETITION_OFFSETS), CODES, len(NAMES)), dtype=np.float32),
        second_transitions=transitions,
        lexicon=LISTS,
        bands={},
        cuts={},
        calibration=np.linspace(0, 1, 33, dtype=np.float32),
    )
    return theirs, model, sentences, items


def test_labels_are_those_of_crfsuite(crfsuite):
    theirs, model, sentences, items = crfsuite
    ours = Tagger(model).tag([sentence.words for sentence in sentences])
    assert ours == [theirs.tag(item) for item in items]
    assert sum(label != "O" for labels in ours for label in labels) > 300


def test_probabilities_are_those_of_crfsuite(crfsuite):
    theirs, model, sentences, items = crfsuite
    tagger = Tagger(model)
    words = [sentence.words for sentence in sentences[:40]]
    types, lengths = tagger._read(words)
    scores = tagger._scores(types, lengths)
    found = marginals(scores, model.transitions, in_steps(np.cumsum(lengths) - lengths, lengths))
    at = 0
    for item in items[:40]:
        theirs.set(item)
        for i in range(len(item)):
            expected = [theirs.marginal(name, i) for name in NAMES]
            np.testing.assert_allclose(found[at], expected, atol=1e-4)
            at += 1


def test_a_saved_model_labels_nearly_all_words_as_before(crfsuite, tmp_path):
    theirs, model, sentences, _ = crfsuite
    save(model, names_of(theirs), tmp_path / "model.npz")
    words = [sentence.words for sentence in sentences]
    before = list(chain.from_iterable(Tagger(model).tag(words)))
    after = list(chain.from_iterable(Tagger.load(tmp_path / "model.npz").tag(words)))
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= 0.002 * len(before)


def test_the_same_model_is_saved_as_the_same_bytes(crfsuite, tmp_path):
    theirs, model, _, _ = crfsuite
    names = names_of(theirs)
    for name in ("one.npz", "two.npz"):
        save(model, names, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert attribute_names(tmp_path / "one.npz") == names
    save(load(tmp_path / "two.npz"), names, tmp_path / "three.npz")
    save(load(tmp_path / "three.npz"), names, tmp_path / "four.npz")
    assert (tmp_path / "three.npz").read_bytes() == (tmp_path / "four.npz").read_bytes()


def test_what_is_saved_is_what_is_loaded(crfsuite, tmp_path):
    theirs, model, _, _ = crfsuite
    save(model, names_of(theirs), tmp_path / "model.npz")
    loaded = load(tmp_path / "model.npz")
    assert (loaded.labels, loaded.trust, loaded.cuts) == (model.labels, model.trust, model.cuts)
    assert (loaded.lexicon.words, loaded.lexicon.beginnings) == (LISTS.words, LISTS.beginnings)
    for ours, read in (
        *zip(model.attributes[:4], loaded.attributes, strict=False),
        *zip(LISTS.phrases, loaded.lexicon.phrases, strict=True),
        (model.transitions, loaded.transitions),
        (model.repetition, loaded.repetition),
        (model.calibration, loaded.calibration),
    ):
        assert np.array_equal(ours, read) if isinstance(ours, np.ndarray) else ours == read
    for ours, read in zip(model.attributes.tables, loaded.attributes.tables, strict=True):
        assert np.array_equal(ours.numbers, read.numbers)
        error = np.abs(ours.weights - read.weights * read.scale[..., None].astype(np.float32))
        assert (error <= 0.6 * np.abs(ours.weights).max(axis=-1, keepdims=True) / 127 + 1e-5).all()


def test_the_shipped_model_finds_its_attributes_by_the_names_beside_them():
    shipped, names = load(core.SHIPPED).attributes, attribute_names(core.SHIPPED)
    made = attributes_of(names, np.zeros((len(names), 1), np.float32))
    assert all(np.array_equal(*pair) for pair in zip(shipped[:4], made, strict=False))
    for ours, expected in zip(shipped.tables, made.tables, strict=True):
        assert np.array_equal(ours.numbers, expected.numbers)


def test_a_file_that_is_no_model_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    with pytest.raises(ValueError, match="no tagger model"):
        Tagger.load(tmp_path / "other.npz")
    about = json.dumps({"format": 1}).encode()
    np.savez(tmp_path / "older.npz", about=np.frombuffer(about, np.uint8))
    with pytest.raises(ValueError, match="model format 1, this version reads 2: train it again"):
        Tagger.load(tmp_path / "older.npz")


def test_the_shipped_model_is_small():
    assert core.SHIPPED.stat().st_size <= 5_000_000


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_spans(shipped, case):
    text = "".join(case["sentences"])
    sentences, at = [], 0
    for sentence in case["sentences"]:
        sentences.append((at, at + len(sentence)))
        at += len(sentence)
    (found,) = shipped.spans([text], [sentences])
    assert [[text[start:end], label] for start, end, label, _ in found] == case["names"]
    assert all(0 < score < 1 for *_, score in found)


def test_documents_do_not_see_each_other(shipped):
    first, second = "قال خليفة حفتر ذلك. ثم عاد حفتر.", "حضر حفتر وسعيد إلى بغداد."
    alone = [shipped.spans([text], [[(0, len(text))]])[0] for text in (first, second)]
    both = shipped.spans([first, second], [[(0, len(first))], [(0, len(second))]])
    assert both == alone


def test_scores_are_the_same_to_the_last_bit_in_any_batch(shipped, articles):
    texts = [" ".join(chain.from_iterable(sentence.words for sentence in article)) for article in articles]
    bounds = [[(0, len(text) // 3), (len(text) // 3, len(text))] for text in texts]
    together = shipped.spans(texts * 3, bounds * 3)
    alone = [shipped.spans([text], [own])[0] for text, own in zip(texts, bounds, strict=True)]
    assert together == alone * 3
    raw = [
        shipped._label([s.words for s in article], [0] * len(article), scores=True)[1] for article in articles
    ]
    flat = [(s.words, i) for i, article in enumerate(articles) for s in article]
    every = shipped._label([words for words, _ in flat], [i for _, i in flat], scores=True)[1]
    assert np.array_equal(every.forward, np.concatenate([part.forward for part in raw]))
    assert np.array_equal(every.backward, np.concatenate([part.backward for part in raw]))


def test_a_batch_larger_than_one_decoding_gives_what_its_parts_give(shipped, articles):
    words = [sentence.words for sentence in chain.from_iterable(articles)] * 6
    documents = list(range(len(words)))
    assert len(words) > SENTENCES_AT_ONCE
    every = shipped.tag(words, documents)
    assert every == [shipped.tag([sentence])[0] for sentence in words[: len(words) // 6]] * 6


def test_without_scores_the_spans_are_the_same(shipped, articles):
    texts = [" ".join(sentence.words) for sentence in articles[0]]
    bounds = [[(0, len(text))] for text in texts]
    with_scores = shipped.spans(texts, bounds)
    without = shipped.spans(texts, bounds, scores=False)
    assert [[span[:3] for span in spans] for spans in with_scores] == [
        [span[:3] for span in spans] for spans in without
    ]
    assert {score for spans in without for *_, score in spans} == {1.0}


def test_forgetting_word_types_changes_nothing(shipped, articles, monkeypatch):
    words = [sentence.words for sentence in chain.from_iterable(articles)][:60]
    expected = [shipped.tag([sentence])[0] for sentence in words]
    monkeypatch.setattr(word_types, "MOST_TYPES", 50)
    small = Tagger.load()
    assert [small.tag([sentence])[0] for sentence in words] == expected


def test_a_word_of_several_tokens_gets_one_label(shipped):
    assert shipped.tag([["زار", "(بغداد)", "أمس."]]) == [["O", "B-LOC", "O"]]


def test_empty_input(shipped):
    assert shipped.tag([]) == []
    assert shipped.tag([[]]) == [[]]
    assert shipped.spans([], []) == []
    assert shipped.spans(["", "  "], [[], [(0, 2)]]) == [[], []]


def test_labels_of_a_sentence_are_iob2(shipped, articles):
    for labels in shipped.tag([sentence.words for sentence in chain.from_iterable(articles)]):
        for before, label in zip(["O", *labels], labels, strict=False):
            assert not label.startswith("I-") or before[2:] == label[2:]


def test_the_second_pass_is_off_without_its_table(crfsuite):
    _, model, sentences, _ = crfsuite
    words = [sentence.words for sentence in sentences]
    louder = model._replace(repetition=model.repetition + np.float32(1))
    assert Tagger(louder).tag(words) == Tagger(model).tag(words)


def test_posteriors_are_given_for_names_and_the_words_after_them(shipped, articles):
    words = [sentence.words for sentence in chain.from_iterable(articles)]
    numbers, posterior = shipped._label(words, list(range(len(words))), scores=True)
    starts = np.cumsum([0, *map(len, words[:-1])])
    wanted = numbers != 0
    wanted[1:] |= wanted[:-1]
    wanted[starts] = numbers[starts] != 0
    assert 0.05 < wanted.mean() < 0.95
    assert (posterior.forward.any(axis=1) == wanted).all()
    assert (posterior.backward.any(axis=1) == wanted).all()
    owned = (posterior.forward * posterior.backward)[wanted]
    np.testing.assert_allclose(owned.sum(axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("letters", [1, 300, 2000])
def test_documents_read_apart_give_what_they_give_together(shipped, articles, monkeypatch, letters):
    texts = ["", *(" ".join(chain.from_iterable(s.words for s in article)) for article in articles), "", ""]
    bounds = [[(0, len(text))] for text in texts]
    together = shipped.spans(texts, bounds)
    monkeypatch.setattr(core, "LETTERS_AT_ONCE", letters)
    assert shipped.spans(texts, bounds) == together
    assert len(together) == len(texts)
    assert sum(map(bool, together)) > 5
