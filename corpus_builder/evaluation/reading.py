"""Gold from files: our annotated articles in any form, tag columns, a sentence a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from corpus_builder.config import Config
from corpus_builder.evaluation.cases import GoldText, Labelled, Range
from corpus_builder.evaluation.columns import form_of, read_columns, read_sentences
from corpus_builder.model import Article, Origin, Problem, Rejected
from corpus_builder.problems import CorpusError, problem
from corpus_builder.readers import find_annotations, find_units, read
from corpus_builder.records import article_of

BETWEEN = "\n\n"
"""What stands between title and text where both are one string."""
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def read_gold(
    paths: Iterable[Path], config: Config, renamed: Mapping[str, str]
) -> tuple[list[tuple[GoldText, Article | None]], list[Problem]]:
    """All gold at these paths, and the problems met; an article comes with its gold text, offsets over title and text.

    Raises `CorpusError` where there is no gold at all.
    """
    found: list[tuple[GoldText, Article | None]] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            raise CorpusError(f"{path}: not there")
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        forms = {file: form_of(file) for file in files}
        for file, form in forms.items():
            if form == "columns":
                found += [(gold, None) for gold in read_columns(file, config.labels, renamed)]
            elif form == "sentences":
                found += [(gold, None) for gold in read_sentences(file)]
        if not all(forms.values()):
            taken = {file for file, form in forms.items() if form}
            articles, more = _articles(path, taken, config)
            found += articles
            problems += more
    if not found:
        raise CorpusError("there is no gold to measure against")
    return found, problems


def _articles(
    path: Path, taken: set[Path], config: Config
) -> tuple[list[tuple[GoldText, Article | None]], list[Problem]]:
    units, problems = find_units([path], config)
    annotations, more = find_annotations([path], config)
    problems = [*problems, *more]
    found: list[tuple[GoldText, Article | None]] = []
    for unit in units:
        if unit.path in taken:
            continue
        for raw in read(unit, config):
            made = raw if isinstance(raw, Rejected) else article_of(raw, config, annotations)
            if isinstance(made, Rejected):
                problems += made.problems
                continue
            gold = gold_text(made[0])
            if gold.sentences is None and gold.entities is None:
                origin = made[0].origin or Origin(str(path))
                problems.append(problem("gold-absent", "Neither layer is complete", origin, made[0].id))
            else:
                found.append((gold, made[0]))
    return found, problems


def gold_text(article: Article) -> GoldText:
    """The article's gold over title, `BETWEEN` and text; a layer or label counts only where it is complete."""
    text = article.title + BETWEEN + article.text
    gold = article.gold
    if gold is None:
        return GoldText(article.id, text, article.language)
    shift = {"title": 0, "text": len(article.title) + len(BETWEEN)}
    sentences = entities = None
    if "sentences" in gold.complete_layers:
        ranges = (seen(text, s.start + shift[s.field], s.end + shift[s.field]) for s in gold.sentences)
        sentences = tuple(sorted(ranges))
    if gold.complete_labels:
        entities = tuple(
            Labelled(*seen(text, e.start + shift[e.field], e.end + shift[e.field]), e.value)
            for e in gold.entities
            if e.value in gold.complete_labels
        )
    return GoldText(article.id, text, article.language, sentences, entities, gold.complete_labels)


def seen(text: str, start: int, end: int) -> Range:
    """The range without the spaces and invisible characters at its ends."""
    while start < end and unicodedata.category(text[start]) in _UNSEEN:
        start += 1
    while start < end and unicodedata.category(text[end - 1]) in _UNSEEN:
        end -= 1
    return start, end
