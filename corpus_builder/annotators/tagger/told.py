"""What word lists and frequencies say of many Arabic words at once, by the numbers of its few attribute names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from corpus_builder.annotators.tagger.bands import Bands
from corpus_builder.annotators.tagger.features import PROCLITICS, UNHEARD, Knowledge, listed
from corpus_builder.annotators.tagger.forms import Forms
from corpus_builder.annotators.tagger.hashing import NONE, Ints

_LETTERS = sorted(PROCLITICS)
FAMILIES = (
    *("n=", "shape=", "g=", "gr=", "f=", "lf=", "ft=", "fa=", "lfr="),
    *(f"{kind}{letter}=" for kind in ("fr", "fd") for letter in _LETTERS),
)
"""How the names begin that are looked up here."""
_LONGEST = 9
"""Words of more letters are as one of so many."""
_BANDS = range(UNHEARD + 1)
_GAINS = range(-(UNHEARD + 1) // 2, UNHEARD // 2 + 1)
"""Half the bands that a word gains on its rest."""
_ARTICLES = [
    "",
    *(f"{joined}{article}" for joined in ("", "و", "ف") for article in ("ال", "بال", "كال", "لل")),
]
_ARTICLE_NUMBERS = {article: i for i, article in enumerate(_ARTICLES)}

Said = tuple[Ints, Ints]
"""Words, and beside each the number of an attribute, `NONE` where the model has it not."""


class Told:
    """Numbers of the attributes that are no pieces of a word."""

    def __init__(self, numbers: Mapping[str, int], knowledge: Knowledge) -> None:
        self._numbers = numbers
        self._kinds = knowledge.kinds
        self._bands = Bands.of(knowledge.bands)
        self._arabic = numbers.get("shape=ar", NONE)
        self._sizes = self._row(f"n={size}" for size in range(_LONGEST + 1))
        self._f = self._row(f"f={band}" for band in _BANDS)
        self._ft = self._row(f"ft={band}" for band in _BANDS)
        self._fa = self._table([f"fa={article}{band}" for band in _BANDS] for article in _ARTICLES)
        self._fr = self._table([f"fr{letter}={band}" for band in _BANDS] for letter in _LETTERS)
        self._fd = self._table([f"fd{letter}={gain}" for gain in _GAINS] for letter in _LETTERS)
        self._of_lists: dict[tuple[Sequence[str], int, int | None], list[int]] = {}

    def _row(self, names: Iterable[str]) -> Ints:
        return np.array([self._numbers.get(name, NONE) for name in names], dtype=np.intp)

    def _table(self, names: Iterable[Iterable[str]]) -> Ints:
        return np.stack([self._row(row) for row in names])

    def sizes(self, forms: Forms, arabic: Ints) -> Said:
        """What the length of these words says of the words themselves."""
        return arabic, self._sizes[np.minimum(forms.sizes[arabic], _LONGEST)]

    def everywhere(self, forms: Forms, arabic: Ints) -> list[Said]:
        """What is said of these words at every distance; a word may be told the same more than once."""
        folded = [forms.folded[i] for i in arabic.tolist()]
        bands = np.zeros(len(forms.folded), dtype=np.intp)
        bands[arabic] = self._bands.of_words(folded)
        said = [(arabic, np.full(len(arabic), self._arabic)), (arabic, self._f[bands[arabic]])]
        said.append(self._listed(arabic.tolist(), folded, (bands[arabic] // 2).tolist(), None))

        some = arabic[forms.articles[arabic] > 0]
        lengths = forms.articles[some].tolist()
        words = [forms.folded[i] for i in some.tolist()]
        stem_bands = self._bands.of_words([word[n:] for word, n in zip(words, lengths, strict=True)])
        article = np.array(
            [_ARTICLE_NUMBERS[word[:n]] for word, n in zip(words, lengths, strict=True)], np.intp
        )
        said += [(some, self._ft[stem_bands]), (some, self._fa[article, stem_bands])]

        letter_codes = np.array([ord(letter) for letter in _LETTERS])
        for count, having in ((1, forms.one), (2, forms.two)):
            some = np.intersect1d(having, arabic, assume_unique=True)
            rests = [forms.folded[i][count:] for i in some.tolist()]
            rarity = self._bands.of_words(rests)
            gain = (bands[some] - rarity) // 2
            letter = np.searchsorted(letter_codes, forms.codes[forms.starts[some]])
            said += [(some, self._fr[letter, rarity]), (some, self._fd[letter, gain - _GAINS.start])]
            said.append(self._listed(some.tolist(), rests, (rarity // 2).tolist(), gain.tolist()))
        return said

    def _listed(self, words: list[int], forms: list[str], rarity: list[int], gains: list[int] | None) -> Said:
        """What the word lists say of words, or, with what they gain, of their rests."""
        places: list[int] = []
        numbers: list[int] = []
        for i, kinds in enumerate(map(self._kinds, forms)):
            if kinds:
                key = (kinds, rarity[i], None if gains is None else gains[i])
                if key not in self._of_lists:
                    self._of_lists[key] = self._of_list(*key)
                found = self._of_lists[key]
                places += [words[i]] * len(found)
                numbers += found
        return np.array(places, dtype=np.intp), np.array(numbers, dtype=np.intp)

    def _of_list(self, kinds: Sequence[str], rarity: int, gain: int | None) -> list[int]:
        names = listed(kinds)
        labels = [name for name in names if "." not in name]
        if gain is None:
            said = [f"g={name}" for name in names] + [f"lf={label}|{rarity}" for label in labels]
        else:
            said = [f"gr={name}" for name in names] + [f"lfr={label}|{rarity}|{gain}" for label in labels]
        return [self._numbers[name] for name in said if name in self._numbers]
