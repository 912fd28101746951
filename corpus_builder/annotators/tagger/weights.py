"""The model file: attribute weights, transitions, word lists and calibration in one ``.npz`` without pickle.

Weights are stored as ``int8`` with one ``float16`` scale an attribute, attribute names as one sorted text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.bands import Bands
from corpus_builder.annotators.tagger.lexicon import Lexicon, lexicon_from

Floats = NDArray[np.float32]
FORMAT = 1
ARRAYS = frozenset(
    [
        "about",
        "attributes",
        "weights",
        "scale",
        "transitions",
        "repetition",
        "second_transitions",
        "lexicon",
        "band_words",
        "bands",
        "calibration",
    ]
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that training found.

    ``attributes`` names the rows of ``weights`` (attributes, labels); ``transitions`` is (from, to). The
    second pass adds ``repetition`` (offsets, codes, labels) to ``trust`` times the first pass's scores and
    has transitions of its own. ``cuts`` weighs what speaks for cutting a particle off a name; ``calibration``
    maps a span's raw probability, at evenly spaced points of its logit, to how often such spans are right.
    """

    labels: tuple[str, ...]
    attributes: Sequence[str]
    weights: Floats
    transitions: Floats
    trust: float
    repetition: Floats
    second_transitions: Floats
    lexicon: Lexicon
    bands: Mapping[int, int]
    cuts: Mapping[str, float]
    calibration: Floats


def _text(lines: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


class Names(Sequence[str]):
    """The lines of a text, cut apart when one is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n") if self.text else []

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)


def _entries(array: NDArray[np.uint8]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The words of a lexicon and its phrases, which come after all words, with their kinds."""
    text = array.tobytes().decode()
    cells = text.replace("\n", "\t").split("\t") if text else []
    surfaces = cells[::2]
    combinations = {kinds: tuple(kinds.split(",")) for kinds in set(cells[1::2])}
    kinds = list(map(combinations.__getitem__, cells[1::2]))
    words = text.count("\n", 0, text.index(" ")) if " " in text else len(surfaces)
    return (
        dict(zip(surfaces[:words], kinds[:words], strict=True)),
        dict(zip(surfaces[words:], kinds[words:], strict=True)),
    )


def quantised(weights: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows as ``int8`` and the scale of each: ``row ≈ scale * int8``, the largest error half a scale."""
    scale = (np.abs(weights).max(axis=1) / 127.0).astype(np.float16)
    scale[scale == 0] = np.float16(2**-24)
    return np.rint(weights / scale[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8), scale


def save(model: Weights, path: Path) -> None:
    """Write the model; the same model gives the same bytes."""
    order = sorted(range(len(model.attributes)), key=model.attributes.__getitem__)
    small, scale = quantised(model.weights[order])
    entries = [f"{word}\t{','.join(kinds)}" for word, kinds in model.lexicon.words.items()]
    entries += [f"{phrase}\t{','.join(kinds)}" for phrase, kinds in model.lexicon.phrases.items()]
    about = {
        "format": FORMAT,
        "labels": model.labels,
        "trust": model.trust,
        "cuts": dict(sorted(model.cuts.items())),
    }
    bands = sorted(model.bands.items())
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            about=_text([json.dumps(about, ensure_ascii=False, sort_keys=True)]),
            attributes=_text([model.attributes[i] for i in order]),
            weights=np.ascontiguousarray(small.T),
            scale=scale,
            transitions=model.transitions.astype(np.float32),
            repetition=model.repetition.astype(np.float32),
            second_transitions=model.second_transitions.astype(np.float32),
            band_words=np.array([word for word, _ in bands], dtype=np.uint32),
            bands=np.array([band for _, band in bands], dtype=np.uint8),
            lexicon=_text(entries),
            calibration=model.calibration.astype(np.float32),
        )


def load(path: Path) -> Weights:
    """Read a model file.

    Raises:
        ValueError: the file is no model of this format.
        OSError: it cannot be read.
    """
    with np.load(path, allow_pickle=False) as arrays:
        missing = ARRAYS - set(arrays)
        if missing:
            raise ValueError(f"{path}: no tagger model: {', '.join(sorted(missing))} missing")
        about: dict[str, Any] = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"{path}: model format {about['format']}, this version reads {FORMAT}")
        return Weights(
            labels=tuple(about["labels"]),
            attributes=Names(arrays["attributes"].tobytes().decode()),
            weights=arrays["weights"].T.astype(np.float32) * arrays["scale"].astype(np.float32)[:, None],
            transitions=arrays["transitions"],
            trust=about["trust"],
            repetition=arrays["repetition"],
            second_transitions=arrays["second_transitions"],
            bands=Bands(arrays["band_words"], arrays["bands"]),
            lexicon=lexicon_from(*_entries(arrays["lexicon"])),
            cuts=about["cuts"],
            calibration=arrays["calibration"],
        )
