import re
from pathlib import Path

import pytest

from corpus_builder.annotators.tagger import Tagger
from corpus_builder.training import train
from corpus_builder.training.corpora import article_id
from corpus_builder.training.tagger import files_of, of_train_split, read_gold, read_lexicon

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


def test_articles_of_other_splits_are_not_learned_from(tmp_path):
    ledger = tmp_path / "splits.tsv"
    ids = [article_id(path) for path in ARTICLES]
    splits = ["train", "test", "validation"]
    ledger.write_text(
        "".join(f"{i}\t{split}\n" for i, split in zip(ids, splits, strict=False)), encoding="utf-8"
    )
    columns = tmp_path / "train.txt"
    assert of_train_split([*ARTICLES, columns], ledger) == [ARTICLES[0], ARTICLES[3], columns]
    assert of_train_split(ARTICLES, None) == ARTICLES


def test_of_our_own_corpus_the_train_split_alone_is_learned_from():
    kept = of_train_split(files_of([ROOT / "raw"]), ROOT / "splits.tsv")
    rows = (ROOT / "splits.tsv").read_text(encoding="utf-8").splitlines()
    assert sorted(map(article_id, kept)) == [row.split("\t")[0] for row in rows if row.endswith("\ttrain")]


def test_a_folder_stands_for_its_marked_articles(tmp_path):
    for name in ("b.marked.txt", "a.marked.txt", "README.md"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert files_of([ARTICLES[0], tmp_path]) == [
        ARTICLES[0],
        tmp_path / "a.marked.txt",
        tmp_path / "b.marked.txt",
    ]


@pytest.mark.parametrize("missing", ["no-such-file.txt", "."])
def test_what_is_not_there_is_refused(tmp_path, missing):
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path / missing))):
        files_of([tmp_path / missing])


def test_folds_are_whole_documents():
    gold, _ = read_gold(ARTICLES)
    folds = dict(zip(gold.documents, gold.folds, strict=True))
    assert len(set(folds.values())) == 4
    assert all(folds[document] == fold for document, fold in zip(gold.documents, gold.folds, strict=True))


def test_the_word_lists_are_read():
    lexicon = read_lexicon()
    assert any(kind.startswith("LOC") for kind in lexicon.kinds("بغداد"))
    assert len(lexicon.words) > 5000
