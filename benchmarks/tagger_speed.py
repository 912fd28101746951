"""Tokens a second of the tagger on one core, warm and cold vocabulary, beside python-crfsuite on the same features.

python benchmarks/tagger_speed.py --columns FILE
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pycrfsuite
from threadpoolctl import threadpool_limits

from corpus_builder.annotators.tagger import Tagger
from corpus_builder.annotators.tagger.core import SHIPPED
from corpus_builder.annotators.tagger.features import Knowledge
from corpus_builder.annotators.tagger.lexicon import trie_of
from corpus_builder.annotators.tagger.weights import load
from corpus_builder.training.corpora import read_columns
from corpus_builder.training.fitting import described

SENTENCES_OF_CRFSUITE = 600


def rate(words: int, run: Callable[[], object], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        run()
        best = min(best, time.process_time() - begin)
    return words / best


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--columns", type=Path, required=True)
    sentences = list(read_columns(parser.parse_args().columns))
    words = [sentence.words for sentence in sentences]
    documents = [i // 20 for i in range(len(words))]
    count = sum(map(len, words))
    texts, bounds = [], []
    for at in range(0, len(words), 20):
        text, own = "", []
        for sentence in words[at : at + 20]:
            line = " ".join(sentence)
            own.append((len(text), len(text) + len(line)))
            text += line + "\n"
        texts.append(text)
        bounds.append(own)

    print(f"{count} tokens, {len(words)} sentences, tokens/s of processor time, best of five")
    print(f"labels, cold   {rate(count, lambda: Tagger.load().tag(words, documents), 1):10,.0f}")
    tagger = Tagger.load()
    tagger.tag(words, documents)
    print(f"labels, warm   {rate(count, lambda: tagger.tag(words, documents)):10,.0f}")
    print(f"scores, warm   {rate(count, lambda: tagger._label(words, documents, scores=True)):10,.0f}")
    print(
        f"text to scored spans, tokenizing included {rate(count, lambda: tagger.spans(texts, bounds)):10,.0f}"
    )

    model = load(SHIPPED)
    knowledge = Knowledge(model.lexicon.kinds, model.bands, model.lexicon.beginnings)
    some = sentences[:SENTENCES_OF_CRFSUITE]
    blocks = described(some, knowledge, trie_of(model.lexicon))
    names = [
        list(dict.fromkeys(chain.from_iterable(block.names[block.rows[i]] for block in blocks)))
        for i in range(len(blocks[0].rows))
    ]
    items, at = [], 0
    for sentence in some:
        items.append(names[at : at + len(sentence.words)])
        at += len(sentence.words)
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.15, "max_iterations": 20})
    for item, sentence in zip(items, some, strict=True):
        trainer.append(item, sentence.labels)
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        theirs = pycrfsuite.Tagger()
        theirs.open(f"{folder}/model")
        print(
            f"python-crfsuite, labels, features given {rate(at, lambda: [theirs.tag(item) for item in items], 3):10,.0f}"
        )


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
