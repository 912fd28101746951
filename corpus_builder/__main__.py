"""``python -m corpus_builder`` is the command ``corpus-builder``."""

from corpus_builder.cli import entry

if __name__ == "__main__":
    entry()
