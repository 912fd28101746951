"""Raw records become articles, or problems: parsing, mapping of foreign fields, the schema, and gold
annotations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from corpus_builder.config import Config, plain_toml
from corpus_builder.model import Article, Gold, Origin, Problem, Rejected
from corpus_builder.parsing import SAFE_ID, RefusedError, decoded, from_text, hashed, id_of_name, strict_json
from corpus_builder.problems import problem
from corpus_builder.readers.annotations import RawAnnotation, moved
from corpus_builder.readers.dates import iso_date
from corpus_builder.readers.encodings import BOM
from corpus_builder.readers.json_syntax import locate, may_spell_controls
from corpus_builder.readers.units import RawRecord
from corpus_builder.schemas import FastValidator, fast, violations

__all__ = [
    "Plan",
    "Read",
    "article_of",
    "articles_of",
    "id_key",
    "once_per_file",
    "plan_of",
    "planned_article",
]

Read = tuple[Article, list[Problem]] | Rejected
_DEFAULTED = ("source", "license", "published", "url")
_HASHED = ("url", "title", "text")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SEPARATOR = re.compile("[\u2028\u2029\x85]")


class Plan(NamedTuple):
    """What of the configuration every record needs, looked up once, and the annotation records that stand alone, by article id."""

    valid: FastValidator
    fields: dict[str, str]
    foreign: frozenset[str]
    constants: dict[str, str]
    sources: dict[str, str]
    defaults: dict[str, str]
    id_from: tuple[str, ...]
    language: str
    labels: tuple[str, ...]
    splits: frozenset[str]
    depth: int
    annotations: Mapping[str, RawAnnotation]


def articles_of(
    batch: Iterable[RawRecord | Rejected],
    config: Config,
    annotations: Mapping[str, RawAnnotation] | None = None,
) -> list[Read]:
    """Each raw record as its article with notes and warnings, or as a `Rejected`; `Rejected` stays as it is.

    ``annotations`` holds the annotation records that stand alone, by article id.
    """
    plan = plan_of(config, annotations)
    return [raw if isinstance(raw, Rejected) else planned_article(raw, plan) for raw in batch]


def article_of(
    raw: RawRecord, config: Config, annotations: Mapping[str, RawAnnotation] | None = None
) -> Read:
    """One raw record as `articles_of` makes it."""
    return articles_of([raw], config, annotations)[0]


def id_key(article_id: str) -> str:
    """What two ids must not share: the id in NFC without case."""
    if article_id.isascii():
        return article_id.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", article_id).casefold())


def once_per_file(problems: Iterable[Problem], seen: set[tuple[str, str, str]]) -> list[Problem]:
    """The problems, notes that a file has already given left out; ``seen`` remembers them from call to
    call.
    """
    kept = []
    for found in problems:
        key = (found.origin.path, found.code, found.message)
        if found.level != "note" or key not in seen:
            kept.append(found)
        if found.level == "note":
            seen.add(key)
    return kept


def plan_of(config: Config, annotations: Mapping[str, RawAnnotation] | None = None) -> Plan:
    """What `planned_article` needs for every record of a corpus."""
    read = config.read
    defaults = {name: value for name in _DEFAULTED if (value := getattr(config.source, name)) is not None}
    return Plan(
        valid=fast("article"),
        fields=dict(read.fields),
        foreign=frozenset(foreign for _ours, foreign in read.fields),
        constants=dict(read.constants),
        sources=dict(read.sources),
        defaults=defaults,
        id_from=read.id_from or (_HASHED if read.fields else ()),
        language=config.language,
        labels=config.labels,
        splits=frozenset(config.splits.names),
        depth=config.limits.depth,
        annotations=annotations or {},
    )


def planned_article(raw: RawRecord, plan: Plan) -> Read:
    """One raw record as `articles_of` makes it, where many come one after the other."""
    try:
        if raw.form == "json":
            return _finished(raw, _from_json(raw, plan), plan, plan.annotations)
        if raw.form == "marked":
            return _from_marked(raw, plan, plan.annotations)
        return _finished(raw, (from_text(raw, plan.depth), []), plan, plan.annotations)
    except RefusedError as refused:
        return Rejected(refused.problems, raw.origin, refused.article_id, refused.record)


def _from_json(raw: RawRecord, plan: Plan) -> tuple[dict[str, Any], list[Problem]]:
    value = strict_json(raw.payload, raw.origin, plan.depth)
    if type(value) is not dict:
        found = problem("json-not-record", f"The value is a {_kind(value)}", raw.origin)
        raise RefusedError([found], value)
    return _mapped(value, raw, plan) if plan.fields else (value, [])


def _kind(value: object) -> str:
    return {list: "list", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")


def _mapped(value: dict[str, Any], raw: RawRecord, plan: Plan) -> tuple[dict[str, Any], list[Problem]]:
    """A foreign record in our fields."""
    record: dict[str, Any] = dict(plan.constants)
    notes: list[Problem] = []
    for ours, foreign in plan.fields.items():
        item = value.get(foreign)
        if item is None and ours in ("text", "id"):
            detail = f"The record has no {foreign}, from which {ours} is read"
            raise RefusedError([problem("field-missing", detail, raw.origin)], value)
        if item is None or (item == "" and ours != "text"):
            continue
        if ours == "published":
            item = iso_date(item)
            if item is None:
                detail = f"{foreign} is {str(value[foreign])[:60]!r}"
                notes.append(problem("date-unreadable", detail, _at(raw, plan, ours)))
                continue
        elif type(item) is int:
            item = str(item)
        elif ours == "source" and type(item) is str:
            item = plan.sources.get(item, item)
        record[ours] = item
    if ignored := sorted(value.keys() - plan.foreign):
        notes.append(problem("field-ignored", f"Nothing maps {', '.join(ignored)}"[:400], raw.origin))
    return record, notes


def _at(raw: RawRecord, plan: Plan, field: str, *path: str | int) -> Origin:
    """Where the value of one of our fields stands in the file."""
    if raw.form != "json":
        return raw.origin
    return moved(raw.origin, *locate(raw.payload, [plan.fields.get(field, field), *path]))


def _from_marked(raw: RawRecord, plan: Plan, annotations: Mapping[str, RawAnnotation]) -> Read:
    from corpus_builder.gold import gold_of
    from corpus_builder.readers.marked import parse_marked

    text = decoded(raw).replace("\r\n", "\n")
    record, annotation, problems = parse_marked(text, raw.origin)
    record = plain_toml(record)
    if any(found.level == "error" for found in problems):
        raise RefusedError(problems, record, _id_or_none(record))
    if record.get("id") is None:
        record["id"] = id_of_name(raw.name)
    front = text.count("\n", 0, text.index("\n+++\n", 3) + 5)
    after_title = text.split("\n", front + 2)[front + 1 : front + 2]
    lines = {"title": front + 1, "text": front + (2 if after_title and after_title[0].strip() else 3)}

    def place(_path: Sequence[str | int], span: Mapping[str, Any] | None) -> Origin:
        if span is None:
            return raw.origin
        before = str(record.get(span["field"], ""))[: span["start"]]
        return Origin(raw.origin.path, lines[span["field"]] + before.count("\n"), 1)

    article_id = _id_or_none(record)
    if raw.annotation_name or article_id in annotations:
        detail = f"The article is marked itself, and {raw.annotation_name or 'another file'} annotates it too"
        raise RefusedError(
            [problem("annotation-duplicate", detail, raw.origin, article_id)], record, article_id
        )
    made = _finished(raw, (record, problems), plan, {})
    if isinstance(made, Rejected):
        return made
    article, notes = made
    # An article without an id in its front matter is annotated under the id that its file's name gives it.
    gold = gold_of({**annotation, "article_id": article.id}, article, plan.labels, raw.origin, place)
    return _with_gold(article, gold, notes, record)


def _finished(
    raw: RawRecord,
    found: tuple[dict[str, Any], list[Problem]],
    plan: Plan,
    annotations: Mapping[str, RawAnnotation],
) -> Read:
    """Validate the record, fill in defaults, and attach gold."""
    record, notes = found
    article_id: str = record.get("id") or ""
    if not article_id and plan.id_from and "text" in record:
        values = [str(record[name]) for name in plan.id_from if record.get(name)]
        if not values:
            detail = f"The id is made of {', '.join(plan.id_from)}, and the record has none of them"
            raise RefusedError([problem("field-missing", detail, raw.origin)], record)
        record = {**record, "id": (article_id := hashed(values))}
    text = record.get("text")
    if type(text) is str and (not text or text.isspace()):
        found_blank = problem("text-empty", "The text is blank", _at(raw, plan, "text"), _id_or_none(record))
        raise RefusedError([found_blank, *notes], record, _id_or_none(record))
    if not plan.valid.is_valid(record):
        raise RefusedError(_schema_problems(record, raw, plan), record, _id_or_none(record))
    text = record["text"]
    published = record.get("published")
    problems = _unfit(published, record, raw, plan)
    if problems:
        raise RefusedError([*problems, *notes], record, article_id)
    notes = [*raw.notes, *notes, *_oddities(raw, record, text)]
    defaults = plan.defaults
    article = Article(
        article_id,
        record.get("title") or "",
        text,
        record.get("language") or plan.language,
        published or defaults.get("published"),
        record.get("source") or defaults.get("source"),
        record.get("url") or defaults.get("url"),
        record.get("license") or defaults.get("license"),
        record.get("split"),
        None,
        raw.origin,
    )
    if raw.annotation_name:
        beside = RawAnnotation(raw.annotation.removeprefix(BOM), Origin(raw.annotation_name, 1, 1))
        if article_id in annotations:
            detail = f"Another annotation of it stands in {annotations[article_id].origin.path}"
            raise RefusedError(
                [problem("annotation-duplicate", detail, beside.origin, article_id)], record, article_id
            )
        return _with_gold(article, _gold(beside, article, plan), notes, record)
    if annotations and article_id in annotations:
        return _with_gold(article, _gold(annotations[article_id], article, plan), notes, record)
    return article, notes


def _with_gold(article: Article, gold: Gold | list[Problem], notes: list[Problem], record: object) -> Read:
    if isinstance(gold, list):
        return Rejected((*gold, *notes), article.origin, article.id, record)
    return article._replace(gold=gold), notes


def _gold(raw: RawAnnotation, article: Article, plan: Plan) -> Gold | list[Problem]:
    from corpus_builder.gold import gold_of

    try:
        value = strict_json(raw.payload, raw.origin, plan.depth)
    except RefusedError as refused:
        return list(refused.problems)

    def place(path: Sequence[str | int], _span: Mapping[str, Any] | None) -> Origin:
        return moved(raw.origin, *locate(raw.payload, path))

    return gold_of(value, article, plan.labels, raw.origin, place)


def _id_or_none(record: Mapping[str, Any]) -> str | None:
    article_id = record.get("id")
    return article_id if isinstance(article_id, str) and SAFE_ID.fullmatch(article_id) else None


def _schema_problems(record: dict[str, Any], raw: RawRecord, plan: Plan) -> list[Problem]:
    """Why the schema refuses a record, one problem per code and place."""
    problems: dict[tuple[str, tuple[str | int, ...]], Problem] = {}
    for found in violations("article", record):
        key = (found.code, found.path)
        if key not in problems:
            place = _at(raw, plan, str(found.path[0]), *found.path[1:]) if found.path else raw.origin
            problems[key] = problem(found.code, found.message, place, _id_or_none(record))
    return list(problems.values())


def _unfit(published: str | None, record: Mapping[str, Any], raw: RawRecord, plan: Plan) -> list[Problem]:
    """What a schema cannot say about a record."""
    problems = []
    if published is not None:
        try:
            datetime.fromisoformat(published)
        except ValueError as error:
            place = _at(raw, plan, "published")
            problems.append(problem("schema-violation", f"published: {error}", place, record["id"]))
    if (split := record.get("split")) is not None and split not in plan.splits:
        detail = f"{split!r} is none of {', '.join(sorted(plan.splits))}"
        problems.append(problem("split-unknown", detail, _at(raw, plan, "split"), record["id"]))
    return problems


def _oddities(raw: RawRecord, record: Mapping[str, Any], text: str) -> list[Problem]:
    """Characters that cleaning will treat, and that the source should rather not hold."""
    if raw.form == "json" and not may_spell_controls(raw.payload):
        return []
    notes = []
    title: str = record.get("title") or ""
    for pattern, code in ((_CONTROL, "text-control"), (_SEPARATOR, "text-line-separator")):
        for name, value in (("title", title), ("text", text)):
            if match := pattern.search(value):
                detail = f"The {name} holds U+{ord(match[0]):04X} at {match.start()}"
                notes.append(problem(code, detail, raw.origin, record["id"]))
                break
    return notes
