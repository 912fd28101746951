"""What a good engineer writes today for the same task, with the usual libraries: the peer that `build.py` is measured against.

JSONL in; jsonschema validators reused; spaCy's blank Arabic with a sentencizer and an entity ruler of 20,000 patterns; a dataset from a
generator; a random split; Parquet out.

    python benchmarks/peer.py articles.jsonl OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

SCHEMA = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
        "title": {"type": "string"},
        "text": {"type": "string", "minLength": 1},
        "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "published": {"type": "string", "format": "date"},
        "source": {"type": "string"},
        "license": {"type": "string"},
    },
    "additionalProperties": False,
}
LISTS = Path(__file__).parent.parent / "corpus_builder" / "data" / "gazetteer"


def patterns(most: int = 20_000) -> list[dict[str, str]]:
    """The first 20,000 names of the gazetteer."""
    found: dict[str, str] = {}
    for path in sorted(LISTS.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            surface, label = line.split("\t")[:2]
            if label in ("PER", "LOC", "ORG", "MISC"):
                found.setdefault(surface, label)
    return [{"pattern": surface, "label": label} for surface, label in list(found.items())[:most]]


def main(source: str, out: str) -> None:
    import datasets
    import spacy
    from jsonschema import Draft202012Validator

    datasets.disable_progress_bars()
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    pipeline = spacy.blank("ar")
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("entity_ruler").add_patterns(patterns())

    def records():
        with Path(source).open(encoding="utf-8") as file:
            for line in file:
                article = json.loads(line)
                if not any(validator.iter_errors(article)):
                    yield article["title"] + "\n\n" + article["text"], article

    def rows():
        for doc, article in pipeline.pipe(records(), as_tuples=True, batch_size=256):
            yield {
                "article_id": article["id"],
                "text": doc.text,
                "sentences": [{"start": s.start_char, "end": s.end_char} for s in doc.sents],
                "entities": [
                    {"start": e.start_char, "end": e.end_char, "label": e.label_, "text": e.text}
                    for e in doc.ents
                ],
            }

    made = datasets.Dataset.from_generator(rows, cache_dir=f"{out}/cache")
    split = made.train_test_split(test_size=0.2, seed=1)
    for name, part in split.items():
        part.to_parquet(f"{out}/{name}.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
