"""Articles that stay as they are, many at once: most articles of most newspapers.

A few operations over the code points of all texts find the articles of long lines in which no character is to be changed; the
rules then look at those lines alone that they could touch. The documents are those that `clean` gives for each article alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.cleaning.boilerplate import LONGEST_LINE, LONGEST_PART, TAIL_SIGNS, Rules
from corpus_builder.cleaning.characters import INERT, VOWELS
from corpus_builder.cleaning.kinds import LONGEST_HEADING, PLAIN_START, dateline_end
from corpus_builder.cleaning.parts import SEPARATOR
from corpus_builder.code_points import Codes, Flags, Ints, codes_of, entries
from corpus_builder.model import BLOCK_KINDS, Article, Document, OffsetMap, SpanLayer

#: Longer articles are cleaned alone, so that the columns stay small.
_LONGEST = 20_000
_ODD, _VOWEL, _SPACE, _LINE_FEED, _SIGN = (1 << bit for bit in range(5))
#: No letter or mark beyond it is clean in any place.
_LAST_KNOWN = 0x20FF
_TITLE, _PARAGRAPH = BLOCK_KINDS.index("title"), BLOCK_KINDS.index("paragraph")


class _Lines(NamedTuple):
    """The lines of joined texts that are not empty: the text of each, where it starts and ends, and what can be said of it."""

    owners: Ints
    starts: Ints
    ends: Ints
    firsts: Codes  # the first code point
    worded: Flags  # begins with two Arabic letters
    signed: Flags  # has a sign of a tail near its end
    dirty: Flags  # for each text: whether anything in it may have to be cleaned


def documents_as_they_are(articles: Sequence[Article], rules: Rules) -> list[Document | None]:
    """The document of each article of long lines of which nothing is dropped, cut or changed; None where anything may be."""
    asked = [a.gold is None and len(a.title) + len(a.text) <= _LONGEST for a in articles]
    texts = [article.text if ask else "" for article, ask in zip(articles, asked, strict=True)]
    titles = [article.title if ask else "" for article, ask in zip(articles, asked, strict=True)]
    title_sizes = np.array(list(map(len, titles)), np.int64)
    lines = _lines_of(texts)
    owners, starts, ends = lines.owners, lines.starts, lines.ends
    sizes = ends - starts
    bounds = owners.searchsorted(np.arange(len(articles) + 1))
    numbers = np.arange(len(owners)) - bounds.take(owners)

    doubted = lines.dirty | (np.diff(bounds) == 0) | _odd_titles(titles, title_sizes)
    may_be_title = (numbers < 2) & (sizes <= 2 * title_sizes.take(owners))
    doubted[owners[(sizes <= LONGEST_HEADING) | may_be_title]] = True
    may_touch = lines.signed | (sizes <= LONGEST_LINE) | _like_heads(lines.firsts, rules) | rules.extra_tails
    looked_at = np.flatnonzero((may_touch | ~lines.worded | (numbers == 0)) & ~doubted.take(owners))
    columns = (owners, starts, ends, may_touch, lines.worded, numbers == 0)
    for owner, start, end, touch, worded, first in zip(
        *(column.take(looked_at).tolist() for column in columns), strict=True
    ):
        line = texts[owner][start:end]
        if (
            (touch and rules.touch(line))
            or (first and dateline_end(line))
            or not (worded or PLAIN_START.match(line))
        ):
            doubted[owner] = True

    before = np.cumsum(sizes + 2) - sizes - 2
    shift = title_sizes + 2 * (title_sizes > 0)
    clean_starts = before - before.take(bounds.take(owners)) + shift.take(owners)
    layout = [column.tolist() for column in (starts, ends, clean_starts, clean_starts + sizes)]
    return [
        None if doubt else _document(article, *(column[low:high] for column in layout))
        for article, doubt, (low, high) in zip(
            articles, doubted.tolist(), pairwise(bounds.tolist()), strict=True
        )
    ]


def _document(
    article: Article, raw_starts: list[int], raw_ends: list[int], starts: list[int], ends: list[int]
) -> Document:
    """The document of an article for the lines of its text."""
    lines = [article.text[start:end] for start, end in zip(raw_starts, raw_ends, strict=True)]
    fields, kinds = [1] * len(lines), [_PARAGRAPH] * len(lines)
    if title := article.title:
        size = len(title)
        lines, fields, kinds = [title, *lines], [0, *fields], [_TITLE, *kinds]
        raw_starts, raw_ends, starts, ends = [0, *raw_starts], [size, *raw_ends], [0, *starts], [size, *ends]
    clean_starts, clean_ends = tuple(starts), tuple(ends)
    return Document(
        article,
        SEPARATOR.join(lines),
        OffsetMap(tuple(fields), tuple(raw_starts), tuple(raw_ends), clean_starts, clean_ends),
        SpanLayer(clean_starts, clean_ends, tuple(kinds)),
    )


def _lines_of(texts: Sequence[str]) -> _Lines:
    codes = codes_of("\n".join(["", *texts, ""]))
    flags = entries(_flags(), codes)
    bases = np.cumsum([1, *(len(text) + 1 for text in texts)])
    breaks = np.flatnonzero(flags == _LINE_FEED)
    starts, ends = breaks[:-1] + 1, breaks[1:]
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    owners = bases.searchsorted(starts, "right") - 1

    faults = np.concatenate(
        (
            np.flatnonzero(flags == _ODD),
            np.flatnonzero((flags[1:] & flags[:-1] & (_SPACE | _VOWEL)) > 0),
            starts[flags.take(starts) == _SPACE],
            starts[flags.take(ends - 1) == _SPACE],
        )
    )
    dirty = np.zeros(len(texts), bool)
    dirty[bases.searchsorted(faults, "right") - 1] = True
    signs = np.flatnonzero(flags == _SIGN)
    line = starts.searchsorted(signs, "right") - 1
    signed = np.zeros(len(starts), bool)
    signed[line[ends.take(line) - signs <= LONGEST_PART]] = True
    base = bases.take(owners)
    firsts, seconds = codes.take(starts), codes.take(starts + 1)
    return _Lines(
        owners, starts - base, ends - base, firsts, _letters(firsts) & _letters(seconds), signed, dirty
    )


@cache
def _flags() -> NDArray[np.uint8]:
    """For each code point up to U+FFFF, and for all others, what it is; 0 for a letter or mark that is clean in any place."""
    table = np.full(0x10001, _ODD, np.uint8)
    known = "".join(map(chr, range(_LAST_KNOWN + 1)))
    for wanted, flag in (
        (INERT, 0),
        (VOWELS, _VOWEL),
        (" ", _SPACE),
        ("\n", _LINE_FEED),
        (re.escape(TAIL_SIGNS), _SIGN),
    ):
        table[list(map(ord, re.findall(f"[{wanted}]", known)))] = flag
    return table


def _letters(codes: Codes) -> Flags:
    return (codes >= 0x621) & (codes <= 0x64A)


def _odd_titles(titles: Sequence[str], sizes: Ints) -> Flags:
    """Which of the titles are more than one line that is clean as it is."""
    lines = _lines_of(titles)
    inside = np.bincount(lines.owners, lines.ends - lines.starts, len(titles))
    odd: Flags = lines.dirty | (inside != sizes)
    return odd


def _like_heads(firsts: Codes, rules: Rules) -> Flags:
    """Which of the lines with these first code points may begin with what a rule takes off."""
    letters = set(firsts.tolist())
    return np.isin(firsts, [code for code in letters if rules.heads[chr(code)]])
