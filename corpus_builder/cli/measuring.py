"""The verbs ``agree``, ``evaluate`` and ``train``."""

from __future__ import annotations

import argparse
import json
import sys

from corpus_builder.config import load_config
from corpus_builder.problems import at_least, printed


def agree(arguments: argparse.Namespace) -> int:
    """Compare two sets of annotations; status 1 if one of them has errors."""
    from corpus_builder.agreement_reports import agree_paths, agreement_record, agreement_table

    found, problems = agree_paths(arguments.first, arguments.second, load_config(arguments.config))
    errors = at_least(problems, "error")
    if errors:
        print(printed(errors, "text"), file=sys.stderr)
    if arguments.format == "json":
        print(json.dumps(agreement_record(found), ensure_ascii=False, indent=2))
    else:
        print(agreement_table(found))
    return 1 if errors else 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure annotators against gold; status 1 if some gold could not be used."""
    from corpus_builder import storage
    from corpus_builder.evaluation import evaluate_paths
    from corpus_builder.evaluation.pages import evaluation_page
    from corpus_builder.evaluation.reports import evaluation_record, evaluation_table

    found, problems = evaluate_paths(
        arguments.gold,
        load_config(arguments.config),
        annotators=arguments.annotator,
        renamed=dict(arguments.rename),
        layer=arguments.layer,
    )
    unfit = at_least(problems, "warning")
    if unfit:
        print(printed(unfit, "text"), file=sys.stderr)
    if arguments.format == "html":
        written = evaluation_page(found, title=f"Evaluation: {', '.join(found.annotators)}")
    elif arguments.format == "json":
        written = (
            json.dumps(evaluation_record(found, arguments.examples), ensure_ascii=False, indent=2) + "\n"
        )
    else:
        written = evaluation_table(found, arguments.examples) + "\n"
    if arguments.out is None:
        print(written, end="")
    else:
        storage.replace_bytes(arguments.out, written.encode())
        print(f"{arguments.out}: written", file=sys.stderr)
    return 1 if at_least(problems, "error") else 0


def train(arguments: argparse.Namespace) -> int:
    """Train a model and write it with its card."""
    from corpus_builder.training import train as train_model

    train_model(arguments.gold, arguments.out, ledger=arguments.ledger)
    print(f"{arguments.out}: written", file=sys.stderr)
    return 0
