"""A model that runs: text in, pieces with their class probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.onnx.files import ModelFiles
from corpus_builder.annotators.onnx.windows import Window, batches, softmax, windows
from corpus_builder.problems import CorpusError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids", "position_ids"})
Pieces = tuple[list[tuple[int, int]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: ``before`` and ``after`` are the ids that frame a sequence, ``size`` the tokens between them."""

    session: InferenceSession
    tokenizer: Tokenizer
    inputs: frozenset[str]
    tags: tuple[str, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    size: int
    padding: int


def load_model(files: ModelFiles) -> Model:
    """Load the graph on a CUDA device where onnxruntime has one, else on the processor.

    Raises `CorpusError` where a file cannot be read or the graph is no token classifier with these classes.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as states
    from tokenizers import Tokenizer

    providers = [name for name in _PROVIDERS if name in onnxruntime.get_available_providers()]
    refused = (
        states.Fail,
        states.InvalidGraph,
        states.InvalidProtobuf,
        states.NotImplemented,
        states.InvalidArgument,
    )
    try:
        session = onnxruntime.InferenceSession(str(files.graph), providers=providers)
    except (*refused, states.NoSuchFile, states.RuntimeException) as error:
        raise CorpusError(f"{files.graph}: onnxruntime cannot load it: {error}") from error
    inputs = frozenset(each.name for each in session.get_inputs())
    if "input_ids" not in inputs or not inputs <= _INPUTS:
        raise CorpusError(
            f"{files.graph}: its inputs are {', '.join(sorted(inputs))}, not those of a token classifier"
        )
    shape = session.get_outputs()[0].shape
    if len(shape) != 3 or (isinstance(shape[2], int) and shape[2] != len(files.tags)):
        raise CorpusError(
            f"{files.graph}: its output {shape} does not fit the {len(files.tags)} labels of config.json"
        )
    tokenizer = Tokenizer.from_str(files.tokenizer.read_text(encoding="utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    before, after = _frame(tokenizer)
    size = files.tokens - len(before) - len(after)
    if size < 1:
        raise CorpusError(f"{files.graph}: no token fits between the special ones")
    return Model(session, tokenizer, inputs, files.tags, before, after, size, files.padding)


def _frame(tokenizer: Tokenizer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The special tokens that the tokenizer puts before and after a sequence."""
    framed = tokenizer.encode("a")
    ids, special = framed.ids, framed.special_tokens_mask
    plain = [number for number, flag in enumerate(special) if not flag]
    first, stop = (plain[0], plain[-1] + 1) if plain else (len(ids), len(ids))
    return tuple(ids[:first]), tuple(ids[stop:])


def classify(model: Model, texts: Sequence[str]) -> list[Pieces]:
    """The word pieces of each text, as code-point ranges in it, and the probability of each class for every piece."""
    encodings = model.tokenizer.encode_batch(list(texts), add_special_tokens=False)
    ids = [encoding.ids for encoding in encodings]
    shares = [np.zeros((len(some), len(model.tags))) for some in ids]
    special = len(model.before) + len(model.after)
    for batch in batches(windows([len(some) for some in ids], model.size), special):
        for window, answer in zip(batch, _run(model, batch, ids), strict=True):
            begin = len(model.before) + window.first - window.start
            part = answer[begin : begin + window.last - window.first]
            shares[window.sequence][window.first : window.last] = softmax(part)
    return [(list(encoding.offsets), some) for encoding, some in zip(encodings, shares, strict=True)]


def _run(model: Model, batch: Sequence[Window], ids: Sequence[Sequence[int]]) -> NDArray[np.floating]:
    rows = [(*model.before, *ids[w.sequence][w.start : w.stop], *model.after) for w in batch]
    width = max(map(len, rows))
    tokens = np.full((len(rows), width), model.padding, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        tokens[number, : len(row)] = row
        mask[number, : len(row)] = 1
    feed: dict[str, Any] = {
        "input_ids": tokens,
        "attention_mask": mask,
        "token_type_ids": np.zeros_like(tokens),
        "position_ids": np.broadcast_to(np.arange(width, dtype=np.int64), tokens.shape),
    }
    answer: NDArray[np.floating] = model.session.run(None, {name: feed[name] for name in model.inputs})[0]
    if answer.shape != (*tokens.shape, len(model.tags)):
        raise CorpusError(
            f"the ONNX model answers {answer.shape} where {(*tokens.shape, len(model.tags))} is due"
        )
    return answer
