"""Training the embedded tagger. Needs the ``train`` extra; annotating imports nothing of it."""

from corpus_builder.training.tagger import train

__all__ = ["train"]
