"""Training the embedded tagger. Needs the ``train`` extra; nothing here is imported when text is annotated."""

from corpus_builder.training.tagger import train

__all__ = ["train"]
