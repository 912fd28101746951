"""What each kind of knowledge and each text gives the tagger: trains without it, then with it, and scores.

    python benchmarks/tagger_ablation.py --gold FOLDER

``FOLDER`` holds ``anercorp/{train,dev}.txt``, ``aqmar/{train,dev}.txt`` and ``newsfane/train.txt`` (docs/tagger.md says
where they are published); the rest is read from this folder. Figures are exact-span F1 of the first pass, each row
adding to the one before; the last rows are the shipped model, first each sentence by itself, then documents of 20
sentences (our own articles are their own documents). One training takes about a minute.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from corpus_builder.annotators.tagger import Tagger
from corpus_builder.annotators.tagger.decoding import in_steps, viterbi
from corpus_builder.annotators.tagger.features import Knowledge, fold
from corpus_builder.annotators.tagger.lexicon import Lexicon, lexicon_of
from corpus_builder.training.corpora import UNKNOWN, Tagged, article_id, read_columns, read_marked
from corpus_builder.training.fitting import NAMES, NEVER, fit, only_iob2, scores_of
from corpus_builder.training.frequencies import word_bands
from corpus_builder.training.mending import doubted
from corpus_builder.training.tagger import FIRST, files_of, of_train_split, read_lexicon

LABELS = ("PER", "ORG", "LOC", "MISC")
Sets = dict[str, list[list[Tagged]]]
"""Of each set its documents, of each document its sentences."""


def spans(labels: Sequence[str]) -> set[tuple[int, int, str]]:
    found = set()
    begin = None
    for i, label in enumerate([*labels, "O"]):
        if begin is not None and label != f"I-{labels[begin][2:]}":
            found.add((begin, i, labels[begin][2:]))
            begin = None
        if label.startswith("B-"):
            begin = i
    return found


def names_in(sentence: Tagged) -> list[str]:
    """The names of a sentence in their order, folded."""
    return [
        " ".join(map(fold, sentence.words[begin:end])) for begin, end, _ in sorted(spans(sentence.labels))
    ]


def figures(gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> str:
    right: Counter[str] = Counter()
    true: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for labels, guessed in zip(gold, found, strict=True):
        a, b = spans(labels), spans(guessed)
        for counter, some in ((right, a & b), (true, a), (given, b)):
            counter.update(span[2] for span in some)
    for counter in (right, true, given):
        counter["all"] = sum(counter[label] for label in LABELS)

    def f1(key: str) -> float:
        return 200 * right[key] / max(true[key] + given[key], 1)

    precision, recall = 100 * right["all"] / max(given["all"], 1), 100 * right["all"] / max(true["all"], 1)
    labels_f1 = " ".join(f"{label} {f1(label):4.1f}" for label in LABELS)
    return f"P {precision:4.1f} R {recall:4.1f} F1 {f1('all'):4.1f}  {labels_f1}"


def tagged(
    train: Sequence[Tagged], lexicon: Lexicon, bands: dict[int, int], devs: Sets
) -> dict[str, list[list[str]]]:
    """The labels that a first pass gives the development sets after learning from ``train``."""
    knowledge = Knowledge(lexicon.kinds, bands, lexicon.beginnings)
    fitted = fit(train, lexicon, knowledge, FIRST)
    found = {}
    for name, dev in devs.items():
        flat = [sentence for document in dev for sentence in document]
        lengths = np.array([len(sentence.words) for sentence in flat])
        starts = np.cumsum(lengths) - lengths
        scores = scores_of(fitted, flat, lexicon, knowledge)
        inside = np.flatnonzero([label.startswith("I-") for label in NAMES])
        scores[np.ix_(starts, inside)] = NEVER
        numbers = viterbi(scores, only_iob2(fitted.transitions), in_steps(starts, lengths))
        found[name] = [
            [NAMES[n] for n in numbers[a : a + size]] for a, size in zip(starts, lengths, strict=True)
        ]
    return found


def report(name: str, devs: Sets, found: dict[str, list[list[str]]]) -> None:
    print(name)
    for corpus, dev in devs.items():
        gold = [sentence.labels for document in dev for sentence in document]
        print(f"    {corpus:14} {figures(gold, found[corpus])}", flush=True)


def in_documents(path: Path, size: int) -> list[list[Tagged]]:
    sentences = list(read_columns(path))
    return [sentences[at : at + size] for at in range(0, len(sentences), size)]


def read_own(raw: Path, ledger: Path, split: str) -> list[list[Tagged]]:
    """Our own articles of a split; dates and amounts, which the tagger does not learn, count as no names."""
    splits = dict(line.split("\t") for line in ledger.read_text(encoding="utf-8").splitlines())
    return [
        [
            Tagged(s.words, ["O" if label == UNKNOWN else label for label in s.labels])
            for s in read_marked(path)
        ]
        for path in files_of([raw])
        if splits[article_id(path)] == split
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--raw", type=Path, default=Path("raw"))
    parser.add_argument("--training", type=Path, default=Path("training"))
    parser.add_argument("--ledger", type=Path, default=Path("splits.tsv"))
    parser.add_argument("--shipped-only", action="store_true")
    arguments = parser.parse_args()
    gold: Path = arguments.gold

    sets = {name: list(read_columns(gold / name / "train.txt")) for name in ("anercorp", "aqmar", "newsfane")}
    devs = {name: in_documents(gold / name / "dev.txt", 20) for name in ("anercorp", "aqmar")}
    for split in ("validation", "test"):
        devs[f"own {split}"] = read_own(arguments.raw, arguments.ledger, split)

    own_paths = of_train_split(files_of([arguments.raw]), arguments.ledger)
    own = [sentence for path in own_paths for sentence in read_marked(path)]
    new = [sentence for path in files_of([arguments.training]) for sentence in read_marked(path)]
    if not arguments.shipped_only:
        nothing, lists, bands = lexicon_of([]), read_lexicon(), word_bands()
        published = sets["anercorp"] + sets["aqmar"]
        mended = doubted(sets["anercorp"], sets["newsfane"]) + sets["aqmar"]
        rows: tuple[tuple[str, list[Tagged], Lexicon, dict[int, int]], ...] = (
            ("ANERcorp alone, words only", sets["anercorp"], nothing, {}),
            ("and AQMAR", published, nothing, {}),
            ("and word frequencies", published, nothing, bands),
            ("and the word lists", published, lists, bands),
            ("and doubted labels", mended, lists, bands),
            ("and the train split of raw/", mended + own, lists, bands),
            ("and training/", mended + own + new, lists, bands),
        )
        for name, train, lexicon, known in rows:
            report(name, devs, tagged(train, lexicon, known, devs))

    taught = sets["anercorp"] + sets["aqmar"] + own + new
    names = {name for sentence in taught for name in names_in(sentence)}
    tagger = Tagger.load()
    for name, whole in (("shipped model, each sentence alone", False), ("shipped model, documents", True)):
        found = {}
        for corpus, dev in devs.items():
            flat = [(sentence, i) for i, document in enumerate(dev) for sentence in document]
            documents = [i if whole else at for at, (_, i) in enumerate(flat)]
            found[corpus] = tagger.tag([sentence.words for sentence, _ in flat], documents)
        report(name, devs, found)
    print("recall of names that the training text has as names, and of others")
    for corpus, dev in devs.items():
        right, every = Counter[bool](), Counter[bool]()
        for sentence, labels in zip((s for document in dev for s in document), found[corpus], strict=True):
            true, given = names_in(sentence), spans(labels)
            for span, name in zip(sorted(spans(sentence.labels)), true, strict=True):
                every[name in names] += 1
                right[name in names] += span in given
        shares = " ".join(
            f"{100 * right[side] / every[side]:5.1f}% of {every[side]:4}" for side in (True, False)
        )
        print(f"    {corpus:14} {shares}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
