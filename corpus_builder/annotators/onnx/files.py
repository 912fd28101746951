"""Where a model lies: a folder, or a repository of the Hugging Face Hub at one commit.

Three files are read and nothing else: the graph, the tokenizer and the labels. No code of a model is ever run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus_builder.config import Config
from corpus_builder.problems import CorpusError

GRAPHS = ("model.onnx", "onnx/model.onnx")
_READ = ("config.json", "tokenizer.json", *GRAPHS, *(f"{name}_data" for name in GRAPHS))
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
#: Families whose position numbers begin after the padding's: that many fewer tokens fit.
_OFFSET_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer", "mpnet"}
)
_MOST_TOKENS = 512
_TOKENIZERS = ("BPE", "Unigram", "WordLevel", "WordPiece")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model, the tags that its classes mean, the tokens that fit (special ones too), the padding's id."""

    graph: Path
    tokenizer: Path
    tags: tuple[str, ...]
    tokens: int
    padding: int


def require_libraries() -> None:
    """Raise `CorpusError` with the way out where a library of the extra is missing."""
    for name in ("onnxruntime", "tokenizers", "huggingface_hub"):
        if find_spec(name) is None:
            raise CorpusError(f"{name} is not installed: pip install 'corpus-builder[onnx]'")


def model_files(config: Config) -> ModelFiles:
    """The files that ``[onnx]`` names. Raises `CorpusError` where one is missing or unusable."""
    folder = _folder(config)
    graph = next((folder / name for name in GRAPHS if (folder / name).is_file()), None)
    if graph is None:
        raise CorpusError(f"{folder}: no {' or '.join(GRAPHS)}")
    tokenizer = folder / "tokenizer.json"
    if not tokenizer.is_file():
        raise CorpusError(f"{folder}: no tokenizer.json")
    kind = _settings(tokenizer).get("model")
    if not isinstance(kind, dict) or kind.get("type") not in _TOKENIZERS:
        raise CorpusError(f"{tokenizer}: no tokenizer of the kinds {', '.join(_TOKENIZERS)}")
    settings = _settings(folder / "config.json")
    return ModelFiles(
        graph, tokenizer, _tags(settings, folder), _tokens(settings), _number(settings, "pad_token_id", 0)
    )


def component_name(config: Config) -> str:
    """What a manifest records of the model: its name at its commit, or its folder's name with the graph's SHA-256."""
    model, revision = config.onnx.model, config.onnx.revision
    if model and config.resolve(model).is_dir():
        with model_files(config).graph.open("rb") as graph:
            return f"onnx:{Path(model).name} sha256:{hashlib.file_digest(graph, 'sha256').hexdigest()}"
    return f"onnx:{model}@{revision}"


def _folder(config: Config) -> Path:
    model, revision = config.onnx.model, config.onnx.revision
    if not model:
        raise CorpusError('annotate names "onnx", but [onnx] names no model')
    if config.resolve(model).is_dir():
        return config.resolve(model)
    if not _HUB_NAME.fullmatch(model):
        raise CorpusError(f"[onnx] model {model!r} is neither a folder nor a name on the Hub")
    if revision is None or not _COMMIT.fullmatch(revision):
        raise CorpusError(
            f"[onnx] {model} is on the Hub: set revision to the hash of a commit (40 hexadecimal digits)"
        )
    return _fetched(model, revision)


def _fetched(model: str, revision: str) -> Path:
    """The model's folder in the Hub's cache; the network is asked only where the cache has not got all of it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    cached = _cached(model, revision)
    if cached is not None:
        return cached
    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(_READ)))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise CorpusError(f"[onnx] {model}@{revision} cannot be fetched: {error}") from error


def _cached(model: str, revision: str) -> Path | None:
    """The folder of a model that was fetched whole before."""
    from huggingface_hub import try_to_load_from_cache

    found = {name: try_to_load_from_cache(model, name, revision=revision) for name in _READ}
    here = {name: Path(path) for name, path in found.items() if isinstance(path, str)}
    if not set(_READ[:2]) <= set(here) or not set(GRAPHS) & set(here):
        return None
    return here[_READ[0]].parent


def _settings(path: Path) -> Mapping[str, Any]:
    try:
        settings = json.loads(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise CorpusError(f"{path}: {error}") from None
    if not isinstance(settings, dict):
        raise CorpusError(f"{path}: no JSON object")
    return settings


def _tags(settings: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    named = settings.get("id2label")
    if not isinstance(named, dict) or set(named) != set(map(str, range(len(named)))):
        raise CorpusError(f"{folder}: config.json has no id2label with the numbers from 0")
    return tuple(str(named[str(number)]) for number in range(len(named)))


def _tokens(settings: Mapping[str, Any]) -> int:
    positions = _number(settings, "max_position_embeddings", _MOST_TOKENS)
    if settings.get("model_type") in _OFFSET_POSITIONS:
        positions -= _number(settings, "pad_token_id", 1) + 1
    return min(_MOST_TOKENS, positions)


def _number(settings: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = settings.get(name)
    return value if type(value) is int and value >= 0 else otherwise
