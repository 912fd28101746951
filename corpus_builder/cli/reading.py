"""The verbs ``validate``, ``annotate``, ``stats``, ``show`` and ``boilerplate``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice

from corpus_builder.config import Config, load_config
from corpus_builder.model import Article, Problem, Rejected
from corpus_builder.problems import as_line, at_least, in_order, printed


def validate(arguments: argparse.Namespace) -> int:
    """Print every problem; status 1 if one of them is an error."""
    from corpus_builder.validation import validate as problems_of

    config = load_config(arguments.config)
    paths = arguments.paths or [config.resolve(name) for name in config.raw]
    problems = list(_until(problems_of(paths, config), arguments.max_errors))
    shown = in_order(at_least(problems, arguments.level))
    if shown or arguments.format in ("json", "sarif"):
        print(printed(shown, arguments.format))
    errors = sum(found.level == "error" for found in problems)
    warnings = sum(found.level == "warning" for found in problems)
    print(f"{errors} errors, {warnings} warnings, {len(problems) - errors - warnings} notes", file=sys.stderr)
    return 1 if errors else 0


def _until(problems: Iterator[Problem], most: int | None) -> Iterator[Problem]:
    errors = 0
    for found in problems:
        yield found
        errors += found.level == "error"
        if most is not None and errors >= most:
            return


def annotate(arguments: argparse.Namespace) -> int:
    """Print annotated articles as JSON lines; what cannot be read goes to stderr."""
    from corpus_builder.pipeline.texts import annotate_many

    config = load_config(arguments.config)
    if arguments.language is not None:
        config = config._replace(language=arguments.language)
    if arguments.min_score is not None:
        config = config._replace(min_score=arguments.min_score)
    status = 0
    incoming = _articles(arguments.paths, config)
    while batch := list(islice(incoming, 256)):
        made = annotate_many([article for article in batch if isinstance(article, Article)], config=config)
        for article in batch:
            outcome = article if isinstance(article, Rejected) else next(made)
            if isinstance(outcome, Rejected):
                status = 1
                for found in outcome.problems:
                    print(as_line(found), file=sys.stderr)
            else:
                print(json.dumps(outcome.as_record(), ensure_ascii=False))
    return status


def _articles(paths: list[str], config: Config) -> Iterator[Article | Rejected]:
    """Every article of these files, and what could not become one."""
    from corpus_builder.readers import find_annotations, find_units, read
    from corpus_builder.records import article_of

    units, problems = find_units(paths, config)
    annotations, more = find_annotations(paths, config)
    for found in [*problems, *more]:
        if found.level == "error":
            yield Rejected((found,), found.origin)
    for unit in units:
        for raw in read(unit, config):
            made = raw if isinstance(raw, Rejected) else article_of(raw, config, annotations)
            if isinstance(made, Rejected):
                yield made
            else:
                for found in made[1]:
                    if found.level == "warning":
                        print(as_line(found), file=sys.stderr)
                yield made[0]


def stats(arguments: argparse.Namespace) -> int:
    """Figures of a dataset or of raw articles."""
    from corpus_builder.figures import figures_of, printed_figures

    print(printed_figures(figures_of(arguments.paths, load_config(arguments.config)), arguments.format))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Write the page."""
    from corpus_builder import storage
    from corpus_builder.showing import page_of_paths

    page = page_of_paths(arguments.paths, load_config(arguments.config), title=arguments.title)
    storage.replace_bytes(arguments.out, page.encode())
    print(f"{arguments.out}: open it in a browser", file=sys.stderr)
    return 0


def boilerplate(arguments: argparse.Namespace) -> int:
    """Propose recurring lines as rules."""
    from corpus_builder.cleaning.recurring import add_to_rules, proposals, rule_lines

    config = load_config(arguments.config)
    paths = arguments.paths or [str(config.resolve(name)) for name in config.raw]
    articles = (article for article in _articles(paths, config) if isinstance(article, Article))
    found = proposals(articles, tuple(config.rule_files()), arguments.least)
    if arguments.out is None:
        print("\n".join(rule_lines(found)))
    else:
        added = add_to_rules(arguments.out, found)
        print(f"{arguments.out}: {added} lines added; read each before you keep it", file=sys.stderr)
    return 0
