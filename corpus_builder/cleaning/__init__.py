"""Clean an article, once: from two raw fields to a `Document` with text, blocks and an exact map between both.

What a reader would not read is left out and listed; what a reader cannot see is made plain; nothing is corrected. Cleaning an article
depends on that article and on the rules alone, takes linear time, and leaves a clean text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus_builder.cleaning.boilerplate import LONGEST_LINE, Rules, load_rules
from corpus_builder.cleaning.characters import LINE_END, Piece, clean_line, plain_lines
from corpus_builder.cleaning.kinds import dateline_end, is_dateline, kinds_of
from corpus_builder.folding import line_key
from corpus_builder.model import BLOCK_KINDS, FIELDS, Article, Document, Dropped, OffsetMap, SpanLayer

__all__ = ["Rules", "clean", "clean_many", "load_rules"]

_KIND_NUMBERS = {kind: number for number, kind in enumerate(BLOCK_KINDS)}
_SEPARATOR = "\n\n"


@dataclass(slots=True)
class _Part:
    """A stretch of one raw line: kept as (part of) a block, or dropped by a rule. Its kind is set when it is judged.

    No pieces stand for one, ``text`` itself: what nearly every line of nearly every article comes to.
    """

    field: int
    raw_start: int
    raw_end: int
    text: str
    pieces: Sequence[Piece]
    kind: str = ""
    rule: str = ""
    continues: bool = False


def clean_many(articles: Iterable[Article], rules: Rules) -> list[Document]:
    """Clean a batch of articles."""
    return [clean(article, rules) for article in articles]


def clean(article: Article, rules: Rules) -> Document:
    """Clean one article. Its document has blocks and no sentences or entities yet; it may be empty."""
    gold = article.gold
    if gold is not None and "blocks" in gold.complete_layers:
        parts = _gold_parts(article)
    else:
        parts = _title_parts(article.title)
        parts += _body_parts(article, " ".join(part.text for part in parts), rules)
    dropped = [
        Dropped(part.raw_start, part.raw_end, FIELDS[part.field], part.rule, part.text)
        for part in parts
        if part.rule
    ]
    return _laid_out(article, [part for part in parts if not part.rule] if dropped else parts, tuple(dropped))


def _laid_out(article: Article, parts: list[_Part], dropped: tuple[Dropped, ...]) -> Document:
    """The kept parts one after another: each a new block, or the last block carried on after a soft line break."""
    texts: list[str] = []
    length = 0
    starts: list[int] = []
    ends: list[int] = []
    kinds: list[int] = []
    fields: list[int] = []
    raw_starts: list[int] = []
    raw_ends: list[int] = []
    clean_starts: list[int] = []
    clean_ends: list[int] = []
    for part in parts:
        if length:
            separator = " " if part.continues else _SEPARATOR
            texts.append(separator)
            length += len(separator)
        if part.continues and starts:
            ends.pop()
        else:
            starts.append(length)
            kinds.append(_KIND_NUMBERS[part.kind])
        for raw_start, raw_end, text in part.pieces or ((0, len(part.text), part.text),):
            fields.append(part.field)
            raw_starts.append(part.raw_start + raw_start)
            raw_ends.append(part.raw_start + raw_end)
            clean_starts.append(length)
            length += len(text)
            clean_ends.append(length)
        texts.append(part.text)
        ends.append(length)
    return Document(
        article,
        "".join(texts),
        OffsetMap(tuple(fields), tuple(raw_starts), tuple(raw_ends), tuple(clean_starts), tuple(clean_ends)),
        SpanLayer(tuple(starts), tuple(ends), tuple(kinds)),
        dropped,
    )


def _lines(text: str, number: int, low: int = 0, high: int | None = None) -> list[_Part]:
    """The cleaned lines of ``text[low:high]`` that hold anything to see."""
    high = len(text) if high is None else high
    if (lines := plain_lines(text[low:high])) is not None:
        return _plain_parts(lines, number, low)
    edges = [low]
    for end in LINE_END.finditer(text, low, high):
        edges += end.span()
    edges.append(high)
    return [
        part
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if start < end and (part := _line(text, number, start, end)) is not None
    ]


def _plain_parts(lines: list[str], number: int, at: int) -> list[_Part]:
    parts = []
    for line in lines:
        if line:
            bare, start = line, at
            if line[0] == " " or line[-1] == " ":
                bare = line.strip(" ")
                start = at + len(line) - len(line.lstrip(" "))
            if bare:
                parts.append(_Part(number, start, start + len(bare), bare, ()))
        at += len(line) + 1
    return parts


def _line(text: str, number: int, low: int, high: int) -> _Part | None:
    raw = text[low:high]
    start = low + len(raw) - len(raw.lstrip())
    raw = raw.strip()
    clean_text, pieces = clean_line(raw)
    if not clean_text:
        return None
    return _Part(number, start, start + len(raw), clean_text, pieces)


def _title_parts(title: str) -> list[_Part]:
    """The title's lines as one block."""
    return [
        _Part(part.field, part.raw_start, part.raw_end, part.text, part.pieces, "title", continues=i > 0)
        for i, part in enumerate(_lines(title, 0))
    ]


