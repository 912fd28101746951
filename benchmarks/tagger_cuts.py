"""How often particles are cut off names rightly: three folds of NewsFANE's train part, and our own articles.

    python benchmarks/tagger_cuts.py --newsfane FOLDER/newsfane/train.txt [--raw raw --ledger splits.tsv]

Each fold is measured by a model of the other two and of our own train split; our own other splits by a model
of all NewsFANE and the train split. Every wrong cut is printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from corpus_builder.annotators.tagger.clitics import particle_length
from corpus_builder.annotators.tagger.features import Knowledge, fold
from corpus_builder.training.corpora import article_id, read_columns
from corpus_builder.training.cuts import Cut, cuts_in, cuts_of, doubled, learn_cuts
from corpus_builder.training.frequencies import word_bands
from corpus_builder.training.tagger import read_lexicon


def judge(name: str, examples: Sequence[Cut], knowledge: Knowledge, weights: dict[str, float]) -> None:
    carriers = right = others = cut_wrongly = 0
    wrong = []
    for cut in examples:
        length = particle_length(cut.word, cut.label, knowledge, weights)
        count = len(fold(cut.word[:length])) if length else 0
        if cut.count:
            carriers += 1
            right += count == cut.count
        else:
            others += 1
            cut_wrongly += count > 0
        if count != cut.count:
            wrong.append(f"{cut.word}:{cut.count}/{count}")
    print(
        f"{name}: {right} of {carriers} names with particles right ({100 * right / carriers:.1f}%); "
        f"{cut_wrongly} of {others} without were cut ({100 * cut_wrongly / others:.1f}%)"
    )
    print("   ", " ".join(wrong))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--newsfane", type=Path, required=True)
    parser.add_argument("--raw", type=Path, default=Path("raw"))
    parser.add_argument("--ledger", type=Path, default=Path("splits.tsv"))
    arguments = parser.parse_args()
    lexicon = read_lexicon()
    knowledge = Knowledge(lexicon.kinds, word_bands(), lexicon.beginnings)
    sentences = list(read_columns(arguments.newsfane))
    splits = dict(line.split("\t") for line in arguments.ledger.read_text(encoding="utf-8").splitlines())
    train, held = doubled(lexicon), []
    for path in sorted(arguments.raw.glob("*.marked.txt")):
        (train if splits[article_id(path)] == "train" else held).extend(cuts_of(path))
    for part in range(3):
        begin, end = len(sentences) * part // 3, len(sentences) * (part + 1) // 3
        weights = learn_cuts(cuts_in(sentences[:begin] + sentences[end:]) + train, knowledge)
        judge(f"NewsFANE, fold {part + 1}", cuts_in(sentences[begin:end]), knowledge, weights)
    judge("our own, not trained on", held, knowledge, learn_cuts(cuts_in(sentences) + train, knowledge))


if __name__ == "__main__":
    main()
