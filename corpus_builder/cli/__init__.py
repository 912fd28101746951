"""The command line: parse, call, print. Data goes to stdout, speech to stderr.

Exit status: 0 done; 1 the data has problems; 2 wrong use or configuration; 130 stopped by the person.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    from corpus_builder.cli.arguments import parser

    arguments = parser().parse_args(argv)
    from corpus_builder.problems import CorpusError, visible

    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except CorpusError as error:
        print(f"corpus-builder: {visible(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        print(f"corpus-builder: {visible(named)}{error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("corpus-builder: stopped; the same command goes on from what is finished", file=sys.stderr)
        return 130
    return status


def entry() -> None:
    """The command as it is installed: run, then leave at once, all files being closed.

    An interpreter on its way out takes a twentieth of a second to free lists and models one by one; and the ``datasets`` library leaves
    native threads behind that now and then abort it then. Under a profiler or a tracer it takes its time, for them to say what they saw.
    """
    # Nearly all that is made lives for one batch and holds no cycles: to search every 700 objects costs a twelfth of a build.
    gc.set_threshold(300_000)
    # Nothing here multiplies matrices: the threads that numpy has for that would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.getprofile() or sys.gettrace():
        sys.exit(status)
    os._exit(status)