def _body_parts(article: Article, title: str, rules: Rules) -> list[_Part]:
    judged: list[_Part] = []
    for part in _joined_wraps(_lines(article.text, 1)):
        written = part.text
        if part.continues or not (
            (len(written) <= LONGEST_LINE and rules.line_rule(written)) or rules.parts(written)
        ):
            judged.append(part)
        else:
            judged += _split_part(article.text, part, rules)
    _drop_repeated_title(article.text, title, judged)
    kept = [part for part in judged if not part.rule and not part.continues]
    paragraphs = 0
    for part, kind in zip(kept, kinds_of([part.text for part in kept]), strict=True):
        part.kind = kind
        if paragraphs == 0 and is_dateline(part.text):
            part.kind = "dateline"
            continue
        paragraphs += kind == "paragraph"
        if kind == "paragraph" and paragraphs == 1 and (end := dateline_end(part.text)):
            line, dateline = _cut(part, end)
            line.kind, dateline.kind = "paragraph", "dateline"
            at = next(i for i, other in enumerate(judged) if other is part)
            judged[at : at + 1] = [dateline, line]
    return judged


def _drop_repeated_title(text: str, title: str, judged: list[_Part]) -> None:
    """Drop the title where it comes again as the first or the second line that is kept."""
    wanted = ""
    kept_lines = 0
    for i, part in enumerate(judged):
        if part.rule:
            continue
        if len(part.text) <= 2 * len(title):
            wanted = wanted or line_key(title)
            if wanted and line_key(part.text) == wanted:
                judged[i] = _dropped(text, part.raw_start, part.raw_end, "repeated-title")
                continue
        kept_lines += 1
        if kept_lines > 1:
            return


def _split_part(text: str, part: _Part, rules: Rules) -> list[_Part]:
    """What is left of a line without its boilerplate, and that boilerplate as dropped parts, in the line's order."""
    heads: list[_Part] = []
    tails: list[_Part] = []
    while True:
        rule = rules.line_rule(part.text)
        if rule is not None:
            return [*heads, _dropped(text, part.raw_start, part.raw_end, rule), *tails]
        cuts = rules.parts(part.text)
        if not cuts:
            return [*heads, part, *tails]
        for start, end, rule in reversed(cuts):
            if start == 0:
                part, cut = _cut(part, end)
                heads.append(_dropped(text, cut.raw_start, cut.raw_end, rule))
            else:
                cut, part = _cut(part, start)
                tails.insert(0, _dropped(text, cut.raw_start, cut.raw_end, rule))


