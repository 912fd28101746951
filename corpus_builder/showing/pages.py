"""Records become one HTML file that asks the network for nothing and never takes article text for markup.

All data goes into a JSON block that the page's own script reads; the script makes text nodes of it. A
Content-Security-Policy admits that script and the style sheet by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from string import Template
from typing import Any

from corpus_builder.model import Document, Rejected
from corpus_builder.problems import CorpusError, place
from corpus_builder.showing.directions import direction

_FACTS = ("published", "source", "license", "split", "annotation")
#: Together, in this order and in a scope of their own, they are the page's script.
_SCRIPTS = ("text.js", "drawing.js", "filters.js", "choosing.js", "start.js")
#: What may not stand in a script element as it is: what could end it, what reorders its source for the eye,
#: what UTF-8 has no bytes for.
_UNSAFE = re.compile("[<>&\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def show_page(
    records: Iterable[Document | Mapping[str, Any] | Rejected],
    *,
    title: str,
    labels: Iterable[str] = (),
    splits: Mapping[str, str] | None = None,
) -> str:
    """The page of these documents, in their order.

    A record is a `Document` or a mapping as `Document.as_record` gives it; of a mapping, ``article_id`` and
    ``text`` are needed, and ``published``, ``source``, ``license``, ``split`` and ``annotation`` are shown
    where it has them. A `Rejected` is listed with its problems. ``labels`` come first and in this order;
    ``splits`` gives the split of an article id that has none of its own. Raises `CorpusError` where spans do
    not fit their text.
    """
    names = list(dict.fromkeys(labels))
    known = splits or {}
    articles = []
    left_out = []
    for record in records:
        if isinstance(record, Rejected):
            left_out.append(_left_out(record))
        else:
            plain = _plain(record)
            if plain.get("split") is None:
                plain["split"] = known.get(str(plain.get("article_id")))
            articles.append(_article(plain, names))
    data = {"labels": names, "articles": articles, "left_out": left_out}
    style = _asset("page.css")
    script = '"use strict";\n{\n' + "\n".join(map(_asset, _SCRIPTS)) + "}\n"
    return Template(_asset("page.html")).substitute(
        title=html.escape(title),
        style_hash=_hash(style),
        script_hash=_hash(script),
        style=style,
        script=script,
        data=script_safe(data),
    )


def script_safe(data: object) -> str:
    """JSON that may stand inside a script element: no ``<``, ``>``, ``&``, line separator or bidi control."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)


def _asset(name: str) -> str:
    return (files("corpus_builder") / "data" / "page" / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode("ascii")


def _plain(record: Document | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(record, Document):
        return dict(record)
    article = record.article
    plain = dict(record.as_record())
    plain |= {"published": article.published, "source": article.source, "license": article.license}
    plain["annotation"] = record.annotation
    if article.split is not None:
        plain["split"] = article.split
    return plain


def _left_out(rejected: Rejected) -> dict[str, Any]:
    found = [[place(p.origin), p.code, p.message] for p in rejected.problems]
    return {"id": rejected.article_id, "problems": found}


def _article(record: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """A record in the page's short form, spans as lists of numbers; new labels are added to ``names``."""
    article_id, text = record.get("article_id"), record.get("text")
    if not isinstance(article_id, str) or not isinstance(text, str):
        raise CorpusError("a record to show has no article_id or no text")
    try:
        language = str(record.get("language") or "und")
        entities = sorted(record.get("entities") or (), key=lambda e: (e["start"], -e["end"]))
        blocks = record.get("blocks") or [{"start": 0, "end": len(text), "kind": "paragraph"}]
        sentences = record.get("sentences") or ()
        _check_spans(article_id, text, blocks, sentences, entities)
        for entity in entities:
            if entity["label"] not in names:
                names.append(entity["label"])
        return {
            "id": article_id,
            "language": language,
            "direction": direction(language),
            "text": text,
            "facts": {name: value for name in _FACTS if (value := record.get(name)) is not None},
            "blocks": [[b["start"], b["end"], b["kind"]] for b in blocks],
            "sentences": [[s["start"], s["end"]] for s in sentences],
            "entities": [
                [e["start"], e["end"], names.index(e["label"]), e.get("annotator"), e.get("score")]
                for e in entities
            ],
            "dropped": [
                [d["field"], d["start"], d["end"], d["rule"], d["text"]] for d in record.get("dropped") or ()
            ],
        }
    except (KeyError, TypeError) as error:
        raise CorpusError(f"{article_id}: a span of it has no usable {error}") from None


def _check_spans(
    article_id: str,
    text: str,
    blocks: Iterable[Mapping[str, Any]],
    sentences: Iterable[Mapping[str, Any]],
    entities: Iterable[Mapping[str, Any]],
) -> None:
    """Blocks and sentences must be ordered and disjoint, entities nested and each inside one block."""
    for layer, spans in (("block", blocks), ("sentence", sentences)):
        last = 0
        for span in spans:
            if not last <= span["start"] < span["end"] <= len(text):
                raise CorpusError(f"{article_id}: the {layer} [{span['start']}, {span['end']}) does not fit")
            last = span["end"]
    edges = [(block["start"], block["end"]) for block in blocks]
    open_ends: list[int] = []
    for entity in entities:
        start, end = entity["start"], entity["end"]
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        held = any(low <= start < end <= high for low, high in edges)
        if not held or (open_ends and open_ends[-1] < end):
            raise CorpusError(
                f"{article_id}: the entity [{start}, {end}) crosses another or leaves its block"
            )
        open_ends.append(end)
