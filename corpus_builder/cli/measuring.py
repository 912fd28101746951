"""The verbs ``agree`` and ``train``."""

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


def train(arguments: argparse.Namespace) -> int:
    """Train a model and write it with its card."""
    from corpus_builder.training import train as train_model

    train_model(arguments.gold, arguments.out, ledger=arguments.ledger)
    print(f"{arguments.out}: written", file=sys.stderr)
    return 0