def _cut(part: _Part, at: int) -> tuple[_Part, _Part]:
    """Cut a part at a clean offset: ``(what follows, what precedes)``, each without spaces at its ends."""
    before: list[Piece] = []
    after: list[Piece] = []
    offset = 0
    for raw_start, raw_end, text in part.pieces or ((0, len(part.text), part.text),):
        end = offset + len(text)
        if end <= at:
            before.append((raw_start, raw_end, text))
        elif offset >= at or raw_end - raw_start != len(text):
            after.append((raw_start, raw_end, text))
        else:
            middle = raw_start + at - offset
            before.append((raw_start, middle, text[: at - offset]))
            after.append((middle, raw_end, text[at - offset :]))
        offset = end
    return _stripped(part, after), _stripped(part, before)


def _stripped(part: _Part, pieces: list[Piece]) -> _Part:
    while pieces and not pieces[0][2].strip():
        pieces.pop(0)
    while pieces and not pieces[-1][2].strip():
        pieces.pop()
    if pieces:
        pieces[0] = _edge(pieces[0], left=True)
        pieces[-1] = _edge(pieces[-1], left=False)
    base = part.raw_start
    low = pieces[0][0] if pieces else 0
    moved = [(start - low, end - low, text) for start, end, text in pieces]
    raw_end = base + (pieces[-1][1] if pieces else 0)
    return _Part(
        part.field, base + low, raw_end, "".join(piece[2] for piece in moved), moved, continues=part.continues
    )


def _edge(piece: Piece, *, left: bool) -> Piece:
    start, end, text = piece
    if end - start != len(text):
        return piece
    shorter = text.lstrip() if left else text.rstrip()
    lost = len(text) - len(shorter)
    return (start + lost, end, shorter) if left else (start, end - lost, shorter)


def _dropped(text: str, start: int, end: int, rule: str) -> _Part:
    return _Part(1, start, end, text[start:end], (), rule=rule)


def _joined_wraps(lines: list[_Part]) -> list[_Part]:
    """Mark lines that carry the one before them on: hard-wrapped text, where many lines of one width break in mid-sentence."""
    widths = sorted(len(part.text) for part in lines)
    if len(lines) < 4 or widths[-1] > 100 or widths[-1] < 40:
        return lines
    full = widths[-1] * 3 // 4
    joined = [lines[0]]
    wraps = 0
    for before, part in pairwise(lines):
        wrapped = (
            len(before.text) >= full
            and before.text[-1] not in '.!؟?…:”»"'
            and part.raw_start - before.raw_end <= 2
            and part.text[0] not in "-•*"
        )
        wraps += wrapped
        joined.append(
            _Part(part.field, part.raw_start, part.raw_end, part.text, part.pieces, continues=True)
            if wrapped
            else part
        )
    return joined if wraps * 2 >= len(lines) else lines


def _gold_parts(article: Article) -> list[_Part]:
    """Blocks as a person marked them; what no block covers is dropped."""
    gold = article.gold
    parts: list[_Part] = []
    for number, name in enumerate(FIELDS):
        raw = article.title if number == 0 else article.text
        position = 0
        for block in (
            sorted((b for b in gold.blocks if b.field == name), key=lambda b: b.start) if gold else ()
        ):
            parts += _uncovered(raw, number, position, block.start)
            lines = _lines(raw, number, block.start, block.end)
            parts += [
                _Part(
                    part.field,
                    part.raw_start,
                    part.raw_end,
                    part.text,
                    part.pieces,
                    block.value,
                    continues=i > 0,
                )
                for i, part in enumerate(lines)
            ]
            position = block.end
        parts += _uncovered(raw, number, position, len(raw))
    return parts


def _uncovered(raw: str, number: int, low: int, high: int) -> list[_Part]:
    return [
        _Part(number, part.raw_start, part.raw_end, raw[part.raw_start : part.raw_end], (), rule="gold")
        for part in _lines(raw, number, low, high)
    ]
