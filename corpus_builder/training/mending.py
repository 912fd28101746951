"""A second opinion on the same sentences: where two annotations differ in a way that is known to be noise,
nobody is believed.

ANERcorp leaves many organisations unmarked; NewsFANE annotated the same sentences again. A word that the
first leaves ``O`` and the second names an organisation or a person becomes `UNKNOWN`, and training sums over
what it may be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from corpus_builder.annotators.tagger.features import fold
from corpus_builder.training.corpora import UNKNOWN, Tagged
from corpus_builder.training.cuts import PARTICLES

DOUBTED = frozenset({"ORG", "PER"})
_LETTERS = str.maketrans({"ة": "ه", "ئ": "ي", "ؤ": "و", "ء": None})
_SEED = 8
"""Letters in a row that sentences must share to be compared."""
_ALIKE = 0.5
"""Share of such runs that two copies of a sentence have in common."""


def _letters(sentence: Tagged) -> list[tuple[str, int]]:
    """The letters of a sentence as both corpora write them, each with the number of its word."""
    every = [
        (letter, i)
        for i, word in enumerate(sentence.words)
        for letter in fold(word).translate(_LETTERS)
        if letter.isalpha()
    ]
    kept = []
    for at, (letter, word) in enumerate(every):
        # NewsFANE writes لالاتحاد for للاتحاد.
        between = at > 0 and every[at - 1][0] == "ل" and at + 1 < len(every) and every[at + 1][0] == "ل"
        if not (letter == "ا" and between):
            kept.append((letter, word))
    return kept


def _copies(first: Sequence[str], second: Sequence[str]) -> dict[int, int]:
    """Which text of ``first`` each text of ``second`` is a copy of, the same or nearly so."""
    same: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(first):
        same[text].append(i)
    pairs: dict[int, int] = {}
    rest = []
    for j, text in enumerate(second):
        if same[text]:
            pairs[same[text].pop(0)] = j
        else:
            rest.append(j)
    having: dict[str, set[int]] = defaultdict(set)
    for i, text in enumerate(first):
        if i not in pairs:
            for at in range(len(text) - _SEED + 1):
                having[text[at : at + _SEED]].add(i)
    for j in rest:
        runs = len(second[j]) - _SEED + 1
        shared = Counter(i for at in range(runs) for i in sorted(having.get(second[j][at : at + _SEED], ())))
        if shared:
            best, count = shared.most_common(1)[0]
            if best not in pairs and count > _ALIKE * runs:
                pairs[best] = j
    return pairs


def doubted(sentences: Sequence[Tagged], again: Sequence[Tagged]) -> list[Tagged]:
    """The sentences, with `UNKNOWN` for words left ``O`` that the other annotation of the sentence has in a
    `DOUBTED` name.
    """
    own, other = [_letters(sentence) for sentence in sentences], [_letters(sentence) for sentence in again]
    texts = [["".join(letter for letter, _ in letters) for letters in side] for side in (own, other)]
    out = list(sentences)
    for i, j in _copies(*texts).items():
        votes = [Counter[str]() for _ in sentences[i].words]
        matcher = SequenceMatcher(None, texts[0][i], texts[1][j], autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            for step in range(size):
                word = again[j].words[other[j][b + step][1]]
                label = again[j].labels[other[j][b + step][1]]
                if word not in PARTICLES:
                    votes[own[i][a + step][1]][label[2:]] += 1
        labels = [
            UNKNOWN if label == "O" and vote and vote.most_common(1)[0][0] in DOUBTED else label
            for label, vote in zip(sentences[i].labels, votes, strict=True)
        ]
        out[i] = Tagged(sentences[i].words, labels)
    return out
