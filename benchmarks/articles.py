"""Make articles for the benchmarks: new text each time the seed changes, with a vocabulary as wide as a newspaper's.

Words are drawn by Zipf's law from the words of raw/ and from forms made of them with the affixes that Arabic attaches, so
that a hundred thousand word types occur. Names and figures come at the rate of the real articles.

    python benchmarks/articles.py 20000 articles.jsonl
"""

from __future__ import annotations

import json
import random
import re
import sys
from itertools import accumulate
from pathlib import Path

from corpus_builder.model import Origin
from corpus_builder.readers.marked import parse_marked

RAW = Path(__file__).parent.parent / "raw"
PREFIXES = ("", "", "", "ال", "و", "ب", "ل", "ف", "وال", "بال", "لل", "ك", "ي", "ت", "ن", "س", "سي", "م")
SUFFIXES = ("", "", "", "ة", "ات", "ين", "ون", "ها", "هم", "ه", "نا", "ي", "ية", "ا", "تها", "هما")
WORDS_PER_ARTICLE = 260
_WORD = re.compile(r"[ء-ي]{2,}")


def vocabulary(rng: random.Random) -> tuple[list[str], list[str]]:
    """``(words by falling frequency, names)`` of the corpus, the words widened with made forms."""
    counts: dict[str, int] = {}
    names: list[str] = []
    for path in sorted(RAW.glob("*.marked.txt")):
        article, annotation, _problems = parse_marked(path.read_text(encoding="utf-8"), Origin(str(path)))
        for word in _WORD.findall(str(article["text"])):
            counts[word] = counts.get(word, 0) + 1
        entities = annotation["entities"]
        names += [str(entity["text"]) for entity in entities] if isinstance(entities, list) else []
    words = sorted(counts, key=lambda word: (-counts[word], word))
    made = {rng.choice(PREFIXES) + word + rng.choice(SUFFIXES) for word in words for _ in range(10)}
    return words + sorted(made - set(words), key=lambda word: rng.random()), names


def articles(count: int, seed: int = 1, words_each: int = WORDS_PER_ARTICLE):
    """Yield ``count`` article records with ids, title, text and date."""
    rng = random.Random(seed)
    words, names = vocabulary(rng)
    weights = list(accumulate(1.0 / (rank + 2.7) for rank in range(len(words))))
    pool: list[str] = []
    for number in range(count):
        if len(pool) < 4 * words_each:
            pool = rng.choices(words, cum_weights=weights, k=200_000)
        paragraphs = []
        left = words_each
        while left > 0:
            sentences = []
            for _ in range(rng.randint(2, 4)):
                length = rng.randint(10, 28)
                sentence = [pool.pop() for _ in range(min(length, len(pool)))]
                for _ in range(rng.randint(0, 3)):
                    sentence[rng.randrange(len(sentence))] = rng.choice(names)
                if rng.random() < 0.3:
                    sentence.insert(rng.randrange(len(sentence)), f"{rng.randint(2, 9999)}")
                if len(sentence) > 14:
                    sentence[len(sentence) // 2] += "،"
                sentences.append(" ".join(sentence) + rng.choice((".", ".", ".", ".", "؟", "!")))
                left -= length
            paragraphs.append(" ".join(sentences))
        yield {
            "id": f"article-{seed}-{number:08d}",
            "title": " ".join(pool.pop() for _ in range(8)),
            "text": "\n\n".join(paragraphs),
            "language": "ar",
            "published": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            "source": f"source-{rng.randint(1, 20)}",
            "license": "CC-BY-4.0",
        }


def write(path: Path, count: int, seed: int = 1) -> None:
    """Write a JSONL file of articles."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles(count, seed):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
