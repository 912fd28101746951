"""Names that the word lists hold, found as whole words, attached particles outside.

A whole name of the lists matches wherever it stands between words, if no word goes on with it. A name of one
word that is
a plain word too needs a noun before it, as in ``مدينة الباب``. People's names are also put together from
given and family
names that follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus_builder.annotators.gazetteer.listed import Match, listed
from corpus_builder.annotators.gazetteer.lists import NameLists, name_lists
from corpus_builder.annotators.gazetteer.people import again, people
from corpus_builder.annotators.gazetteer.words import Chunks, words_of
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


def gazetteer(lists: Sequence[str | Path] = ()) -> Callable[[Sequence[Document]], list[list[Found]]]:
    """An annotator that finds the names of the package's lists and of ``lists``.

    Raises `CorpusError`, with file and line, for a list of another form.
    """
    spans = matcher(name_lists(tuple(map(Path, lists))))

    def gazetteer_spans(documents: Sequence[Document]) -> list[list[Found]]:
        return [spans(document.text) for document in documents]

    return gazetteer_spans


def matcher(names: NameLists) -> Callable[[str], list[Found]]:
    """A function from a text to the ``(start, end, label, score)`` of each name in it, in order; they nest
    and never cross."""
    chunks = Chunks(names)

    def spans(text: str) -> list[Found]:
        words = words_of(text, chunks)
        whole = list(listed(words, names))
        sequences = list(people(words, names))
        found = chosen([*whole, *sequences, *again(words, sequences, names)])
        return [
            (match.start, match.end, match.label, _score(match))
            for match in found
            if not (inside_grapheme(text, match.start) or inside_grapheme(text, match.end))
        ]

    return spans


def chosen(matches: list[Match]) -> list[Match]:
    """The matches that do not cross, earlier and longer ones first; inside another only those of another
    label."""
    matches.sort(key=lambda match: (match.start, -match.end, match.kind))
    kept: list[Match] = []
    around: list[Match] = []
    for match in matches:
        while around and around[-1].end <= match.start:
            around.pop()
        if around:
            outer = around[-1]
            same = (match.start, match.end) == (outer.start, outer.end)
            if match.end > outer.end or same or match.label == outer.label or outer.label == "PER":
                continue
        kept.append(match)
        around.append(match)
    return kept


def _score(match: Match) -> float:
    return _KIND_SCORES.get((match.label, match.kind), _LABEL_SCORES.get(match.label, _OTHER_SCORE))
