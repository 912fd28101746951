"""The contract for a batch of documents at once: which of them whole columns show to be sound.

A few passes over arrays say yes to nearly every document. What they doubt is left to `contract.check`, which goes through it
span by span and names what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus_builder.code_points import Classes
from corpus_builder.graphemes import inside_grapheme, joins
from corpus_builder.layer_columns import Entities, Ints, Layers, Spans, Stretches, layers_of
from corpus_builder.model import Document

Flags = NDArray[np.bool_]
_PLAIN, _SPACE, _DOUBTED = range(3)


def surely_sound(documents: Sequence[Document], layers: Layers | None = None) -> list[bool]:
    """Whether each document surely keeps every promise of `contract`. False says nothing.

    ``layers`` are those of the documents, where they are at hand.
    """
    return _Batch(documents, layers_of(documents) if layers is None else layers).sound.tolist()


class _Batch:
    """Documents laid end to end, a line feed after each; ``sound`` loses those that a check doubts."""

    def __init__(self, documents: Sequence[Document], layers: Layers) -> None:
        self.documents = documents
        self.sound = np.ones(len(documents), bool)
        lengths = np.array([len(document.text) for document in documents], np.int64)
        self.base = np.concatenate(([0], np.cumsum(lengths + 1)))
        whole = "\n".join([*(document.text for document in documents), ""])
        self.codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
        every: list[Spans | Entities | Stretches]
        every = [layers.blocks, layers.sentences, layers.entities, layers.stretches]
        owners = [np.repeat(np.arange(len(documents)), layer.counts) for layer in every]
        for layer, owner in zip(every, owners, strict=True):
            self._doubt(
                owner, (layer.starts < 0) | (layer.ends <= layer.starts) | (layer.ends > lengths[owner])
            )
        blocks, sentences, entities, stretches = [
            self._placed(owner, layer) for layer, owner in zip(every, owners, strict=True)
        ]
        if not (len(blocks[0]) and len(sentences[0]) and len(stretches[0])):
            self.sound[:] = False
            return
        for spans in (blocks, sentences, stretches):
            self._disjoint(*spans)
        for spans in (blocks, sentences, entities):
            self._clear_edges(*spans)
        # Blocks cover what sentences do, which lie in them.
        self._covering(*sentences)
        self._maps(stretches[0], layers.stretches)
        place = self._inside(sentences, blocks)
        self._doubt(sentences[0], layers.sentences.kinds != layers.blocks.kinds[place])
        self._inside(entities, sentences)
        self._nested(*entities)
        self._values(entities[0], layers.entities)
        self._lead_back(entities, stretches, layers.stretches)

    def _doubt(self, owners: Ints, faults: Flags) -> None:
        self.sound[owners[faults]] = False

    def _placed(self, owners: Ints, layer: Spans | Entities | Stretches) -> tuple[Ints, Ints, Ints]:
        """The document of each span of a layer, and where it starts and ends in the whole."""
        base = self.base[owners]
        starts, ends = layer.starts + base, layer.ends + base
        if not self.sound.all():
            # Whatever leaves its text would be looked up in another one.
            doubted = ~self.sound[owners]
            starts[doubted], ends[doubted] = base[doubted], base[doubted] + 1
        return owners, starts, ends

    def _disjoint(self, owners: Ints, starts: Ints, ends: Ints) -> None:
        self._doubt(owners[1:], starts[1:] < ends[:-1])

    def _covering(self, owners: Ints, starts: Ints, ends: Ints) -> None:
        """Doubts where a character that is not white space is in no span; the spans are disjoint."""
        low, high = np.append(0, ends), np.append(starts, len(self.codes))
        sizes = np.maximum(high - low, 0)
        gaps = np.repeat(low - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        uncovered = gaps[self._classes_at(gaps) != _SPACE]
        self.sound[np.searchsorted(self.base, uncovered, side="right") - 1] = False
        self.sound &= np.bincount(owners, minlength=len(self.documents)) > 0

    def _clear_edges(self, owners: Ints, starts: Ints, ends: Ints) -> None:
        """Doubts spans that begin or end in white space, or inside a grapheme."""
        spaces = (self._classes_at(starts) == _SPACE) | (self._classes_at(ends - 1) == _SPACE)
        self._doubt(owners, spaces)
        for edges in (starts, ends):
            # Before the first text stands nothing; before each other one the line feed that ends the last.
            joining = (self._classes_at(np.maximum(edges - 1, 0)) == _DOUBTED) | (
                self._classes_at(edges) == _DOUBTED
            )
            for owner, edge in zip(owners[joining].tolist(), edges[joining].tolist(), strict=True):
                if inside_grapheme(self.documents[owner].text, edge - int(self.base[owner])):
                    self.sound[owner] = False

    def _classes_at(self, places: Ints) -> NDArray[np.uint8]:
        return _CLASSES.of(self.codes[places])

    def _inside(self, inner: tuple[Ints, Ints, Ints], outer: tuple[Ints, Ints, Ints]) -> Ints:
        """Where the outer span stands that each inner one begins in; doubts what lies in none."""
        place, inside = _places(inner, outer)
        self._doubt(inner[0], ~inside)
        return place

    def _lead_back(
        self, entities: tuple[Ints, Ints, Ints], stretches: tuple[Ints, Ints, Ints], maps: Stretches
    ) -> None:
        """Doubts entities whose offsets do not lead to the raw article and back; those in one stretch that maps one to one do."""
        place, inside = _places(entities, stretches)
        plain = inside & (maps.raw_ends - maps.raw_starts == maps.ends - maps.starts)[place]
        for owner, start, end in zip(*(column[~plain].tolist() for column in entities), strict=True):
            base, offsets = int(self.base[owner]), self.documents[owner].offsets
            mapped = offsets.span_to_raw(start - base, end - base)
            if mapped is None or offsets.span_to_clean(*mapped) != (start - base, end - base):
                self.sound[owner] = False

    def _nested(self, owners: Ints, starts: Ints, ends: Ints) -> None:
        """Doubts entities out of order, and goes through those of a document in which some overlap."""
        same = starts[1:] == starts[:-1]
        self._doubt(owners[1:], (starts[1:] < starts[:-1]) | (same & (ends[1:] >= ends[:-1])))
        reach = np.maximum.accumulate(ends)[:-1]
        # One inside the span just before it, which reaches farthest, crosses none if that crosses none.
        inside = (ends[:-1] == reach) & (ends[1:] <= ends[:-1])
        for number in sorted(set(owners[1:][(starts[1:] < reach) & ~inside].tolist())):
            layer = self.documents[number].entity_layer
            if _crosses(layer.starts, layer.ends):
                self.sound[number] = False

    def _values(self, owners: Ints, entities: Entities) -> None:
        for numbers, registries in (
            (entities.labels, [len(document.label_names) for document in self.documents]),
            (entities.annotators, [len(document.annotator_names) for document in self.documents]),
        ):
            self._doubt(owners, (numbers < 0) | (numbers >= np.array(registries, np.int64)[owners]))
        self._doubt(owners, ~((entities.scores >= 0) & (entities.scores <= 1)))

    def _maps(self, owners: Ints, maps: Stretches) -> None:
        """Doubts a map that runs backwards in the raw fields or leaves them; titles come before texts."""
        titles = np.array([len(document.article.title) for document in self.documents], np.int64)[owners]
        texts = np.array([len(document.article.text) for document in self.documents], np.int64)[owners]
        fields, starts, ends = maps.fields, maps.raw_starts, maps.raw_ends
        self._doubt(owners, (fields < 0) | (fields > 1) | (starts < 0) | (ends <= starts))
        self._doubt(owners, ends > np.where(fields == 0, titles, texts))
        along, stop = starts + fields * (titles + 1), ends + fields * (titles + 1)
        self._doubt(owners[1:], (owners[1:] == owners[:-1]) & (along[1:] < stop[:-1]))


def _places(inner: tuple[Ints, Ints, Ints], outer: tuple[Ints, Ints, Ints]) -> tuple[Ints, Flags]:
    """The last outer span that begins no later than each inner one, and whether that one lies in it."""
    place = np.searchsorted(outer[1], inner[1], side="right") - 1
    return place, (place >= 0) & (inner[2] <= outer[2][place])


def _crosses(starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Whether of spans ordered by (start, -end) one crosses another."""
    around: list[int] = []
    for start, end in zip(starts, ends, strict=True):
        while around and around[-1] <= start:
            around.pop()
        if around and end > around[-1]:
            return True
        around.append(end)
    return False


def _class_of(char: str) -> int:
    return _SPACE if char.isspace() else _DOUBTED if joins(char) else _PLAIN


_CLASSES = Classes(_class_of, _DOUBTED)
