"""Every form that a known word takes with what is attached to it, to be looked up by whole arrays.

The folded letters of a word are one byte each, eight to a number: its ``head`` and its ``tail``. No form is longer than
fifteen letters, so a word is a form where both are the form's. Few words can matter to the grammar; which, their heads tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

from corpus_builder.annotators.patterns.grammar import ALONE, BOUNDS, TRIGGERS, YEAR_NOUN
from corpus_builder.annotators.patterns.words import PARTICLES, SHORT, SIGNS, lexicon
from corpus_builder.folding import fold

#: Code points that are read at once: the whole of a usual batch, as each whole-array step costs the same however few they are.
PIECE = 1 << 19
#: Kinds of code points; those from `DOT` are signs, those with `LETTER` letters, their digit added, those from `FIGURE` figures,
#: their value added. What is `ODD` is read one by one.
SPACE, DOT, LINE = 0, 1, 2
#: `VARIANT` is added for a letter that folds to a particle's but is none.
LETTER, VARIANT = 32, 64
FIGURE, ODD = 128, 138
#: The letters of a number that are no more than that, for each of the eight.
KEPT = np.uint64(0x3F3F3F3F3F3F3F3F)
#: What stands for a chunk that is read one by one, and for a number of each of these class letters.
SPELT_CHUNK, NUMBER, NUMBERS = 24, 25, "detYn"
#: Signs that are a token by themselves whatever stands beside them, the dot apart; those of one class letter are of one kind.
_PLAIN_SIGNS = ".\n،,؛;:؟?!()«»\"'[]-–—…“”*|%٪"
_ARABIC = [*range(0x621, 0x63B), *range(0x641, 0x64B), 0x671, 0x67E, 0x686, 0x6A4, 0x6A9, 0x6AF, 0x6CC]
_FIGURES = "0123456789", "٠١٢٣٤٥٦٧٨٩"
#: In the order in which `words` tries them: of two equal forms the first is right.
_PREFIXES = ("و", "ف", "وب", "ول", "وك", "فب", "فل", "فك", "ب", "ل", "ك")
_LONGEST = 16
_SCATTER, _SLOT_BITS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)), 17

#: The forms of an unknown word and of what is read one by one.
UNKNOWN, SPELT = 0, 1
#: Stands for the class letter of a form whose spelling decides.
_UNDECIDED = 0x7F
#: What a form is to the grammar, whose patterns cross no bound and match nothing without a trigger; a weak one needs a neighbour.
BOUND, INNER, WEAK_TRIGGER, TRIGGER = 0, 1, 2, 3


class _Forms(NamedTuple):
    """Forms with the same particles before them: the two numbers of each, its class letter, whether it is unsure; the class letters
    of two particles.
    """

    heads: NDArray[np.uint64]
    tails: NDArray[np.uint64]
    letters: NDArray[np.uint8]
    unsure: NDArray[np.bool_]
    particles: bytes = b"  "


class Tables(NamedTuple):
    """What reading by whole arrays looks up.

    ``kinds`` by code point. ``likely`` by `begins_of`: the greatest role of a form that begins so. ``slots`` by `slots_of`: a form,
    or 0. By form: its ``heads`` and ``tails``, the ``following`` form of its slot, whether its spelling before folding decides what it is
    (``unsure``), its class letter, how many particles are ``taken`` off before it where that is sure, the class letters of
    these, and its role.
    """

    kinds: NDArray[np.uint8]
    likely: NDArray[np.uint8]
    slots: NDArray[np.uint16]
    heads: NDArray[np.uint64]
    tails: NDArray[np.uint64]
    following: NDArray[np.uint16]
    unsure: NDArray[np.bool_]
    classes: NDArray[np.uint8]
    taken: NDArray[np.uint8]
    particles: NDArray[np.uint8]
    roles: NDArray[np.uint8]


def slots_of(heads: NDArray[np.uint64], tails: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in ``slots`` each word is looked up."""
    return ((heads * _SCATTER[0] + tails * _SCATTER[1]) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


def begins_of(heads: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in ``likely`` each word is looked up."""
    return (heads * _SCATTER[0] >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


@cache
def tables() -> Tables:
    """The tables of the word file, made once."""
    # An allocator that returns each large block to the system, to be paged in again at the next text, keeps those that
    # are smaller than the largest it has seen freed: a third of the time that reading takes.
    np.empty(2 * PIECE, np.uint64)
    kinds = _kinds()
    groups = list(_forms(kinds))
    heads, tails, letters, unsure = (np.concatenate(column) for column in list(zip(*groups, strict=True))[:4])
    apart = [np.full((len(group.heads), 2), np.frombuffer(group.particles, "S1")) for group in groups]
    particles = np.where(unsure[:, None], b" ", np.concatenate(apart)).view(np.uint8)
    roles = np.array([_role(chr(code)) for code in range(128)], np.uint8)

    # Forms that share a slot are a chain; of two equal ones the first in it is found.
    looked_up = np.arange(UNKNOWN + 1, len(heads))
    places = slots_of(heads[looked_up], tails[looked_up])
    order = np.argsort(places, kind="stable")
    chain, places = looked_up[order], places[order]
    shared = places[1:] == places[:-1]
    following, slots = np.zeros(len(heads), np.uint16), np.zeros(1 << _SLOT_BITS, np.uint16)
    following[chain[:-1][shared]] = chain[1:][shared]
    firsts = np.append(True, ~shared)
    slots[places[firsts]] = chain[firsts]
    likely = np.full(1 << _SLOT_BITS, BOUND, np.uint8)
    np.maximum.at(likely, begins_of(heads), roles[letters])
    return Tables(
        kinds,
        likely,
        slots,
        heads,
        tails,
        following,
        unsure,
        np.where(letters == _UNDECIDED, np.uint8(ord("_")), letters),
        (particles != ord(" ")).sum(axis=1, dtype=np.uint8),
        particles,
        roles[letters],
    )


def _forms(kinds: NDArray[np.uint8]) -> Iterator[_Forms]:
    """All forms, those first that are right where two are equal."""
    heads = np.array([0, SPELT_CHUNK, *range(NUMBER, NUMBER + len(NUMBERS))], np.uint64)
    letters = np.frombuffer(b"_\x7f" + NUMBERS.encode(), np.uint8)
    yield _Forms(heads, np.zeros_like(heads), letters, letters == _UNDECIDED)

    _written, keys, _values, torn = lexicon()
    folded = {fold(chr(code)) for code in _ARABIC}
    words = {
        word: letter
        for word, letter in (keys | dict.fromkeys(torn, chr(_UNDECIDED))).items()
        if folded.issuperset(word)
    }
    whole = _of_words(words, kinds)
    yield whole
    yield _of_words(PARTICLES, kinds)
    short = {fold(form) for form in SHORT}
    attached = np.array([len(word) > 2 or word in short for word in words])
    doubtful = np.array([len(word) <= 2 for word in words])[attached]
    rest = _Forms(*(column[attached] for column in whole[:4]))
    for prefix in _PREFIXES:
        particles = "".join([PARTICLES[char] for char in prefix]).ljust(2).encode()
        before = _of_words({prefix: " "}, kinds)
        heads, tails = _after(before.heads, len(prefix), rest)
        yield _Forms(heads, tails, rest.letters, rest.unsure | doubtful, particles)
    yield _of_words(
        {"ل" + word[1:]: letter for word, letter in words.items() if word.startswith("ال")}, kinds
    )
    yield _of_words({sign: _sign_letter(sign) for sign in _PLAIN_SIGNS}, kinds)


def _of_words(letters: Mapping[str, str], kinds: NDArray[np.uint8]) -> _Forms:
    """Forms without particles before them, by word."""
    spelt = "".join([word.ljust(_LONGEST) for word in letters])
    numbers = kinds[np.frombuffer(spelt.encode("utf-16-le"), np.uint16)].view(np.uint64) & KEPT
    classes = np.frombuffer("".join(letters.values()).encode("ascii"), np.uint8)
    return _Forms(numbers[::2], numbers[1::2], classes, classes == _UNDECIDED)


def _after(
    before: NDArray[np.uint64], count: int, forms: _Forms
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The numbers of forms with ``count`` letters put before them, which are those of ``before``."""
    up, down = np.uint64(8 * count), np.uint64(64 - 8 * count)
    return forms.heads << up | before, forms.tails << up | forms.heads >> down


def _sign_letter(sign: str) -> str:
    return SIGNS.get(sign) or lexicon()[0].get(sign, "!")


def _role(letter: str) -> int:
    if letter in BOUNDS:
        return BOUND
    if letter == chr(_UNDECIDED) or letter in ALONE:
        return TRIGGER
    # After a year's noun hundreds are a trigger (عام 656), nowhere else.
    if letter in TRIGGERS or letter == YEAR_NOUN:
        return WEAK_TRIGGER
    return INNER


def _kinds() -> NDArray[np.uint8]:
    """The kind of each code point."""
    kinds = np.full(0x110000, ODD, np.uint8)
    kinds[ord(" ")] = SPACE
    letters = sorted(set(map(_sign_letter, _PLAIN_SIGNS)))
    for sign in _PLAIN_SIGNS:
        kinds[ord(sign)] = LINE + 1 + letters.index(_sign_letter(sign))
    kinds[[ord("."), ord("\n")]] = DOT, LINE
    for figures in _FIGURES:
        for value, figure in enumerate(figures, start=FIGURE):
            kinds[ord(figure)] = value
    digits: dict[str, int] = {}
    for char in map(chr, _ARABIC):
        folded = fold(char)
        kind = LETTER + digits.setdefault(folded, len(digits) + 1)
        kinds[ord(char)] = kind + VARIANT if folded in PARTICLES and char != folded else kind
    return kinds
