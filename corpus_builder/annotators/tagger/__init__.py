"""The embedded tagger: a linear-chain CRF for Arabic names, decoded in numpy."""

from corpus_builder.annotators.tagger.core import Tagger

__all__ = ["Tagger"]
