"""Every verb, its arguments and its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_builder.levels import FORMATS, LEVELS
from corpus_builder.version import __version__

_DESCRIPTION = (
    "Raw news articles in, annotated Parquet out: exact spans, splits that never leak, byte-identical builds."
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(prog="corpus-builder", description=_DESCRIPTION)
    whole.add_argument("--version", action="version", version=f"corpus-builder {__version__}")
    verbs = whole.add_subparsers(title="verbs", metavar="VERB", required=True)
    _init(verbs)
    _validate(verbs)
    _annotate(verbs)
    _build(verbs)
    _verify(verbs)
    _stats(verbs)
    _show(verbs)
    _diff(verbs)
    _agree(verbs)
    _evaluate(verbs)
    _train(verbs)
    _splits(verbs)
    _boilerplate(verbs)
    return whole


if TYPE_CHECKING:
    # argparse gives it no public name.
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]


def _verb(verbs: Verbs, name: str, room: str, text: str) -> argparse.ArgumentParser:
    """Add a verb that runs ``corpus_builder.cli.ROOM.NAME``, imported when it is called."""

    def run(arguments: argparse.Namespace) -> int:
        function: Callable[[argparse.Namespace], int] = getattr(
            import_module(f"corpus_builder.cli.{room}"), name
        )
        return function(arguments)

    verb = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(run=run)
    return verb


def _with_config(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--config", type=Path, metavar="FILE", help="corpus.toml to use (default: the one in this folder)"
    )


def _init(verbs: Verbs) -> None:
    verb = _verb(verbs, "init", "starting", "Lay out a new corpus in a folder: it builds as it is.")
    verb.add_argument("folder", type=Path, metavar="DIR", help="the new folder")


def _validate(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "validate", "reading", "Find every problem of raw articles and annotations in one pass."
    )
    verb.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files or folders; - reads standard input (default: the corpus's raw articles)",
    )
    _with_config(verb)
    verb.add_argument(
        "--format", choices=FORMATS, default="text", help="how problems are printed (default: text)"
    )
    verb.add_argument(
        "--level", choices=LEVELS, default="warning", help="the lowest level to print (default: warning)"
    )
    verb.add_argument("--max-errors", type=_count, metavar="N", help="stop after this many errors")


def _annotate(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "annotate", "reading", "Print articles with sentences and entities, one JSON object per line."
    )
    verb.add_argument(
        "paths", nargs="+", metavar="FILE", help="articles in any input format; - reads standard input"
    )
    _with_config(verb)
    verb.add_argument(
        "--language", metavar="TAG", help="BCP 47 language of articles that do not say (default: ar)"
    )
    verb.add_argument(
        "--min-score", type=_share, metavar="P", help="leave out entities less probable than this"
    )


def _build(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "build", "building", "Build the dataset: Parquet, card and manifest, all of it or nothing."
    )
    verb.add_argument(
        "paths", nargs="*", metavar="RAW", help="raw files or folders (default: those of corpus.toml)"
    )
    verb.add_argument(
        "--out", metavar="DIR", help="the dataset's folder or address (default: that of corpus.toml)"
    )
    verb.add_argument(
        "--work", type=Path, metavar="DIR", help="where to build what is then uploaded to an address"
    )
    _with_config(verb)
    verb.add_argument(
        "--workers", type=_count, metavar="N", help="processes to use (default: one for each core)"
    )
    verb.add_argument(
        "--engine",
        choices=("local", "dask"),
        default="local",
        help="where work runs: on this machine, or on a Dask cluster (default: local)",
    )
    verb.add_argument("--scheduler", metavar="ADDRESS", help="the cluster's scheduler, for --engine dask")
    verb.add_argument(
        "--strict", action="store_true", help="publish nothing and exit with 1 when any article is left out"
    )
    verb.add_argument(
        "--gold-only", action="store_true", help="only articles with gold annotations, and no machine spans"
    )
    verb.add_argument("--no-verify", action="store_true", help="do not open and check the dataset at the end")


def _verify(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "verify", "building", "Check a built dataset: sums, promises, and a real load_dataset."
    )
    verb.add_argument("folder", metavar="DIR", help="the dataset's folder or address")
    verb.add_argument(
        "--format", choices=FORMATS, default="text", help="how problems are printed (default: text)"
    )


def _stats(verbs: Verbs) -> None:
    verb = _verb(verbs, "stats", "reading", "Count what is in a dataset or in raw articles.")
    verb.add_argument("paths", nargs="+", metavar="DIR|RAW", help="a built dataset, or raw files and folders")
    _with_config(verb)
    verb.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="how figures are printed (default: table)",
    )


def _show(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "show", "reading", "Make a page of articles with their annotations drawn over the text."
    )
    verb.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="raw files and folders, a built dataset, or what annotate printed",
    )
    _with_config(verb)
    verb.add_argument("--out", type=Path, required=True, metavar="FILE", help="the HTML file to write")
    verb.add_argument("--title", metavar="TEXT", help="the page's title (default: the corpus's name)")


def _agree(verbs: Verbs) -> None:
    verb = _verb(verbs, "agree", "measuring", "Compare two sets of annotations of the same articles.")
    verb.add_argument(
        "first", type=Path, metavar="A", help="a file or folder of annotated articles or annotations"
    )
    verb.add_argument("second", type=Path, metavar="B", help="another")
    _with_config(verb)
    verb.add_argument(
        "--format", choices=("table", "json"), default="table", help="how it is printed (default: table)"
    )


def _evaluate(verbs: Verbs) -> None:
    verb = _verb(verbs, "evaluate", "measuring", "Measure sentences and entities against gold.")
    verb.add_argument(
        "--gold",
        nargs="+",
        type=Path,
        required=True,
        metavar="PATH",
        help="annotated articles, tag columns, or lines of document id, tab and sentence",
    )
    verb.add_argument(
        "--annotator",
        nargs="+",
        default=(),
        metavar="NAME",
        help="annotators in their order (default: those of corpus.toml)",
    )
    _with_config(verb)
    verb.add_argument(
        "--layer",
        choices=("entities", "sentences", "both"),
        default="both",
        help="what to measure (default: both, where the gold has them)",
    )
    verb.add_argument(
        "--rename",
        nargs="+",
        type=_renaming,
        default=(),
        metavar="THEIRS=OURS",
        help="labels of tag columns; an empty OURS leaves a label out",
    )
    verb.add_argument(
        "--format",
        choices=("table", "json", "html"),
        default="table",
        help="how it is printed (default: table)",
    )
    verb.add_argument(
        "--examples", type=_count_or_none, default=20, metavar="N", help="mistakes to show (default: 20)"
    )
    verb.add_argument("--out", type=Path, metavar="FILE", help="write to this file instead of printing")


def _train(verbs: Verbs) -> None:
    verb = _verb(verbs, "train", "measuring", "Train the tagger's model on gold corpora.")
    verb.add_argument(
        "gold",
        nargs="+",
        type=Path,
        metavar="GOLD",
        help="IOB2 columns, marked articles or folders of them; without those that the ledger has in other splits",
    )
    verb.add_argument("--out", type=Path, required=True, metavar="MODEL", help="the model file to write")
    verb.add_argument(
        "--ledger", type=Path, metavar="FILE", help="the split ledger that says which articles may train"
    )


def _diff(verbs: Verbs) -> None:
    verb = _verb(verbs, "diff", "building", "Say what changed between two datasets.")
    verb.add_argument("old", type=Path, metavar="OLD", help="the earlier dataset's folder")
    verb.add_argument("new", type=Path, metavar="NEW", help="the later dataset's folder")
    verb.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="how changes are printed (default: table)",
    )


def _splits(verbs: Verbs) -> None:
    verb = _verb(
        verbs, "splits", "building", "Write the split ledger from a built dataset; what it names never moves."
    )
    verb.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="the dataset's folder (default: that of corpus.toml)",
    )
    _with_config(verb)
    verb.add_argument("--out", type=Path, metavar="FILE", help="the ledger (default: that of corpus.toml)")


def _boilerplate(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "boilerplate",
        "reading",
        "Propose lines that recur across a source's articles as rules to review.",
    )
    verb.add_argument(
        "paths", nargs="*", metavar="RAW", help="raw files or folders (default: those of corpus.toml)"
    )
    _with_config(verb)
    verb.add_argument(
        "--least",
        type=_count,
        default=5,
        metavar="N",
        help="articles of one source a line must be in (default: 5)",
    )
    verb.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="add the proposals to this rules file instead of printing them",
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _count_or_none(text: str) -> int:
    return 0 if text == "0" else _count(text)


def _renaming(text: str) -> tuple[str, str]:
    theirs, sign, ours = text.partition("=")
    if not theirs or not sign:
        raise argparse.ArgumentTypeError(f"{text} is not THEIRS=OURS")
    return theirs, ours


def _share(text: str) -> float:
    number = float(text)
    if not 0.0 <= number <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number
