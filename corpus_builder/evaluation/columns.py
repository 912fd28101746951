"""Gold in other people's forms: tag columns, and a sentence a line."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

from corpus_builder.evaluation.cases import GoldText, Labelled, Range
from corpus_builder.label_schemes import TAG, our_label, tag_spans
from corpus_builder.problems import CorpusError

SENTENCES_A_DOCUMENT = 30
"""Column files seldom say where a document ends; so many sentences in a row are taken for one."""
LAYOUTS = ("headline and paragraphs", "spaces only")
_LOOKED_AT = 200
_SENTENCE_LINE = re.compile(r"\S+\t.*\S.*")
_SEGMENT_END = "$#$"
_DOCUMENT = "-DOCSTART-"
Rows = list[tuple[str, list[str]]]


def form_of(path: Path) -> str | None:
    """``columns``, ``sentences`` or None: what the first lines of a text file look like."""
    if path.name.endswith(".marked.txt") or path.suffix.lower() not in {
        "",
        ".txt",
        ".tsv",
        ".conll",
        ".bio",
        ".iob2",
    }:
        return None
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = [line.rstrip("\n") for line in islice(file, _LOOKED_AT) if line.strip()]
    except UnicodeDecodeError:
        return None
    if lines and all(_is_row(line.split()) for line in lines):
        return "columns"
    if lines and all(_SENTENCE_LINE.fullmatch(line) for line in lines):
        return "sentences"
    return None


def _is_row(fields: Sequence[str]) -> bool:
    return fields[0] == _DOCUMENT or (len(fields) > 1 and all(map(TAG.fullmatch, fields[1:])))


def read_columns(path: Path, labels: Sequence[str], renamed: Mapping[str, str]) -> list[GoldText]:
    """The documents of a file with ``token TAG [TAG …]`` a line and an empty line after each sentence.

    Labels become ours (`our_label`); those that stand for none of ours are left out. Only the labels that the file
    has are taken as marked completely. Raises `CorpusError` at a line of another form.
    """
    documents = [
        _document(f"{path.name}:{n}", some, labels, renamed) for n, some in enumerate(_documents(path), 1)
    ]
    seen = frozenset(span.label for document in documents for span in document.entities or ())
    return [
        GoldText(d.name, d.text, d.language, d.sentences, d.entities, seen, d.tokens, given=True)
        for d in documents
    ]


def _documents(path: Path) -> Iterator[list[Rows]]:
    sentences: list[Rows] = []
    rows: Rows = []
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    for number, line in enumerate(chain(lines, [""]), 1):
        fields = line.split()
        if fields and not _is_row(fields):
            raise CorpusError(f"{path}:{number}: neither a token with its tags nor an empty line")
        if fields and fields[0] not in (_DOCUMENT, _SEGMENT_END):
            rows.append((fields[0], fields[1:]))
            continue
        if rows and (not fields or fields[0] == _DOCUMENT):
            sentences.append(rows)
            rows = []
        if sentences and ((fields and fields[0] == _DOCUMENT) or len(sentences) == SENTENCES_A_DOCUMENT):
            yield sentences
            sentences = []
    if sentences:
        yield sentences


def _document(
    name: str, sentences: list[Rows], labels: Sequence[str], renamed: Mapping[str, str]
) -> GoldText:
    text = ""
    ranges: list[Range] = []
    tokens: list[Range] = []
    entities: list[Labelled] = []
    for rows in sentences:
        text += "\n" if text else ""
        first = len(tokens)
        for token, _tags in rows:
            text += " " if len(tokens) > first else ""
            tokens.append((len(text), len(text) + len(token)))
            text += token
        ranges.append((tokens[first][0], len(text)))
        for start, stop, label in tag_spans([tags for _token, tags in rows]):
            ours = our_label(label, labels, renamed)
            if ours is not None:
                entities.append(Labelled(tokens[first + start][0], tokens[first + stop - 1][1], ours))
    return GoldText(name, text, "ar", tuple(ranges), tuple(entities), frozenset(), tuple(tokens))


def read_sentences(path: Path) -> list[GoldText]:
    """The documents of a file with ``document id TAB sentence`` a line, in order, each glued in every one of `LAYOUTS`.

    The first sentence of a document is its headline. Glued as *headline and paragraphs*, it is a line of its own, and
    the others are joined by spaces to paragraphs of two to five, drawn with the document's id as the seed; as *spaces
    only*, the whole document is one line.
    """
    sentences: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        name, tab, sentence = line.partition("\t")
        if not tab or not sentence.strip():
            raise CorpusError(f"{path}:{number}: no document id, tab and sentence")
        sentences.setdefault(name, []).append(sentence.strip())
    return [_glued(name, lines, layout) for layout in LAYOUTS for name, lines in sentences.items()]


def _glued(name: str, sentences: list[str], layout: str) -> GoldText:
    chance = random.Random(name)
    text, ranges = "", []
    next_break = 1
    for number, sentence in enumerate(sentences):
        if number:
            at_break = number == next_break
            text += "\n" if at_break and layout == LAYOUTS[0] else " "
            if at_break:
                next_break += chance.randint(2, 5)
        ranges.append((len(text), len(text) + len(sentence)))
        text += sentence
    return GoldText(name, text, sentences=tuple(ranges), layout=layout)
