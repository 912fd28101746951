"""Tiny models that really run: a table from word pieces to classes, as an ONNX graph with a tokenizer of its own."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SURE = 8.0
Build = Callable[..., Path]


def tokenizer_of(pieces: Sequence[str]) -> Tokenizer:
    """Word pieces with ``[CLS]`` before and ``[SEP]`` after a text."""
    vocabulary = {piece: number for number, piece in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *pieces])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def graph_of(scores: np.ndarray, outside: int) -> onnx.ModelProto:
    """Logits by word piece, times the mask; beside ``[CLS]`` or ``[SEP]`` the class ``outside`` wins whatever the piece.

    So a piece is judged rightly only where it has a neighbour on both sides, as in a window's middle.
    """
    edge = np.zeros_like(scores)
    edge[2:4, outside] = 10 * SURE
    constants = {"scores": scores, "edge": edge}
    constants |= {
        name: np.array([value], dtype=np.int64)
        for name, value in (("zero", 0), ("one", 1), ("minus", -1), ("end", 2**31), ("two", 2))
    }
    nodes = [
        helper.make_node("Gather", ["scores", "input_ids"], ["own"]),
        helper.make_node("Slice", ["input_ids", "zero", "minus", "one"], ["head"]),
        helper.make_node("Slice", ["input_ids", "zero", "one", "one"], ["first"]),
        helper.make_node("Concat", ["first", "head"], ["left"], axis=1),
        helper.make_node("Slice", ["input_ids", "one", "end", "one"], ["tail"]),
        helper.make_node("Slice", ["input_ids", "minus", "end", "one"], ["last"]),
        helper.make_node("Concat", ["tail", "last"], ["right"], axis=1),
        helper.make_node("Gather", ["edge", "left"], ["from_left"]),
        helper.make_node("Gather", ["edge", "right"], ["from_right"]),
        helper.make_node("Sum", ["own", "from_left", "from_right"], ["all"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "two"], ["wide"]),
        helper.make_node("Mul", ["all", "wide"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", scores.shape[1]])
    held = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "table", inputs, [output], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Write a model folder in which each piece has its tag, and all other pieces ``O``."""

    def write(tags: Mapping[str, str], *, tokens: int = 512, under: str = "", name: str = "model") -> Path:
        classes = ["O", *dict.fromkeys(tag for tag in tags.values() if tag != "O")]
        tokenizer = tokenizer_of(list(tags))
        scores = np.zeros((tokenizer.get_vocab_size(), len(classes)), dtype=np.float32)
        scores[:, 0] = SURE / 2
        for piece, tag in tags.items():
            scores[tokenizer.token_to_id(piece), classes.index(tag)] = SURE
        folder = tmp_path / name
        (folder / under).mkdir(parents=True)
        onnx.save(graph_of(scores, 0), folder / under / "model.onnx")
        tokenizer.save(str(folder / "tokenizer.json"))
        settings = {
            "id2label": dict(enumerate(classes)),
            "max_position_embeddings": tokens,
            "pad_token_id": 0,
        }
        (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        return folder

    return write
