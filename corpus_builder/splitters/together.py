"""Sentences of many Arabic documents at once.

Nearly every sentence ends in one mark behind a word of three letters or more, with a space and another Arabic word behind
it. A few operations over the code points of many texts tell these plain marks from the rest. A block with no others is cut
behind each; what is left is split block by block by :mod:`corpus_builder.splitters.arabic`, which gives the same for every block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from corpus_builder.code_points import Codes, Flags, Ints, codes_of, entries
from corpus_builder.layer_columns import spans_of
from corpus_builder.model import Document, SpanLayer
from corpus_builder.splitters.abbreviations import LETTER_NAMES
from corpus_builder.splitters.arabic import BREAKS, MARKED, MARKS, SHORT, SPELT, split

_PIECE: Final = 1 << 18  # code points that are searched for marks at once
_LOOKS_BEHIND: Final = 4  # a plain mark has more code points of its block before it
_LOOKS_AHEAD: Final = 5  # code points from a mark on: a space, a quotation mark and two letters behind it
_SPACE, _LINE_FEED, _STOP, _EXCLAMATION = map(ord, " \n.!")


def sentence_layers(documents: Sequence[Document]) -> list[SpanLayer]:
    """The sentences of each document, as :func:`~corpus_builder.splitters.arabic.split` gives them for its blocks."""
    layers: list[SpanLayer] = []
    for low, high in _pieces(documents):
        layers += _layers_of_piece(documents[low:high])
    return layers


def _pieces(documents: Sequence[Document]) -> Iterator[tuple[int, int]]:
    """Cut the documents into ranges that hold little more than a piece."""
    low = size = 0
    for high, document in enumerate(documents, start=1):
        size += len(document.text)
        if size >= _PIECE or high == len(documents):
            yield low, high
            low, size = high, 0


def _layers_of_piece(documents: Sequence[Document]) -> list[SpanLayer]:
    texts = [document.text for document in documents]
    blocks = spans_of([document.block_layer for document in documents])
    bases = np.cumsum([0, *(len(text) + 1 for text in texts)])
    owners = np.repeat(np.arange(len(texts)), blocks.counts)
    starts, ends = blocks.starts + bases.take(owners), blocks.ends + bases.take(owners)

    first, last = _sentences(texts, bases, owners, starts, ends)
    bounds = first.searchsorted(bases).tolist()
    block = starts.searchsorted(first, "right") - 1
    base = bases.take(owners.take(block))
    kinds = blocks.kinds.take(block).tolist()
    firsts, lasts = (first - base).tolist(), (last - base).tolist()
    return [
        SpanLayer(tuple(firsts[low:high]), tuple(lasts[low:high]), tuple(kinds[low:high]))
        for low, high in pairwise(bounds)
    ]


def _sentences(
    texts: Sequence[str], bases: Ints, owners: Ints, starts: Ints, ends: Ints
) -> tuple[Ints, Ints]:
    """Where the sentences of all blocks start and end, each in order. Offsets are those of the joined texts, one code point between."""
    marks, mark_blocks, plain = _marks_in("\n".join(texts), starts, ends)
    # A block that is all but the whole text may have lost its line breaks.
    doubted = 5 * (ends - starts) > 4 * (np.diff(bases) - 1).take(owners)
    doubted[mark_blocks[~plain]] = True
    cuts = marks[~doubted.take(mark_blocks)]
    found: list[tuple[int, int]] = []
    for block in np.flatnonzero(doubted).tolist():
        base = int(bases[owners[block]])
        spans = split(texts[owners[block]], int(starts[block]) - base, int(ends[block]) - base)
        found += [(base + start, base + end) for start, end in spans]
    singly = np.array(found, np.int64).reshape(-1, 2)
    return (
        np.sort(np.concatenate((starts[~doubted], cuts + 2, singly[:, 0]))),
        np.sort(np.concatenate((ends[~doubted], cuts + 1, singly[:, 1]))),
    )


def _marks_in(text: str, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Flags]:
    """The places of the marks in the blocks ``text[starts:ends]``, the block of each, and whether it plainly ends a sentence.

    A mark before a line feed is left to that, one at its block's end to the block, and a decimal point ends nothing. Behind a plain
    mark comes a space, and behind that the next sentence.
    """
    codes = codes_of(text + " " * _LOOKS_AHEAD)
    marks = np.flatnonzero(~_between(codes, 0x620, 0x652) & (codes != _SPACE))
    marks = marks[entries(_is_mark(), codes.take(marks))]
    blocks = starts.searchsorted(marks, "right") - 1
    behind = codes.take(marks + 1)
    kept = (marks + 1 < np.append(ends, 0).take(blocks)) & (behind != _LINE_FEED)
    kept &= ~((codes.take(marks) == _STOP) & _digits(behind) & _digits(codes.take(marks - 1)))
    marks, blocks, behind = marks[kept], blocks[kept], behind[kept]
    plain = (behind == _SPACE) & (marks - starts.take(blocks) > _LOOKS_BEHIND)
    plain[plain] = _plain(codes, marks[plain], ends.take(blocks[plain]))
    return marks, blocks, plain


@cache
def _is_mark() -> Flags:
    table = np.zeros(0x10001, bool)
    table[list(map(ord, MARKS + BREAKS))] = True
    return table


def _plain(codes: Codes, marks: Ints, ends: Ints) -> Flags:
    """Which of the marks, each with a space behind it, plainly end a sentence of the block that ends at ``ends``."""
    mark, after = codes.take(marks), codes.take(marks + 2)
    stop, asked = mark == _STOP, _among("؟?!", mark)
    word = marks + 2 + _among('"«“', after)
    before_word = _letters(codes.take(word)) & _letters(codes.take(word + 1)) & (word + 2 <= ends)
    before_number = _digits(after) & (marks + 3 <= ends)

    spaced = codes.take(marks - 1) == _SPACE
    last, second, third, fourth = (codes.take(marks - spaced - back) for back in (1, 2, 3, 4))
    two = _letters(last) & _letters(second)
    four = two & _letters(third) & _letters(fourth)
    year = _digits(last) & _digits(second) & _digits(third) & _digits(fourth)
    three = _signs(last) & _signs(second) & _signs(third)
    behind_word = three | (((two & (third == _SPACE)) | year) & ~spaced)

    name = _is_name().take(_key(last, second, third))
    marked = (mark == _EXCLAMATION) & _among("".join(known[-1] for known in MARKED), last)
    stopped = stop & ~name & (before_word | (before_number & four))
    plain: Flags = behind_word & (stopped | (asked & ~marked & (before_word | before_number)))
    return plain


@cache
def _is_name() -> Flags:
    """By its key, whether a stop behind the end of a word may belong to it, as to the name of a letter or a short title."""
    table = np.zeros(1 << 18, bool)
    for ending in (
        SPELT | {f" {word}" for word in SHORT} | {name[-3:] for name in LETTER_NAMES if len(name) > 3}
    ):
        third, second, last = np.array([[ord(letter)] for letter in ending])
        table[_key(last, second, third)] = True
    return table


def _key(last: Codes | Ints, second: Codes | Ints, third: Codes | Ints) -> Ints:
    """A number for three code points, another one for any other three Arabic letters."""
    six_bits = np.int64(63)
    return (third & six_bits) << 12 | (second & six_bits) << 6 | (last & six_bits)


def _among(wanted: str, codes: Codes) -> Flags:
    """Which code points are one of a few."""
    found: Flags = codes == ord(wanted[0])
    for other in wanted[1:]:
        found |= codes == ord(other)
    return found


def _between(codes: Codes, first: int, last: int) -> Flags:
    return (codes >= first) & (codes <= last)


def _digits(codes: Codes) -> Flags:
    return _between(codes, 0x30, 0x39) | _between(codes, 0x660, 0x669)


def _letters(codes: Codes) -> Flags:
    return _between(codes, 0x621, 0x63A) | _between(codes, 0x641, 0x64A)


def _signs(codes: Codes) -> Flags:
    """Arabic letters, tatweel and vowel signs."""
    return _between(codes, 0x621, 0x652)
