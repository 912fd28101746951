"""The Arrow schemas of the three published tables: a contract, whose change is a new major version."""

from __future__ import annotations

import pyarrow as pa

_SPAN = [("start", pa.int32()), ("end", pa.int32())]
_KIND_SPAN = pa.struct([*_SPAN, ("kind", pa.string())])
ENTITY = pa.struct(
    [
        *_SPAN,
        ("label", pa.string()),
        ("text", pa.string()),
        ("annotator", pa.string()),
        ("score", pa.float64()),
    ]
)

ARTICLES = pa.schema(
    [
        ("article_id", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("language", pa.string()),
        ("published", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("license", pa.string()),
        ("annotation", pa.string()),
        ("blocks", pa.list_(_KIND_SPAN)),
        ("sentences", pa.list_(_KIND_SPAN)),
        ("entities", pa.list_(ENTITY)),
        ("text_sha256", pa.string()),
    ]
)
SENTENCES = pa.schema(
    [
        ("article_id", pa.string()),
        ("sentence_index", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("kind", pa.string()),
        ("text", pa.string()),
        ("entities", pa.list_(ENTITY)),
        ("language", pa.string()),
        ("license", pa.string()),
    ]
)
TOKENS = pa.schema(
    [
        ("article_id", pa.string()),
        ("sentence_index", pa.int32()),
        ("tokens", pa.list_(pa.string())),
        ("ner_tags", pa.list_(pa.int64())),
        ("starts", pa.list_(pa.int32())),
        ("ends", pa.list_(pa.int32())),
    ]
)
SCHEMAS = {"articles": ARTICLES, "sentences": SENTENCES, "tokens": TOKENS}


def tag_names(labels: tuple[str, ...]) -> list[str]:
    """The IOB2 classes of ``ner_tags``, in order: O, then B- and I- of each label."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
