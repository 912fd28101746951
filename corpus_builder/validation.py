"""Every problem of raw articles and their annotations, in one pass and without building anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from corpus_builder.config import Config
from corpus_builder.model import Article, Origin, Problem, Rejected
from corpus_builder.problems import place, problem
from corpus_builder.readers import find_annotations, find_units, read
from corpus_builder.records import articles_of, id_key, once_per_file
from corpus_builder.suspects import read_allowed, suspects

_BATCH = 256


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
    annotated: list[Article] = []
    ids: dict[str, Origin] = {}
    spellings: dict[str, str] = {}
    notes: set[tuple[str, str, str]] = set()
    met: set[str] = set()
    for unit in units:
        records = read(unit, config)
        while batch := list(islice(records, _BATCH)):
            for made in articles_of(batch, config, annotations):
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
                    yield from _same_id(article_id, origin, ids, spellings)
    for article_id in sorted(annotations.keys() - met):
        origin = annotations[article_id].origin
        yield problem("annotation-orphan", "No article has this id", origin, article_id)
    allowed = config.resolve(config.allow.file)
    yield from suspects(annotated, read_allowed(allowed) if allowed.is_file() else frozenset())


def _same_id(
    article_id: str, origin: Origin, ids: dict[str, Origin], spellings: dict[str, str]
) -> Iterator[Problem]:
    """Whether an id was met before, exactly or in another spelling.

    ``ids`` holds where each key was met first, ``spellings`` the ids that are not their own keys.
    """
    key = id_key(article_id)
    where = ids.setdefault(key, origin)
    if where is origin:
        if key != article_id:
            spellings[key] = article_id
        return
    first = spellings.get(key, key)
    if first == article_id:
        yield problem("id-duplicate", f"The article at {place(where)} has the same id", origin, article_id)
    else:
        detail = f"The article at {place(where)} has the id {first}"
        yield problem("id-collision", detail, origin, article_id)
