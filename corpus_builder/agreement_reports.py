"""Two annotation sets from files, and their agreement as plain data or as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from corpus_builder.agreement import Agreement, Disagreement, LabelAgreement, Matches, agree
from corpus_builder.config import Config
from corpus_builder.gold import gold_of
from corpus_builder.model import Article, GoldSpan, Origin, Problem, Rejected
from corpus_builder.problems import problem, visible
from corpus_builder.readers import find_annotations, find_units, read
from corpus_builder.readers.annotations import RawAnnotation
from corpus_builder.records import article_of

_SHOWN = 48


def agree_paths(first: Path, second: Path, config: Config) -> tuple[Agreement, list[Problem]]:
    """Agreement of the annotations in two files or folders, and the problems met in reading them.

    Both may hold articles with their annotations in any form; annotation records that stand alone are laid
    over the articles of the other side.
    """
    left, left_alone, left_problems = _read(first, config)
    right, right_alone, right_problems = _read(second, config)
    problems = [*left_problems, *right_problems]
    for alone, mine, others in ((left_alone, left, right), (right_alone, right, left)):
        laid, found = _laid_over(alone, others, config)
        mine |= laid
        problems += found
    return agree(left.values(), right.values()), problems


def _read(path: Path, config: Config) -> tuple[dict[str, Article], dict[str, RawAnnotation], list[Problem]]:
    units, problems = find_units([path], config)
    annotations, found = find_annotations([path], config)
    problems = [*problems, *found]
    articles: dict[str, Article] = {}
    for unit in units:
        for raw in read(unit, config):
            made = raw if isinstance(raw, Rejected) else article_of(raw, config, annotations)
            if isinstance(made, Rejected):
                problems += made.problems
            else:
                articles[made[0].id] = made[0]
                problems += made[1]
    alone = {name: raw for name, raw in annotations.items() if name not in articles}
    return articles, alone, problems


def _laid_over(
    alone: dict[str, RawAnnotation], articles: dict[str, Article], config: Config
) -> tuple[dict[str, Article], list[Problem]]:
    laid: dict[str, Article] = {}
    problems: list[Problem] = []
    for name, raw in alone.items():
        if name not in articles:
            problems.append(problem("annotation-orphan", "No article has this id", raw.origin, name))
            continue
        gold = gold_of(orjson.loads(raw.payload), articles[name], config.labels, raw.origin)
        if isinstance(gold, list):
            problems += gold
        else:
            laid[name] = articles[name]._replace(gold=gold, origin=Origin(raw.origin.path))
    return laid, problems


def agreement_record(found: Agreement) -> dict[str, object]:
    """The agreement as plain data; shares are rounded to four decimals."""
    return {
        "articles": found.articles,
        "tokens": found.tokens,
        "observed": round(found.observed, 4),
        "overall": _label_record(found.overall),
        "labels": {name: _label_record(label) for name, label in found.labels.items()},
        "sentence_ends": _matches_record(found.sentence_ends),
        "inner_sentence_ends": _matches_record(found.inner_sentence_ends),
        "blocks": _matches_record(found.blocks),
        "disagreements": [_disagreement_record(one) for one in found.disagreements],
        "unmatched": list(found.unmatched),
    }


def _label_record(label: LabelAgreement) -> dict[str, object]:
    return {
        "exact": _matches_record(label.exact),
        "overlap": _matches_record(label.overlap),
        "kappa": round(label.kappa, 4),
    }


def _matches_record(matches: Matches) -> dict[str, object]:
    return {
        "first": matches.first,
        "second": matches.second,
        "first_matched": matches.first_matched,
        "second_matched": matches.second_matched,
        "f1": round(matches.f1, 4),
    }


def _disagreement_record(one: Disagreement) -> dict[str, object]:
    return {
        "article_id": one.article_id,
        "field": one.field,
        "kind": one.kind,
        "first": _span_record(one.first),
        "second": _span_record(one.second),
    }


def _span_record(span: GoldSpan | None) -> dict[str, object] | None:
    if span is None:
        return None
    return {"start": span.start, "end": span.end, "value": span.value, "text": span.text}


def agreement_table(found: Agreement, *, disagreements: bool = True) -> str:
    """The agreement as lines of a table, then one line for each disagreement."""
    lines = [
        f"{found.articles} articles, {found.tokens} tokens, {found.observed:.1%} of them labelled alike",
        "",
    ]
    lines.append(f"{'':14}{'first':>7}{'second':>8}{'exact F1':>10}{'overlap F1':>12}{'kappa':>8}")
    for name, label in [*found.labels.items(), ("all", found.overall)]:
        lines.append(
            f"{name:14}{label.exact.first:7}{label.exact.second:8}{100 * label.exact.f1:10.1f}"
            f"{100 * label.overlap.f1:12.1f}{label.kappa:8.3f}"
        )
    others = (
        ("sentence ends", found.sentence_ends),
        ("inner ends", found.inner_sentence_ends),
        ("blocks", found.blocks),
    )
    for name, matches in others:
        lines.append(f"{name:14}{matches.first:7}{matches.second:8}{100 * matches.f1:10.1f}")
    if found.unmatched:
        lines += [
            "",
            f"left out (in one set only, or another text): {' '.join(map(visible, found.unmatched))}",
        ]
    if disagreements and found.disagreements:
        lines += ["", *_disagreement_lines(found)]
    return "\n".join(lines)


def _disagreement_lines(found: Agreement) -> Iterator[str]:
    for one in found.disagreements:
        sides = (_side(one.kind, one.first), _side(one.kind, one.second))
        yield f"{visible(one.article_id)}\t{one.field}\t{one.kind}\t{sides[0]}\t{sides[1]}"


def _side(kind: str, span: GoldSpan | None) -> str:
    if span is None:
        return "-"
    text = span.text if len(span.text) <= _SHOWN else "…" + span.text[-_SHOWN:]
    if kind == "block" and len(span.text) > _SHOWN:
        text = span.text[:_SHOWN] + "…"
    return f"{span.start}-{span.end} {span.value} {visible(text)}".replace("  ", " ")
