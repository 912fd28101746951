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
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path

from corpus_builder.annotators.found import Columns, joined
from corpus_builder.annotators.gazetteer.candidates import candidates
from corpus_builder.annotators.gazetteer.choosing import chosen, scored, sound
from corpus_builder.annotators.gazetteer.keeping import Kept
from corpus_builder.annotators.gazetteer.listed import listed
from corpus_builder.annotators.gazetteer.lists import NameLists, name_lists
from corpus_builder.annotators.gazetteer.people import again, people, sought_alone
from corpus_builder.annotators.gazetteer.phrases import Kinds, phrase_of
from corpus_builder.annotators.gazetteer.pieces import piece_of
from corpus_builder.annotators.gazetteer.sieve import sieve_of
from corpus_builder.annotators.gazetteer.words import columns_of, words_of
from corpus_builder.model import Document

__all__ = ["gazetteer", "matcher"]

#: Code points that are worked on at once: with fewer, the calls for each batch cost more than what no longer fits the processor's cache.
_BATCH = 1 << 18


def gazetteer(lists: Sequence[str | Path] = ()) -> Callable[[Sequence[Document]], Columns]:
    """An annotator that finds the names of the package's lists and of ``lists``.

    Raises `CorpusError`, with file and line, for a list of another form.
    """
    spans = matcher(name_lists(tuple(map(Path, lists))))

    def gazetteer_columns(documents: Sequence[Document]) -> Columns:
        return spans([document.text for document in documents])

    return gazetteer_columns


def matcher(names: NameLists) -> Callable[[Sequence[str]], Columns]:
    """A function from texts to the names in each of them, in order; they nest and never cross."""
    sieve, kinds = sieve_of(names), Kinds()
    phrases = Kept(partial(phrase_of, names=names, kinds=kinds))
    plain = Kept(lambda run: phrases[run].plain)
    pieces, sought = Kept(partial(piece_of, names=names)), Kept(partial(sought_alone, names=names))

    def found(texts: Sequence[str]) -> Columns:
        """The names of each text, found in all of them joined by blank lines, over which no name goes."""
        text = "\n" + "\n\n".join(texts) + "\n"
        columns = columns_of(text)
        beginnings, openings, flags = candidates(columns, sieve)
        words = words_of(text, columns, flags)
        sure, others = listed(words, beginnings, plain, phrases, names)
        persons = list(people(words, openings, pieces, names))
        starts = list(accumulate((len(text) + 2 for text in texts), initial=1))
        for number, group in groupby(persons, lambda match: bisect_right(starts, match[0])):
            named = list(group)
            others += named
            others += again(text, starts[number] - 2, named, sought, names)
        kept = sound(chosen(sure, others, kinds), text, columns.codes)
        return scored(kept, starts, kinds)

    def found_in_all(texts: Sequence[str]) -> Columns:
        parts = [(low, found(texts[low:high])) for low, high in _batches(texts)]
        # Kinds are numbered as they come: the last batch names all.
        return joined(parts, parts[-1][1].names if parts else [])

    return found_in_all


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The texts in ranges of at most `_BATCH` code points, if no text is longer by itself."""
    low = length = 0
    for number, text in enumerate(texts):
        if number > low and length + len(text) > _BATCH:
            yield low, number
            low, length = number, 0
        length += len(text)
    if low < len(texts):
        yield low, len(texts)
