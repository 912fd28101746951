"""What each kind of knowledge gives the tagger: trains without it, then with it, and scores on development sets.

    python benchmarks/tagger_ablation.py --gold FOLDER [--raw raw --ledger splits.tsv]

``FOLDER`` holds ``anercorp/{train,dev}.txt``, ``aqmar/{train,dev}.txt`` and ``newsfane/train.txt`` (docs/tagger.md says
where they are published). Figures are exact-span micro F1 of the first pass, each row adding to the one
before; the last rows are the shipped model, first each sentence by itself, then documents of 20 sentences. One
training takes about a minute.
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
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.lexicon import Lexicon, lexicon_of
from corpus_builder.training.corpora import Tagged, article_id, read_columns, read_marked
from corpus_builder.training.fitting import NAMES, NEVER, fit, only_iob2, scores_of
from corpus_builder.training.frequencies import word_bands
from corpus_builder.training.mending import doubted
from corpus_builder.training.tagger import FIRST, OWN_WEIGHT, read_lexicon

LABELS = ("PER", "ORG", "LOC", "MISC")


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


def first_pass(
    train: Sequence[Tagged],
    weights: Sequence[float],
    lexicon: Lexicon,
    bands: dict[int, int],
    devs: dict[str, list[Tagged]],
) -> None:
    knowledge = Knowledge(lexicon.kinds, bands, lexicon.beginnings)
    fitted = fit(train, lexicon, knowledge, FIRST, weights)
    for name, dev in devs.items():
        lengths = np.array([len(sentence.words) for sentence in dev])
        starts = np.cumsum(lengths) - lengths
        scores = scores_of(fitted, dev, lexicon, knowledge)
        inside = np.flatnonzero([label.startswith("I-") for label in NAMES])
        scores[np.ix_(starts, inside)] = NEVER
        numbers = viterbi(scores, only_iob2(fitted.transitions), in_steps(starts, lengths))
        labels = [
            [NAMES[n] for n in numbers[a : a + n_words]] for a, n_words in zip(starts, lengths, strict=True)
        ]
        print(f"    {name:9} {figures([sentence.labels for sentence in dev], labels)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--raw", type=Path, default=Path("raw"))
    parser.add_argument("--ledger", type=Path, default=Path("splits.tsv"))
    parser.add_argument("--shipped-only", action="store_true")
    arguments = parser.parse_args()
    gold: Path = arguments.gold

    sets = {name: list(read_columns(gold / name / "train.txt")) for name in ("anercorp", "aqmar", "newsfane")}
    devs = {name: list(read_columns(gold / name / "dev.txt")) for name in ("anercorp", "aqmar")}
    splits = dict(line.split("\t") for line in arguments.ledger.read_text(encoding="utf-8").splitlines())
    own: dict[str, list[list[Tagged]]] = {"train": [], "other": []}
    for path in sorted(arguments.raw.glob("*.marked.txt")):
        own["train" if splits[article_id(path)] == "train" else "other"].append(read_marked(path))
    own_train = [sentence for article in own["train"] for sentence in article]
    held = [
        Tagged(sentence.words, ["O" if label == "?" else label for label in sentence.labels])
        for article in own["other"]
        for sentence in article
    ]
    devs["own held"] = held

    if not arguments.shipped_only:
        nothing, lists, bands = lexicon_of([]), read_lexicon(), word_bands()
        published = sets["anercorp"] + sets["aqmar"]
        mended = doubted(sets["anercorp"], sets["newsfane"]) + sets["aqmar"]
        ones = [1.0] * len(published)
        rows = (
            ("ANERcorp alone, words only", sets["anercorp"], [1.0] * len(sets["anercorp"]), nothing, {}),
            ("and AQMAR", published, ones, nothing, {}),
            ("and word frequencies", published, ones, nothing, bands),
            ("and the word lists", published, ones, lists, bands),
            ("and doubted labels", mended, ones, lists, bands),
            ("and our own articles", mended + own_train, ones + [OWN_WEIGHT] * len(own_train), lists, bands),
        )
        for name, train, weights, lexicon, known in rows:
            print(name, flush=True)
            first_pass(train, weights, lexicon, known, devs)

    tagger = Tagger.load()
    for name, size in (
        ("shipped model, each sentence alone", 1),
        ("shipped model, documents of 20 sentences", 20),
    ):
        print(name)
        for corpus, dev in devs.items():
            documents = [i // size for i in range(len(dev))]
            labels = tagger.tag([sentence.words for sentence in dev], documents)
            print(f"    {corpus:9} {figures([sentence.labels for sentence in dev], labels)}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
