"""Every form that a known word takes with what is attached to it, as a number, to be looked up by whole arrays.

The folded letters of a word are the digits of its number in base 31, the first letter the lowest: one word for each number
up to twelve letters. A form whose spelling before folding decides what it is, or that is longer, is marked as unsure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.words import PARTICLES, SHORT, SIGNS, lexicon
from corpus_builder.folding import fold

#: Code points that are read at once: enough that whole-array steps cost little for each, few enough for the processor's cache.
PIECE = 1 << 16
#: Kinds of code points; those from `DOT` are signs, those from `LETTER` letters, their digit added.
SPACE, ODD, DOT, LINE = 0, 1, 2, 3
#: `VARIANT` is added for a letter that folds to a particle's but is none.
LETTER, VARIANT = 32, 64
DIGIT = 31
#: Words of more letters have numbers that are not theirs alone: 31¹³ > 2⁶⁴.
MOST_DIGITS = 12
#: Signs that are a token by themselves whatever stands beside them, the dot apart; in the order of their kinds.
_PLAIN_SIGNS = ".\n،,؛;:؟?!()«»\"'[]-–—…“”*|"
_ARABIC = [*range(0x621, 0x63B), *range(0x641, 0x64B), 0x671, 0x67E, 0x686, 0x6A4, 0x6A9, 0x6AF, 0x6CC]
_BASE = 31
#: In the order in which `words` tries them: of two forms with one number the first is right.
_PREFIXES = ("", "و", "ف", "وب", "ول", "وك", "فب", "فل", "فك", "ب", "ل", "ك")
_SCATTER, _SLOT_BITS = np.uint64(0x9E3779B97F4A7C15), 18


@dataclass(frozen=True, slots=True)
class Tables:
    """What reading by whole arrays looks up.

    ``kinds`` by code point. ``letters`` by kind: the class letter of a sign, ``_`` for others. ``powers`` and
    ``inverses`` of the base by position, modulo 2⁶⁴. ``slots`` by `slots_of`: a form, 0 for none. By form: its number, whether it
    is ``unsure``, whether others share its slot (``crowded``), its class letter, and the class letters
    of the ``taken`` particles before it.
    """

    kinds: NDArray[np.uint8]
    letters: NDArray[np.uint8]
    powers: NDArray[np.uint64]
    inverses: NDArray[np.uint64]
    slots: NDArray[np.int32]
    numbers: NDArray[np.uint64]
    unsure: NDArray[np.bool_]
    crowded: NDArray[np.bool_]
    classes: NDArray[np.uint8]
    taken: NDArray[np.uint8]
    particles: NDArray[np.uint8]


def slots_of(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Where in ``slots`` each number is looked up."""
    return (numbers * _SCATTER) >> np.uint64(64 - _SLOT_BITS)


@cache
def tables() -> Tables:
    """The tables of the word file, made once."""
    # An allocator that returns each large block to the system, to be paged in again at the next text, keeps those that
    # are smaller than the largest it has seen freed: a third of the time that reading takes.
    np.empty(8 * PIECE, np.uint64)
    kinds, letters, digits = _kinds()
    powers, inverses = _powers(_BASE), _powers(pow(_BASE, -1, 1 << 64))
    _written, keys, _values, torn_keys = lexicon()
    wholes = keys | dict.fromkeys(torn_keys, "")
    words = [word for word in wholes if word and set(word) <= digits.keys()]

    def number(word: str) -> int:
        return sum(digits[char] * pow(_BASE, place) for place, char in enumerate(word))

    lengths = np.array([len(word) for word in words])
    heads = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) - np.repeat(heads, lengths)
    own = np.add.reduceat(
        np.array([digits[char] for char in "".join(words)], np.uint64) * powers[places], heads
    )
    classes = np.array([ord(wholes[word] or "_") for word in words], np.uint8)
    torn = np.array([not wholes[word] for word in words])
    short = {fold(form) for form in SHORT}
    takes = np.array([len(word) > 2 or word in short for word in words])
    after_article = np.array([word.startswith("ال") for word in words])
    alone = np.array([ord(letter) for letter in PARTICLES.values()], np.uint8)
    # Number, class, unsure, prefix.
    forms = []
    for prefix in _PREFIXES:
        some = takes if prefix else np.ones(len(words), np.bool_)
        doubt = torn | (lengths + len(prefix) > MOST_DIGITS)
        if prefix:
            doubt |= lengths <= 2
        numbers = np.uint64(number(prefix)) + powers[len(prefix)] * own
        forms.append((numbers[some], classes[some], doubt[some], prefix))
    particles = np.array([number(particle) for particle in PARTICLES], np.uint64)
    forms.insert(1, (particles, alone, np.zeros(len(alone), np.bool_), ""))
    swapped = own + np.uint64(digits["ل"]) - np.uint64(digits["ا"])
    doubt = torn | (lengths > MOST_DIGITS)
    forms.append((swapped[after_article], classes[after_article], doubt[after_article], ""))

    # Form 0 is none.
    numbers = np.concatenate([np.zeros(1, np.uint64), *[form[0] for form in forms]])
    slot = slots_of(numbers)
    ids = np.arange(len(numbers), dtype=np.int32)
    slots = np.zeros(1 << _SLOT_BITS, np.int32)
    slots[slot[:0:-1]] = ids[:0:-1]
    crowded = np.zeros(len(numbers), np.bool_)
    crowded[slots[slot[slots[slot] != ids]]] = True
    sizes = [1] + [len(form[0]) for form in forms]
    codes: list[list[int]] = [[]] + [[ord(PARTICLES[char]) for char in form[3]] for form in forms]
    return Tables(
        kinds,
        letters,
        powers,
        inverses,
        slots,
        numbers,
        np.concatenate([[False], *[form[2] for form in forms]]),
        crowded,
        np.concatenate([alone[:1], *[form[1] for form in forms]]),
        np.repeat(np.array([len(code) for code in codes], np.uint8), sizes),
        np.repeat(np.array([(*code, 0, 0)[:2] for code in codes], np.uint8), sizes, axis=0),
    )


def _kinds() -> tuple[NDArray[np.uint8], NDArray[np.uint8], dict[str, int]]:
    """The kind of each code point, the class letter of each kind, and the digit of each folded letter."""
    written = lexicon()[0]
    kinds = np.full(0x110000, ODD, np.uint8)
    kinds[ord(" ")] = SPACE
    letters = np.full(256, ord("_"), np.uint8)
    for kind, sign in enumerate(_PLAIN_SIGNS, start=DOT):
        kinds[ord(sign)] = kind
        letters[kind] = ord(SIGNS.get(sign) or written.get(sign, "!"))
    digits: dict[str, int] = {}
    for char in map(chr, _ARABIC):
        folded = fold(char)
        kind = LETTER + digits.setdefault(folded, len(digits) + 1)
        kinds[ord(char)] = kind + VARIANT if folded in PARTICLES and char != folded else kind
    return kinds, letters, digits


def _powers(base: int) -> NDArray[np.uint64]:
    powers = np.full(PIECE, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)
