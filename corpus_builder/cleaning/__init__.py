"""Clean an article, once: from two raw fields to a `Document` with text, blocks and an exact map between both.

What a reader would not read is left out and listed; what a reader cannot see is made plain; nothing is corrected. Cleaning an article
depends on that article and on the rules alone, takes linear time, and leaves a clean text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise
from operator import add

from corpus_builder.cleaning.boilerplate import Rules, load_rules
from corpus_builder.cleaning.characters import LINE_END
from corpus_builder.cleaning.kinds import dateline_end, is_dateline, kinds_of
from corpus_builder.cleaning.parts import SEPARATOR, Part, cut, lines_of
from corpus_builder.folding import line_key
from corpus_builder.model import BLOCK_KINDS, FIELDS, Article, Document, Dropped, OffsetMap, SpanLayer

__all__ = ["Rules", "clean", "clean_many", "load_rules"]

_KIND_NUMBERS = {kind: number for number, kind in enumerate(BLOCK_KINDS)}


def clean_many(articles: Iterable[Article], rules: Rules) -> list[Document]:
    """Clean a batch of articles: those that stay as they are together, the others one by one."""
    from corpus_builder.cleaning.together import documents_as_they_are

    articles = list(articles)
    return [
        clean(article, rules) if document is None else document
        for article, document in zip(articles, documents_as_they_are(articles, rules), strict=True)
    ]


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


def _laid_out(article: Article, parts: list[Part], dropped: tuple[Dropped, ...]) -> Document:
    """The kept parts one after another: each a new block, or the last block carried on after a soft line break."""
    if not any(part.pieces or part.continues for part in parts):
        return _laid_out_whole(
            article,
            [part.text for part in parts],
            tuple([part.field for part in parts]),
            tuple([part.raw_start for part in parts]),
            tuple([_KIND_NUMBERS[part.kind] for part in parts]),
            dropped,
        )
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
            separator = " " if part.continues else SEPARATOR
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


def _laid_out_whole(
    article: Article,
    texts: list[str],
    fields: tuple[int, ...],
    raw_starts: tuple[int, ...],
    kinds: tuple[int, ...],
    dropped: tuple[Dropped, ...],
) -> Document:
    """`_laid_out` for parts that are a block and a stretch each, given as columns."""
    lengths = list(map(len, texts))
    starts = tuple(accumulate([length + len(SEPARATOR) for length in lengths[:-1]], initial=0))[: len(texts)]
    ends = tuple(map(add, starts, lengths))
    return Document(
        article,
        SEPARATOR.join(texts),
        OffsetMap(fields, raw_starts, tuple(map(add, raw_starts, lengths)), starts, ends),
        SpanLayer(starts, ends, kinds),
        dropped,
    )


def _title_parts(title: str) -> list[Part]:
    """The title's lines as one block."""
    return [
        Part(part.field, part.raw_start, part.raw_end, part.text, part.pieces, "title", continues=i > 0)
        for i, part in enumerate(lines_of(title, 0))
    ]


def _body_parts(article: Article, title: str, rules: Rules) -> list[Part]:
    judged: list[Part] = []
    for part in _joined_wraps(article.text, lines_of(article.text, 1)):
        if part.continues or not rules.touch(part.text):
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
            line, dateline = cut(part, end)
            line.kind, dateline.kind = "paragraph", "dateline"
            at = next(i for i, other in enumerate(judged) if other is part)
            judged[at : at + 1] = [dateline, line]
    return judged


def _drop_repeated_title(text: str, title: str, judged: list[Part]) -> None:
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


def _split_part(text: str, part: Part, rules: Rules) -> list[Part]:
    """What is left of a line without its boilerplate, and that boilerplate as dropped parts, in the line's order."""
    heads: list[Part] = []
    tails: list[Part] = []
    while True:
        rule = rules.line_rule(part.text)
        if rule is not None:
            return [*heads, _dropped(text, part.raw_start, part.raw_end, rule), *tails]
        cuts = rules.parts(part.text)
        if not cuts:
            return [*heads, part, *tails]
        for start, end, rule in reversed(cuts):
            if start == 0:
                part, off = cut(part, end)
                heads.append(_dropped(text, off.raw_start, off.raw_end, rule))
            else:
                off, part = cut(part, start)
                tails.insert(0, _dropped(text, off.raw_start, off.raw_end, rule))


def _dropped(text: str, start: int, end: int, rule: str) -> Part:
    return Part(1, start, end, text[start:end], (), rule=rule)


def _joined_wraps(text: str, lines: list[Part]) -> list[Part]:
    """Mark lines that carry the one before them on: hard-wrapped text, where many lines of one width break in mid-sentence.

    A blank line between two ends a paragraph, as it does in a text that was cleaned before.
    """
    if len(lines) < 4:
        return lines
    width = max([len(part.text) for part in lines])
    if not 40 <= width <= 100:
        return lines
    full = width * 3 // 4
    joined = [lines[0]]
    wraps = 0
    for before, part in pairwise(lines):
        wrapped = (
            len(before.text) >= full
            and before.text[-1] not in '.!؟?…:”»"'
            and part.text[0] not in "-•*"
            and len(LINE_END.findall(text, before.raw_end, part.raw_start)) == 1
        )
        wraps += wrapped
        joined.append(
            Part(part.field, part.raw_start, part.raw_end, part.text, part.pieces, continues=True)
            if wrapped
            else part
        )
    return joined if wraps * 2 >= len(lines) else lines


def _gold_parts(article: Article) -> list[Part]:
    """Blocks as a person marked them; what no block covers is dropped."""
    gold = article.gold
    parts: list[Part] = []
    for number, name in enumerate(FIELDS):
        raw = article.title if number == 0 else article.text
        position = 0
        for block in (
            sorted((b for b in gold.blocks if b.field == name), key=lambda b: b.start) if gold else ()
        ):
            parts += _uncovered(raw, number, position, block.start)
            lines = lines_of(raw, number, block.start, block.end)
            parts += [
                Part(
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


def _uncovered(raw: str, number: int, low: int, high: int) -> list[Part]:
    return [
        Part(number, part.raw_start, part.raw_end, raw[part.raw_start : part.raw_end], (), rule="gold")
        for part in lines_of(raw, number, low, high)
    ]
