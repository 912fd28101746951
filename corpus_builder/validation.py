"""Every problem of raw articles and their annotations, in one pass and without building anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import repeat
from pathlib import Path

import orjson

from corpus_builder.config import Config
from corpus_builder.model import Article, Origin, Problem, Rejected
from corpus_builder.problems import place, problem
from corpus_builder.readers import Lines, batches, find_annotations, find_units
from corpus_builder.readers.json_syntax import is_strict, may_spell_controls
from corpus_builder.records import Plan, id_key, once_per_file, plan_of, planned_article
from corpus_builder.suspects import read_allowed, suspects


def validate(paths: Iterable[Path | str] = (), config: Config | None = None) -> Iterator[Problem]:
    """The problems of the files and folders named, or of the configured ones, as they are met.

    Units come in the order of their printed names and records in the order of their files. Ids are compared
    over all of them; a note that says the same of many records of a file is given once.
    """
    config = config or Config()
    chosen = list(paths) or [config.resolve(name) for name in config.raw]
    units, problems = find_units(chosen, config)
    yield from problems
    annotations, annotation_problems = find_annotations(chosen, config)
    yield from annotation_problems
    plan = plan_of(config, annotations)
    annotated: list[Article] = []
    ids = _Ids()
    notes: set[tuple[str, str, str]] = set()
    met: set[str] = set()
    for unit in units:
        for batch in batches(unit, config):
            plain = _plain(batch, plan) if isinstance(batch, Lines) else {}
            if isinstance(batch, Lines) and len(plain) == len(batch.lines) and ids.take_new(plain, unit.name):
                continue
            for raw in batch:
                origin, found = raw.origin, list[Problem]()
                article_id = plain.get(origin.line or 0)
                if article_id is None:
                    made = raw if isinstance(raw, Rejected) else planned_article(raw, plan)
                    if isinstance(made, Rejected):
                        article_id, origin, found = made.article_id, made.origin, list(made.problems)
                    else:
                        article_id, origin, found = made[0].id, made[0].origin, made[1]
                        if made[0].gold is not None:
                            annotated.append(made[0])
                if found:
                    yield from once_per_file(found, notes)
                if article_id is not None:
                    if article_id in annotations:
                        met.add(article_id)
                    yield from ids.take(article_id, origin)
    for article_id in sorted(annotations.keys() - met):
        origin = annotations[article_id].origin
        yield problem("annotation-orphan", "No article has this id", origin, article_id)
    allowed = config.resolve(config.allow.file)
    yield from suspects(annotated, read_allowed(allowed) if allowed.is_file() else frozenset())


def _plain(batch: Lines, plan: Plan) -> dict[int, str]:
    """The ids of the articles that there is nothing to say about, by their lines. Nothing else is made of them."""
    if plan.fields or batch.notes:
        return {}
    limit = batch.limit
    return {
        number: article_id
        for number, line in enumerate(batch.lines, batch.first)
        if len(line) <= limit and (article_id := _plain_id(line, plan)) is not None
    }


def _plain_id(line: bytes, plan: Plan) -> str | None:
    """The id of an article that `planned_article` would make without a word, and without annotations; None in every other case."""
    try:
        record = orjson.loads(line)
        if not plan.valid.is_valid(record) or not is_strict(line, record, plan.depth):
            return None
        if (published := record.get("published")) is not None:
            datetime.fromisoformat(published)
    except ValueError:
        return None
    article_id: str = record["id"]
    split = record.get("split")
    if (
        may_spell_controls(line)
        or record["text"].isspace()
        or (split is not None and split not in plan.splits)
        or article_id in plan.annotations
    ):
        return None
    return article_id


class _Ids:
    """The ids met so far: ``first`` says where each key was met first, ``spellings`` has the ids that are not their own keys."""

    def __init__(self) -> None:
        self.first: dict[str, tuple[str, int | None, int | None, int | None]] = {}
        self.spellings: dict[str, str] = {}

    def take(self, article_id: str, origin: Origin) -> Iterator[Problem]:
        """Take in an id. A problem if it was met before, exactly or in another spelling."""
        key = id_key(article_id)
        if key not in self.first:
            self.first[key] = origin.path, origin.line, origin.column, origin.record
            if key != article_id:
                self.spellings[key] = article_id
            return
        where, first = place(Origin(*self.first[key])), self.spellings.get(key, key)
        if first == article_id:
            yield problem("id-duplicate", f"The article at {where} has the same id", origin, article_id)
        else:
            yield problem("id-collision", f"The article at {where} has the id {first}", origin, article_id)

    def take_new(self, plain: dict[int, str], path: str) -> bool:
        """Take in the ids of articles, by their lines, if all of them are new."""
        # An id that the schema lets through is ASCII.
        keys = list(map(str.lower, plain.values()))
        if len(set(keys)) < len(keys) or not self.first.keys().isdisjoint(keys):
            return False
        self.first.update(zip(keys, zip(repeat(path), plain, repeat(1), repeat(None)), strict=False))
        self.spellings.update(pair for pair in zip(keys, plain.values(), strict=True) if pair[0] != pair[1])
        return True
