"""The model file: attribute weights, transitions, word lists and calibration in one ``.npz`` without pickle.

Weights are stored as ``int8`` with one ``float16`` scale an attribute, all as it is looked up, so that a model is there at once. The
names of the attributes lie beside them for who wants to read the model; nothing looks at them but `attribute_names`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.attribute_names import DISTANCES, Attributes, Floats, Table
from corpus_builder.annotators.tagger.bands import Bands
from corpus_builder.annotators.tagger.lexicon import Lexicon, trie_from

FORMAT = 2


class Weights(NamedTuple):
    """Everything that training found.

    ``transitions`` is (from, to). The second pass adds ``repetition`` (offsets, codes, labels) to ``trust`` times
    the first pass's scores and has transitions of its own. ``cuts`` weighs what speaks for cutting a particle off a
    name; ``calibration`` maps a span's raw probability, at evenly spaced points of its logit, to how often such
    spans are right.
    """

    labels: tuple[str, ...]
    attributes: Attributes
    transitions: Floats
    trust: float
    repetition: Floats
    second_transitions: Floats
    lexicon: Lexicon
    bands: Mapping[int, int]
    cuts: Mapping[str, float]
    calibration: Floats


def quantised(weights: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows, the labels along the last axis, as ``int8`` and the scale of each: ``row ≈ scale * int8``, the largest error half a scale."""
    scale = (np.abs(weights).max(axis=-1) / 127.0).astype(np.float16)
    scale[scale == 0] = np.float16(2**-24)
    small = np.rint(weights / scale[..., None].astype(np.float32)).clip(-127, 127).astype(np.int8)
    return small, scale


def save(model: Weights, names: Sequence[str], path: Path) -> None:
    """Write the model, and the names of its attributes beside it; the same model gives the same bytes."""
    words, beginnings, phrases = model.lexicon
    word_kinds, kinds = _coded(words.values())
    beginning_labels, labels = _coded(tuple(sorted(own)) for own in beginnings.values())
    about = {
        "format": FORMAT,
        "labels": model.labels,
        "trust": model.trust,
        "cuts": dict(sorted(model.cuts.items())),
        "word_kinds": kinds,
        "beginning_labels": labels,
        "phrase_kinds": phrases.combinations,
    }
    bands = Bands.of(model.bands)
    arrays: dict[str, NDArray[Any]] = {
        "about": _text([json.dumps(about, ensure_ascii=False, sort_keys=True)]),
        "keys": model.attributes.keys,
        "key_numbers": model.attributes.key_numbers,
        "told": model.attributes.told,
        "told_names": _text(model.attributes.told_names),
        "transitions": model.transitions.astype(np.float32),
        "repetition": model.repetition.astype(np.float32),
        "second_transitions": model.second_transitions.astype(np.float32),
        "band_words": bands.prints,
        "bands": bands.bands,
        "words": _text(words),
        "word_kinds": word_kinds,
        "beginnings": _text(beginnings),
        "beginning_labels": beginning_labels,
        "phrase_words": _text(phrases.numbers),
        "phrase_edges": phrases.edges,
        "phrase_codes": phrases.codes.astype(np.uint16),
        "calibration": model.calibration.astype(np.float32),
    }
    for place, table in enumerate(model.attributes.tables):
        arrays[f"numbers_{place}"] = table.numbers
        whole = table.weights.astype(np.float32) * table.scale[..., None].astype(np.float32)
        arrays[f"weights_{place}"], arrays[f"scale_{place}"] = quantised(whole)
    with ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            _write(archive, ZipInfo(f"{name}.npy"), array)
        # Only these are asked for seldom enough to be worth the time of unpacking.
        unread = ZipInfo("attributes.npy")
        unread.compress_type = ZIP_DEFLATED
        _write(archive, unread, _text(names))


def _write(archive: ZipFile, member: ZipInfo, array: NDArray[Any]) -> None:
    with archive.open(member, "w", force_zip64=True) as file:
        np.lib.format.write_array(file, array, allow_pickle=False)


def _text(lines: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def _lines(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n") if len(array) else []


def _coded(values: Iterable[tuple[str, ...]]) -> tuple[NDArray[np.uint16], list[tuple[str, ...]]]:
    """Numbers for values, and the value of each number."""
    every = list(values)
    distinct = sorted(set(every))
    places = {value: i for i, value in enumerate(distinct)}
    return np.array([places[value] for value in every], dtype=np.uint16), distinct


def load(path: Path) -> Weights:
    """Read a model file.

    Raises:
        ValueError: the file is no model of this format.
        OSError: it cannot be read.
    """
    with np.load(path, allow_pickle=False) as arrays:
        about = _about(arrays, path)

        def coded(name: str, kinds: Iterable[Any]) -> map[Any]:
            return map(list(kinds).__getitem__, arrays[name].tolist())

        return Weights(
            labels=tuple(about["labels"]),
            attributes=Attributes(
                arrays["keys"],
                arrays["key_numbers"],
                arrays["told"],
                _lines(arrays["told_names"]),
                tuple(
                    Table(*(arrays[f"{name}_{place}"] for name in Table._fields))
                    for place in range(len(DISTANCES))
                ),
            ),
            transitions=arrays["transitions"],
            trust=about["trust"],
            repetition=arrays["repetition"],
            second_transitions=arrays["second_transitions"],
            bands=Bands(arrays["band_words"], arrays["bands"]),
            lexicon=Lexicon(
                dict(
                    zip(
                        _lines(arrays["words"]),
                        coded("word_kinds", map(tuple, about["word_kinds"])),
                        strict=True,
                    )
                ),
                dict(
                    zip(
                        _lines(arrays["beginnings"]),
                        coded("beginning_labels", map(frozenset, about["beginning_labels"])),
                        strict=True,
                    )
                ),
                trie_from(
                    _lines(arrays["phrase_words"]),
                    arrays["phrase_edges"],
                    arrays["phrase_codes"].astype(np.int64),
                    list(map(tuple, about["phrase_kinds"])),
                ),
            ),
            cuts=about["cuts"],
            calibration=arrays["calibration"],
        )


def _about(arrays: Mapping[str, NDArray[Any]], path: Path) -> dict[str, Any]:
    if "about" not in arrays:
        raise ValueError(f"{path}: no tagger model: it does not say what it is")
    about: dict[str, Any] = json.loads(arrays["about"].tobytes())
    if about["format"] != FORMAT:
        raise ValueError(
            f"{path}: model format {about['format']}, this version reads {FORMAT}: train it again"
        )
    return about


def attribute_names(path: Path) -> list[str]:
    """The names of the attributes of a model file, in the order of its weights."""
    with np.load(path, allow_pickle=False) as arrays:
        return _lines(arrays["attributes"])
