"""The dataset card: prose that people wrote, figures and YAML that the build found.

The prose is ``dataset_card.md``. A line ``<!-- figures: NAME -->`` in it is replaced by the table or plots of that name; names that
the prose does not ask for stand in a section of their own at the end. Its own front matter, if any, is kept
where the build does not know better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from corpus_builder.problems import CorpusError
from corpus_builder.writers.features import yaml_features
from corpus_builder.writers.parquet import WrittenFile
from corpus_builder.writers.schemas import SCHEMAS

FILE_NAME = "README.md"
LABEL_PLOT = "plots/label-balance.svg"
LENGTH_PLOT = "plots/sentence-lengths.svg"
_PLACE = re.compile(r"^<!-- figures: ([a-z-]+) -->[ ]*$", re.MULTILINE)
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
#: libyaml's where PyYAML was built with it: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEFAULT_PROSE = "# {name}\n\n{description}\n"


def card(
    prose: str,
    *,
    name: str,
    description: str,
    version: str,
    license_name: str | None,
    languages: Sequence[str],
    labels: tuple[str, ...],
    files: Sequence[WrittenFile],
    splits: Sequence[str],
    figures: Mapping[str, Mapping[str, Mapping[str, int]]],
    digest: str,
) -> str:
    """The whole card. ``figures`` is ``{split: {kind of figure: {name: count}}}``. Raises `CorpusError` if the YAML does not survive."""
    front, body = _front_matter(prose or _DEFAULT_PROSE.format(name=name, description=description))
    known = _metadata(name, version, license_name, languages, labels, files, splits, digest)
    metadata = {**known, **front, "configs": known["configs"], "dataset_info": known["dataset_info"]}
    text = yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=1000)
    if yaml.load(text, _LOADER) != metadata:
        raise CorpusError(
            "dataset_card.md: its front matter does not survive YAML; use plain strings, numbers and lists"
        )
    return f"---\n{text}---\n\n{_filled(body, _tables(labels, files, splits, figures))}"


def _metadata(
    name: str,
    version: str,
    license_name: str | None,
    languages: Sequence[str],
    labels: tuple[str, ...],
    files: Sequence[WrittenFile],
    splits: Sequence[str],
    digest: str,
) -> dict[str, Any]:
    articles = sum(file.rows for file in files if file.config == "articles")
    configs, info = [], []
    for config in SCHEMAS:
        mine = [file for file in files if file.config == config]
        # The description changes with the content: the loader would serve rows of an earlier build from its cache otherwise.
        configs.append(
            {
                "config_name": config,
                "description": f"version {version}, content {digest[:16]}",
                "data_files": [
                    {"split": split, "path": [file.path for file in mine if file.split == split]}
                    for split in splits
                ],
                **({"default": True} if config == "articles" else {}),
            }
        )
        info.append(
            {
                "config_name": config,
                "features": yaml_features(config, labels),
                "splits": [
                    {
                        "name": split,
                        "num_bytes": sum(file.memory_bytes for file in mine if file.split == split),
                        "num_examples": sum(file.rows for file in mine if file.split == split),
                    }
                    for split in splits
                ],
                "download_size": sum(file.bytes for file in mine),
                "dataset_size": sum(file.memory_bytes for file in mine),
            }
        )
    return {
        "pretty_name": name,
        "language": list(languages),
        **({"license": license_name.lower()} if license_name else {}),
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "size_categories": [next((size for most, size in _SIZES if articles < most), "n>10M")],
        "configs": configs,
        "dataset_info": info,
    }


def _front_matter(prose: str) -> tuple[dict[str, Any], str]:
    if not prose.startswith("---\n") or (end := prose.find("\n---\n", 3)) < 0:
        return {}, prose
    try:
        front = yaml.safe_load(prose[4:end])
    except yaml.YAMLError as error:
        raise CorpusError(f"dataset_card.md: its front matter is no YAML: {error}") from error
    if not isinstance(front, dict):
        raise CorpusError("dataset_card.md: its front matter is no mapping")
    return front, prose[end + 5 :].lstrip("\n")


def _filled(body: str, tables: Mapping[str, str]) -> str:
    asked: set[str] = set()

    def fill(place: re.Match[str]) -> str:
        asked.add(place[1])
        if place[1] not in tables:
            raise CorpusError(
                f"dataset_card.md: there are no figures {place[1]!r}; there are {', '.join(tables)}"
            )
        return tables[place[1]]

    filled = _PLACE.sub(fill, body).rstrip("\n")
    rest = [
        f"### {name.replace('-', ' ').capitalize()}\n\n{table}"
        for name, table in tables.items()
        if name not in asked
    ]
    if rest and len(rest) == len(tables):
        filled += "\n\n## Figures\n\n" + "\n\n".join(rest)
    return filled + "\n"


def _tables(
    labels: tuple[str, ...],
    files: Sequence[WrittenFile],
    splits: Sequence[str],
    figures: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> dict[str, str]:
    totals = {split: figures[split]["totals"] for split in splits}
    row: Callable[[str], list[str]] = lambda key: [f"{totals[s].get(key, 0):,}" for s in splits]  # noqa: E731
    counts = [
        [title, *row(key), f"{sum(totals[s].get(key, 0) for s in splits):,}"]
        for title, key in (
            ("articles", "articles"),
            ("sentences", "sentences"),
            ("tokens", "tokens"),
            ("entities", "entities"),
            ("of these inside another (not in `tokens`)", "nested"),
        )
    ]
    sizes = [
        [
            config,
            *(f"{sum(f.rows for f in files if f.config == config and f.split == s):,}" for s in splits),
            _megabytes(files, config),
        ]
        for config in SCHEMAS
    ]
    lengths = [[split, *_percentiles(figures[split].get("sentence_lengths", {}))] for split in splits]
    return {
        "counts": _table(["", *splits, "all"], counts),
        "labels": _by_split("label", labels, "labels", splits, figures),
        "annotators": _by_split("annotator", None, "annotators", splits, figures),
        "sources": _by_split("source", None, "sources", splits, figures),
        "sizes": _table(["config", *(f"{split} rows" for split in splits), "size"], sizes),
        "sentence-lengths": _table(
            ["tokens in a sentence", "5%", "25%", "median", "75%", "95%", "longest"], lengths
        ),
        "plots": f"![Share of each label by split]({LABEL_PLOT})\n\n![Sentence lengths]({LENGTH_PLOT})",
    }


def _megabytes(files: Sequence[WrittenFile], config: str) -> str:
    return f"{sum(file.bytes for file in files if file.config == config) / 1e6:,.1f} MB"


def _by_split(
    title: str,
    names: Sequence[str] | None,
    key: str,
    splits: Sequence[str],
    figures: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> str:
    counted = {split: figures[split].get(key, {}) for split in splits}
    found = names or sorted({name for split in splits for name in counted[split]})
    rows = [
        [
            name.replace("|", "\\|"),
            *(f"{counted[s].get(name, 0):,}" for s in splits),
            f"{sum(counted[s].get(name, 0) for s in splits):,}",
        ]
        for name in found
    ]
    return _table([title, *splits, "all"], rows)


def _percentiles(lengths: Mapping[str, int]) -> list[str]:
    ordered = sorted((int(length), count) for length, count in lengths.items())
    total = sum(count for _length, count in ordered)
    if not total:
        return ["–"] * 6
    values = []
    for share in (0.05, 0.25, 0.5, 0.75, 0.95, 1.0):
        seen = 0
        for length, count in ordered:
            seen += count
            if seen >= share * total:
                values.append(str(length))
                break
    return values


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read_prose(path: Path) -> str:
    """The prose of the card; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot read the card's prose: {error}") from error
