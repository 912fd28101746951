"""What many words contribute at every distance, without the names of their attributes.

`features.attributes` is the definition. Here the pieces of Arabic words are looked up by their hashes, and what lists
and frequencies say by tables of their few names. A word's sums are taken in the order of the model's attributes, so
they do not depend on the words beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_builder.annotators.tagger.attribute_names import (
    DISTANCES,
    Attributes,
    Floats,
    Table,
    families_of,
    keys_of,
)
from corpus_builder.annotators.tagger.features import (
    OFFSETS,
    SHORTEST_STEM,
    SUFFIXES,
    Knowledge,
    attributes,
    is_arabic,
)
from corpus_builder.annotators.tagger.forms import Forms
from corpus_builder.annotators.tagger.hashing import (
    NONE,
    Hashes,
    Ints,
    Numbering,
    after,
    spread,
)
from corpus_builder.annotators.tagger.told import Told

Places = NDArray[np.uint8]
Said = tuple[Ints, Ints, Places]
"""Words, beside each the number of an attribute, `NONE` for none, and where it is one."""

HERE, BESIDE, BEYOND = 1, 2, 4
"""At which of ``DISTANCES`` an attribute is one of its word."""
EVERYWHERE = HERE | BESIDE | BEYOND
_PLACE_BITS = 3
AFFIXES = (1, 2, 3, 4)
"""Lengths of beginnings and ends; of which of them more than the word itself says something follows."""
PREFIXES_BEYOND = {1: BESIDE, 2: BESIDE, 3: 0, 4: 0}
SUFFIXES_BEYOND = {1: 0, 2: BESIDE | BEYOND, 3: BESIDE, 4: 0}
REST_BEGINNINGS = (1, 2, 3)
GRAMS = (2, 3, 4)


_PIECES = ("w", "t", "r", "sx", "al", *(f"{kind}{n}" for kind in ("p", "s", "rp", "c") for n in range(1, 5)))
_SEEDS = dict(zip(_PIECES, spread(families_of([f"{name}=" for name in _PIECES])), strict=True))


class _Rows:
    """A table of a model, as it is looked up by numbers of names."""

    def __init__(self, table: Table, count: int) -> None:
        self.rows = np.full(count + 1, NONE, dtype=np.int32)
        self.rows[table.numbers] = np.arange(len(table.numbers))
        self.weights = table.weights
        self.scale = table.scale[:, :, None].astype(np.float32)

    def sums(self, owners: Ints, numbers: Ints, count: int) -> Floats:
        """The sums over the attributes of each of ``count`` owners, that come in rising order: (owners, offsets, labels)."""
        out = np.zeros((count, *self.weights.shape[1:]), dtype=np.float32)
        rows = self.rows[numbers]
        some = np.flatnonzero(rows != NONE)
        if len(some):
            owner, rows = owners[some], rows[some]
            firsts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
            said = self.weights[rows] * self.scale[rows]
            out[owner[firsts]] = np.add.reduceat(said, firsts, axis=0)
        return out


class AttributeIndex:
    """The attributes of a model and their weights, as they are looked up for whole words."""

    def __init__(self, of: Attributes, knowledge: Knowledge) -> None:
        self._numbering = Numbering.of(of.keys, of.key_numbers)
        self._tables = [_Rows(table, len(self._numbering)) for table in of.tables]
        self._told = Told(dict(zip(of.told_names, of.told.tolist(), strict=True)), knowledge)
        self._knowledge = knowledge

    def contributions(self, words: Sequence[str], forms: Forms) -> Floats:
        """What each word says of the word that has it at each of ``OFFSETS``: (words, offsets, labels)."""
        is_arab = np.array([bool(word) and is_arabic(word[0]) for word in words], dtype=bool)
        arabic = np.flatnonzero(is_arab)
        said = [*self._of_pieces(forms, arabic), self._by_name(words, np.flatnonzero(~is_arab))]
        said.append((*self._told.sizes(forms, arabic), _only(HERE, arabic)))
        said += [(*some, _only(EVERYWHERE, some[0])) for some in self._told.everywhere(forms, arabic)]
        owners, numbers, places = self._in_order(said, len(words))
        out = np.zeros((len(words), len(OFFSETS), self._tables[0].weights.shape[2]), dtype=np.float32)
        for distance, place, table in zip(DISTANCES, (HERE, BESIDE, BEYOND), self._tables, strict=True):
            some = np.flatnonzero(places & place)
            sums = table.sums(owners[some], numbers[some], len(words))
            for i, offset in enumerate(distance):
                out[:, OFFSETS.index(offset)] = sums[:, i]
        return out

    def _in_order(self, said: Sequence[Said], count: int) -> Said:
        """All that is said of ``count`` words, by word and then by attribute, nothing twice."""
        bits = len(self._numbering).bit_length() + _PLACE_BITS
        kind = np.uint32 if count << bits < 1 << 32 else np.uint64
        packed = []
        for words, numbers, places in said:
            there = np.flatnonzero(numbers != NONE)
            whole = words[there] << bits
            whole |= numbers[there] << _PLACE_BITS
            whole |= places[there]
            packed.append(whole.astype(kind))
        found = np.concatenate(packed)
        found.sort()
        found = found[np.append(True, found[1:] != found[:-1])[: len(found)]].astype(np.intp)
        number = (found >> _PLACE_BITS) & ((1 << (bits - _PLACE_BITS)) - 1)
        return found >> bits, number, (found & EVERYWHERE).astype(np.uint8)

    def sums_of(self, groups: Sequence[Sequence[str]]) -> Floats:
        """Of each group of names, none twice in it, the sum of the weights at offset 0: (groups, labels)."""
        numbers = self._numbering.find(keys_of(list(chain.from_iterable(groups))))
        owners = np.repeat(np.arange(len(groups)), [len(names) for names in groups])
        return self._tables[0].sums(owners, numbers, len(groups))[:, 0]

    def _by_name(self, words: Sequence[str], some: Ints) -> Said:
        """What words in other scripts, figures and signs say, by the definition."""
        names: list[str] = []
        owners: list[int] = []
        places: list[int] = []
        for i in some.tolist():
            for place, own in zip((HERE, BESIDE, BEYOND), attributes(words[i], self._knowledge), strict=True):
                names += own
                owners += [i] * len(own)
                places += [place] * len(own)
        numbers = self._numbering.find(keys_of(names))
        return np.array(owners, dtype=np.intp), numbers, np.array(places, dtype=np.uint8)

    def _of_pieces(self, forms: Forms, arabic: Ints) -> list[Said]:
        asked = list(_pieces(forms, arabic))
        counts = [len(piece.words) for piece in asked]
        keys = forms.pieces.hashes(
            np.concatenate([piece.begins for piece in asked]), np.concatenate([piece.ends for piece in asked])
        )
        keys += np.repeat(np.array([_SEEDS[piece.family] for piece in asked]), counts)
        owners = np.concatenate([piece.words for piece in asked])
        places = np.concatenate([piece.places for piece in asked])
        said = [(owners, self._numbering.find(keys), places)]
        for size in GRAMS:
            some, keys = _opening_gram(forms, arabic, size)
            said.append((some, self._numbering.find(keys), _only(HERE, some)))
        return said


class _Piece(NamedTuple):
    """Pieces of words that are looked up as values of one family."""

    family: str
    words: Ints
    begins: Ints
    ends: Ints
    places: Places


def _only(place: int, words: Ints) -> Places:
    return np.full(len(words), place, dtype=np.uint8)


def _pieces(forms: Forms, arabic: Ints) -> Iterator[_Piece]:
    """All pieces that `attributes` names, but the runs of letters at the beginning of a stem, of Arabic words."""
    begins, sizes, articles = forms.starts[arabic], forms.sizes[arabic], forms.articles[arabic]
    ends = begins + sizes
    stems = begins + articles
    yield _Piece("w", arabic, begins, ends, _only(EVERYWHERE, arabic))
    yield _Piece("t", arabic, stems, ends, _only(HERE | BESIDE, arabic))
    some = np.flatnonzero(articles)
    yield _Piece("al", arabic[some], begins[some], stems[some], _only(EVERYWHERE, some))

    some, endings = _endings(forms, arabic)
    light = np.maximum(ends[some] - endings, stems[some])
    yield _Piece("sx", arabic[some], stems[some], light, _only(EVERYWHERE, some))

    for n in AFFIXES:
        here = (sizes > n) * np.uint8(HERE)
        clipped = np.minimum(n, sizes)
        for family, starts, stops, further in (
            (f"p{n}", begins, begins + clipped, PREFIXES_BEYOND[n]),
            (f"s{n}", ends - clipped, ends, SUFFIXES_BEYOND[n]),
        ):
            some = np.flatnonzero(here | further)
            yield _Piece(family, arabic[some], starts[some], stops[some], here[some] | np.uint8(further))

    for count, having in ((1, forms.one), (2, forms.two)):
        some = np.flatnonzero(np.isin(arabic, having, assume_unique=True))
        rests, last = begins[some] + count, ends[some]
        yield _Piece("r", arabic[some], rests, last, _only(HERE | BESIDE, some))
        whole = articles[some] == 0
        yield _Piece("t", arabic[some[whole]], rests[whole], last[whole], _only(HERE, some[whole]))
        if count == 1:
            for n in REST_BEGINNINGS:
                long = last - rests > n
                yield _Piece(
                    f"rp{n}", arabic[some[long]], rests[long], rests[long] + n, _only(HERE, some[long])
                )

    # The letters of every stem and the mark after it, then the runs that begin at each.
    counts = ends - stems + 1
    owner = np.repeat(np.arange(len(arabic)), counts)
    letter = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + stems[owner]
    left = ends[owner] + 1 - letter
    for n in GRAMS:
        some = np.flatnonzero(left >= n)
        yield _Piece(f"c{n}", arabic[owner[some]], letter[some], letter[some] + n, _only(HERE, some))


def _opening_gram(forms: Forms, arabic: Ints, size: int) -> tuple[Ints, Hashes]:
    """Of the words whose stem has so many letters, marks at its ends counted: the key of its first ``size``."""
    stems = forms.starts[arabic] + forms.articles[arabic]
    some = np.flatnonzero(forms.sizes[arabic] - forms.articles[arabic] + 2 >= size)
    rest = forms.pieces.hashes(stems[some], stems[some] + size - 1)
    return arabic[some], after(ord("<"), rest) + _SEEDS[f"c{size}"]


def _endings(forms: Forms, arabic: Ints) -> tuple[Ints, Ints]:
    """Places in ``arabic`` of the words that have an ending to take off, and its length."""
    ends, sizes = forms.starts[arabic] + forms.sizes[arabic], forms.sizes[arabic]
    last, last_but_one = forms.codes[ends - 1], forms.codes[ends - 2]
    found = np.zeros(len(arabic), dtype=np.intp)
    for suffix in SUFFIXES:
        fits = (found == 0) & (last == ord(suffix[-1])) & (sizes - len(suffix) >= SHORTEST_STEM)
        if len(suffix) == 2:
            fits &= last_but_one == ord(suffix[0])
        found[fits] = len(suffix)
    some = np.flatnonzero(found)
    return some, found[some]
