"""Names that the word lists hold, found as whole words, attached particles outside.

A whole name of the lists matches wherever it stands between words, if no word goes on with it. A name of one
word that is
a plain word too needs a noun before it, as in ``مدينة الباب``. People's names are also put together from
given and family
names that follow each other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, groupby
from pathlib import Path

from corpus_builder.annotators.gazetteer.candidates import Sieve, candidates, sieve_of
from corpus_builder.annotators.gazetteer.listed import Match, listed
from corpus_builder.annotators.gazetteer.lists import NameLists, name_lists
from corpus_builder.annotators.gazetteer.people import again, people
from corpus_builder.annotators.gazetteer.pieces import Pieces
from corpus_builder.annotators.gazetteer.words import columns_of, words_of
from corpus_builder.graphemes import inside_grapheme
from corpus_builder.model import Document

__all__ = ["gazetteer", "matcher"]

Found = tuple[int, int, str, float]
#: Precision by label and kind where it was measured on enough names (docs/patterns.md); else that of the
#: label.
_KIND_SCORES = {
    ("LOC", "city"): 0.966,
    ("LOC", "country"): 0.969,
    ("LOC", "facility"): 0.98,
    ("LOC", "province"): 0.903,
    ("LOC", "river"): 0.955,
    ("ORG", "international"): 0.983,
    ("ORG", "university"): 0.972,
    ("PER", "name_sequence"): 0.943,
    ("PER", "surname"): 0.943,
}
_LABEL_SCORES = {"PER": 0.943, "LOC": 0.962, "ORG": 0.938, "MISC": 0.893}
_OTHER_SCORE = 0.9
#: Code points that are worked on at once.
_BATCH = 1 << 16


def gazetteer(lists: Sequence[str | Path] = ()) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that finds the names of the package's lists and of ``lists``.

    Raises `CorpusError`, with file and line, for a list of another form.
    """
    spans = matcher(name_lists(tuple(map(Path, lists))))

    def gazetteer_spans(documents: Sequence[Document]) -> list[list[Found]]:
        return spans([document.text for document in documents])

    return gazetteer_spans


def matcher(names: NameLists) -> Callable[[Sequence[str]], list[list[Found]]]:
    """A function from texts to the ``(start, end, label, score)`` of each name in each of them, in order; they nest
    and never cross."""
    sieve, pieces = sieve_of(names), Pieces(names)

    def spans(texts: Sequence[str]) -> list[list[Found]]:
        found: list[list[Found]] = []
        for batch in _batches(texts):
            found += _found(batch, names, sieve, pieces)
        return found

    return spans


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in lists that fit the processor's cache, if no text is larger by itself."""
    batch: list[str] = []
    length = 0
    for text in texts:
        if batch and length + len(text) > _BATCH:
            yield batch
            batch, length = [], 0
        batch.append(text)
        length += len(text)
    if batch:
        yield batch


def _found(texts: Sequence[str], names: NameLists, sieve: Sieve, pieces: Pieces) -> list[list[Found]]:
    """The names of each text, found in all of them joined by blank lines, over which no name goes."""
    text = "\n" + "\n\n".join(texts) + "\n"
    columns = columns_of(text)
    words = words_of(text, columns)
    beginnings, openings, quiet = candidates(columns, sieve)
    matches = list(listed(words, beginnings, quiet, pieces, names))
    persons = list(people(words, openings, pieces, names))
    starts = list(accumulate((len(text) + 2 for text in texts), initial=1))
    for number, group in groupby(persons, lambda match: bisect_right(starts, match[0])):
        named = list(group)
        matches += named
        matches += again(text, starts[number] - 2, named, names)
    found: list[list[Found]] = [[] for _ in texts]
    rest, first, limit = iter(zip(found, starts, starts[1:], strict=False)), 0, 0
    in_text: list[Found] = []
    plain = words.plain
    for start, minus_end, kind, label in chosen(matches):
        end = -minus_end
        if not (plain[start] and plain[end]) and _cuts(text, start, end):
            continue
        while start >= limit:
            in_text, first, limit = next(rest)
        in_text.append((start - first, end - first, label, _score(label, kind)))
    return found


def _cuts(text: str, start: int, end: int) -> bool:
    return inside_grapheme(text, start) or inside_grapheme(text, end)


def chosen(matches: list[Match]) -> list[Match]:
    """The matches that do not cross, earlier and longer ones first; inside another only those of another
    label."""
    matches.sort()
    kept: list[Match] = []
    around: list[Match] = []
    for match in matches:
        start, minus_end, _kind, label = match
        while around and -around[-1][1] <= start:
            around.pop()
        if around:
            outer_start, outer_minus_end, _kind, outer_label = around[-1]
            same = start == outer_start and minus_end == outer_minus_end
            if minus_end < outer_minus_end or same or label == outer_label or outer_label == "PER":
                continue
        kept.append(match)
        around.append(match)
    return kept


@cache
def _score(label: str, kind: str) -> float:
    return _KIND_SCORES.get((label, kind), _LABEL_SCORES.get(label, _OTHER_SCORE))
