"""The tables' columns in the two dialects of the ``datasets`` library: JSON in the Parquet metadata, YAML in the card."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from corpus_builder.writers.schemas import SCHEMAS, tag_names


def features(config: str, labels: tuple[str, ...]) -> dict[str, Any]:
    """What ``datasets.Features.to_dict()`` gives for this table."""
    made = {field.name: _feature(field.type) for field in SCHEMAS[config]}
    if config == "tokens":
        made["ner_tags"] = {"feature": {"names": tag_names(labels), "_type": "ClassLabel"}, "_type": "List"}
    return made


def yaml_features(config: str, labels: tuple[str, ...]) -> list[dict[str, Any]]:
    """What stands under ``dataset_info.features`` in a card."""
    listed = [{"name": field.name, **_yaml(field.type)} for field in SCHEMAS[config]]
    if config == "tokens":
        names = {str(number): name for number, name in enumerate(tag_names(labels))}
        listed = [
            {"name": "ner_tags", "list": {"class_label": {"names": names}}} if f["name"] == "ner_tags" else f
            for f in listed
        ]
    return listed


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    return {"dtype": _name(kind), "_type": "Value"}


def _yaml(kind: pa.DataType) -> dict[str, Any]:
    if not pa.types.is_list(kind):
        return {"dtype": _name(kind)}
    inner = kind.value_type
    if pa.types.is_struct(inner):
        return {"list": [{"name": field.name, **_yaml(field.type)} for field in inner]}
    return {"list": _name(inner)}


def _name(kind: pa.DataType) -> str:
    return "float64" if pa.types.is_float64(kind) else str(kind)
