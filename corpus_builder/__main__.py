"""``python -m corpus_builder`` is the command ``corpus-builder``."""

import sys

from corpus_builder.cli import main

if __name__ == "__main__":
    sys.exit(main())
