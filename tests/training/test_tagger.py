from pathlib import Path

import pytest

from corpus_builder.annotators.tagger import Tagger
from corpus_builder.training import train
from corpus_builder.training.corpora import article_id
from corpus_builder.training.tagger import read_gold, read_lexicon

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "raw").glob("*.marked.txt"))[:4]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    out = tmp_path_factory.mktemp("model") / "model.npz"
    train(ARTICLES, out)
    return out


def test_training_learns_its_gold(trained):
    gold, _ = read_gold(ARTICLES)
    labels = Tagger.load(trained).tag([sentence.words for sentence in gold.sentences], gold.documents)
    right = wrong = 0
    for found, sentence in zip(labels, gold.sentences, strict=True):
        for ours, theirs in zip(found, sentence.labels, strict=True):
            if theirs not in ("O", "?"):
                right += ours == theirs
                wrong += ours != theirs
    assert right > 9 * wrong


def test_training_again_gives_the_same_bytes(trained, tmp_path):
    train(ARTICLES, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == trained.read_bytes()


def test_only_the_train_split_is_learned_from(tmp_path, capsys):
    ledger = tmp_path / "splits.tsv"
    ids = [article_id(path) for path in ARTICLES]
    ledger.write_text("".join(f"{i}\t{'train' if i in ids[:3] else 'test'}\n" for i in ids), encoding="utf-8")
    train(ARTICLES, tmp_path / "model.npz", ledger=ledger)
    gold, _ = read_gold(ARTICLES[:3])
    assert f"{len(gold.sentences)} sentences" in capsys.readouterr().err


def test_folds_are_whole_documents():
    gold, _ = read_gold(ARTICLES)
    folds = dict(zip(gold.documents, gold.folds, strict=True))
    assert len(set(folds.values())) == 4
    assert all(folds[document] == fold for document, fold in zip(gold.documents, gold.folds, strict=True))


def test_the_word_lists_are_read():
    lexicon = read_lexicon()
    assert any(kind.startswith("LOC") for kind in lexicon.kinds("بغداد"))
    assert len(lexicon.words) > 5000
