"""How good annotators are: sentences and entities against gold."""

from corpus_builder.evaluation.evaluating import Evaluation, evaluate, evaluate_paths

__all__ = ["Evaluation", "evaluate", "evaluate_paths"]
