"""Marked articles: one readable file that holds a raw article and its gold annotations.

The file is TOML front matter between two ``+++`` lines, then the title, an empty line, and the text, with
marks in them that are no part of the raw article (docs/formats.md describes them all)::

    ⟦LABEL name⟧    an entity; entities nest
    ‖               the end of a sentence, where another follows in the same block
    ⟨heading⟩       the kind of what follows, to the end of the line or to ⟨/⟩; without it, a paragraph
    ⟨drop⟩          boilerplate, which no block covers
    ⟨+⟩             at a line's end: the block goes on in the next line
    ⟨U+200F⟩        that code point, which a proof-reader could not see otherwise
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from corpus_builder.model import BLOCK_KINDS, Origin, Problem
from corpus_builder.problems import as_line, problem

_MARK = re.compile(r"⟦(?P<label>[A-Z][A-Z0-9_]*) |⟧|‖|⟨(?P<tag>[^⟨⟩\n]*)⟩|[⟦⟧⟨⟩]|\n")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
#: Format characters with a shape of their own (Unicode's Prepended_Concatenation_Mark): the end of a verse, the sign of a year.
_SHAPED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
#: Keys of the front matter that describe the article to its editors and are no part of the article record.
EDITORIAL = frozenset({"desk", "style", "region", "hazards", "wire_of", "annotator", "guidelines"})


@dataclass(slots=True)
class _Scan:
    """What has been seen so far while one field is read; offsets are over the raw field."""

    field_name: str
    path: str
    first_line: int
    raw: list[str] = field(default_factory=list)
    length: int = 0
    line: int = 0
    line_start: int = 0
    kind: str = "paragraph"
    block_start: int = 0
    sentence_start: int = 0
    open_entities: list[tuple[str, int, int, int]] = field(default_factory=list)
    blocks: list[tuple[int, int, str]] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.raw.append(text)
        self.length += len(text)

    def fault(self, detail: str, offset: int) -> None:
        origin = Origin(self.path, self.first_line + self.line, offset - self.line_start + 1)
        self.problems.append(problem("marked-syntax", detail, origin))

    def end_sentence(self) -> None:
        if self.kind != "drop" and self.length > self.sentence_start:
            self.sentences.append((self.sentence_start, self.length))
        self.sentence_start = self.length

    def end_block(self, offset: int) -> None:
        for label, _start, line, column in self.open_entities:
            origin = Origin(self.path, line, column)
            self.problems.append(
                problem("marked-syntax", f"The entity ⟦{label} is not closed in its block", origin)
            )
        self.open_entities.clear()
        self.end_sentence()
        if self.kind != "drop" and self.length > self.block_start:
            self.blocks.append((self.block_start, self.length, self.kind))
        self.start_block("paragraph")

    def start_block(self, kind: str) -> None:
        self.kind = kind
        self.block_start = self.sentence_start = self.length


def parse_marked(text: str, origin: Origin) -> tuple[dict[str, object], dict[str, object], list[Problem]]:
    """Split a marked article into ``(article record, annotation record, problems)``.

    The records have the form that the article and annotation schemas describe; offsets count code points of the
    raw fields. With problems of level error the records are as complete as they could be made.
    """
    front, body, first_line, problems = _front_matter(text, origin)
    head, separator, rest = body.partition("\n")
    blank, newline, remainder = rest.partition("\n")
    if separator and not blank.strip():
        rest, skipped = remainder, 2 if newline else 1
    else:
        skipped = 1
    title = _scan("title", head, origin.path, first_line)
    article_text = _scan("text", rest.rstrip("\n"), origin.path, first_line + skipped)
    article: dict[str, object] = {key: value for key, value in front.items() if key not in EDITORIAL}
    article["title"] = "".join(title.raw)
    article["text"] = "".join(article_text.raw)
    annotation = _annotation(front, title, article_text)
    return article, annotation, problems + title.problems + article_text.problems


def _front_matter(text: str, origin: Origin) -> tuple[dict[str, object], str, int, list[Problem]]:
    if not text.startswith("+++\n") or (end := text.find("\n+++\n", 3)) < 0:
        found = problem(
            "metadata-invalid", "There is no front matter between two +++ lines", Origin(origin.path, 1, 1)
        )
        return {}, text, 1, [found]
    source = text[4 : end + 1]
    body = text[end + 5 :]
    first_line = 3 + source.count("\n")
    try:
        front = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        return {}, body, first_line, [problem("metadata-invalid", f"{error}", Origin(origin.path, 2, 1))]
    return front, body, first_line, []


def _scan(name: str, marked: str, path: str, first_line: int) -> _Scan:
    scan = _Scan(name, path, first_line)
    scan.kind = "title" if name == "title" else "paragraph"
    position = 0
    for mark in _MARK.finditer(marked):
        if mark.start() < position:
            continue
        scan.add(marked[position : mark.start()])
        position = mark.end()
        if mark["label"]:
            column = mark.start() - scan.line_start + 1
            scan.open_entities.append((mark["label"], scan.length, first_line + scan.line, column))
            if scan.kind == "drop":
                scan.fault("An entity stands in a dropped part", mark.start())
        elif mark[0] == "⟧":
            if not scan.open_entities:
                scan.fault("⟧ closes no entity", mark.start())
                continue
            label, start, _line, _column = scan.open_entities.pop()
            scan.entities.append((start, scan.length, label))
        elif mark[0] == "‖":
            if scan.open_entities:
                scan.fault("A sentence ends inside an entity", mark.start())
            scan.end_sentence()
        elif mark[0] == "\n":
            scan.end_block(mark.start())
            scan.add("\n")
            scan.line += 1
            scan.line_start = mark.end()
            scan.start_block("paragraph")
        elif mark["tag"] is not None:
            position = _tag(scan, mark["tag"], mark.start(), mark.end(), marked)
        else:
            scan.fault(f"A lone {mark[0]} is no mark", mark.start())
    scan.add(marked[position:])
    scan.end_block(len(marked))
    return scan


def _tag(scan: _Scan, tag: str, start: int, end: int, marked: str) -> int:
    """Act on ``⟨tag⟩``; gives the offset in the marked text to go on from."""
    code_point = _CODE_POINT.fullmatch(tag)
    if code_point and int(code_point[1], 16) < 0x110000:
        scan.add(chr(int(code_point[1], 16)))
    elif tag == "+" and marked[end : end + 1] == "\n":
        scan.add("\n")
        scan.line += 1
        scan.line_start = end + 1
        return end + 1
    elif tag == "/":
        scan.end_block(start)
    elif tag in BLOCK_KINDS[1:] or tag == "drop":
        if "".join(scan.raw)[scan.block_start :].strip():
            scan.end_block(start)
        scan.start_block(tag)
    else:
        scan.fault(f"⟨{tag}⟩ is no mark", start)
    return end


def _annotation(front: dict[str, object], *scans: _Scan) -> dict[str, object]:
    fields: dict[str, object] = {}
    blocks: list[dict[str, object]] = []
    sentences: list[dict[str, object]] = []
    entities: list[dict[str, object]] = []
    for scan in scans:
        raw = "".join(scan.raw)
        name = scan.field_name
        fields[name] = {"sha256": hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()}
        for start, end, kind in scan.blocks:
            if span := _trimmed(raw, start, end):
                blocks.append({"field": name, "start": span[0], "end": span[1], "kind": kind})
        for start, end in scan.sentences:
            if span := _trimmed(raw, start, end):
                sentences.append(
                    {"field": name, "start": span[0], "end": span[1], "text": raw[span[0] : span[1]]}
                )
        for start, end, label in sorted(scan.entities, key=lambda e: (e[0], -e[1])):
            entities.append(
                {"field": name, "start": start, "end": end, "label": label, "text": raw[start:end]}
            )
    annotation: dict[str, object] = {
        "article_id": front.get("id", ""),
        "fields": fields,
        "complete": {"layers": ["blocks", "sentences", "entities"]},
        "blocks": blocks,
        "sentences": sentences,
        "entities": entities,
    }
    for key in ("annotator", "guidelines"):
        if key in front:
            annotation[key] = front[key]
    return annotation


def _trimmed(raw: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without what cleaning turns into nothing at its edges; None if nothing is left."""
    while start < end and _is_unseen(raw[start]):
        start += 1
    while start < end and _is_unseen(raw[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def _is_unseen(char: str) -> bool:
    """Whether cleaning leaves nothing of this character at a line's edge. Signs such as the end of a verse are format
    characters too, but have a shape."""
    return char.isspace() or (unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in _SHAPED)


def _proof_read(paths: list[str], *, show: bool) -> int:
    faults = 0
    for path in paths:
        article, annotation, problems = parse_marked(Path(path).read_text(encoding="utf-8"), Origin(path))
        faults += len(problems)
        for found in problems:
            print(as_line(found))
        if not show:
            continue
        print(f"== {path}: {len(str(article['text']).split())} words")
        for layer in ("blocks", "sentences", "entities"):
            spans = annotation[layer]
            if isinstance(spans, list):
                for span in spans:
                    quoted = str(article[span["field"]])[span["start"] : span["end"]]
                    print(
                        layer[0],
                        span["field"],
                        span["start"],
                        span["end"],
                        span.get("kind") or span.get("label") or "",
                        quoted,
                        sep="\t",
                    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(_proof_read([a for a in sys.argv[1:] if a != "--show"], show="--show" in sys.argv))
