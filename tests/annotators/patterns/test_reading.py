"""Reading by whole arrays gives what `words.tokens` gives of each chunk; the windows hold all that can match."""

from __future__ import annotations

import re
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.patterns import grammar, reading
from corpus_builder.annotators.patterns.forms import KEPT, ODD, PIECE, slots_of, tables
from corpus_builder.annotators.patterns.reading import Reading, read, read_around_triggers
from corpus_builder.annotators.patterns.windows import LONGEST, windows
from corpus_builder.annotators.patterns.words import PARTICLES, lexicon, tokens
from corpus_builder.graphemes import joining

CASES = Path(__file__).parents[2] / "cases" / "patterns"


def spelt(text: str) -> list[tuple[str, int, int]]:
    """Chunk by chunk what `read` gives at once."""
    found, base = [], 0
    for chunk in text.replace("\n\n", "\n ").split(" "):
        found += [(letter, base + start, base + end) for letter, start, end in tokens(chunk)]
        base += len(chunk) + 1
    return found


def at_once(text: str) -> list[tuple[str, int, int]]:
    reading = read(text)
    return list(zip(reading.classes, reading.starts.tolist(), reading.ends.tolist(), strict=True))


VARIANTS = str.maketrans({"ا": "أ", "ي": "ى", "و": "ؤ", "ك": "ک", "ف": "ڤ", "ب": "پ", "ه": "ة"})
FORMS = sorted({*lexicon()[0], *lexicon()[1]})
KNOWN = st.builds(
    lambda prefix, form, mark, sign, folded: (
        prefix + (form.translate(VARIANTS) if folded else form) + mark + sign
    ),
    st.sampled_from(["", *PARTICLES, "وب", "فل", "لل", "ؤ", "ک", "پ", "ال", "وال", "بو"]),
    st.sampled_from(FORMS),
    st.sampled_from(["", "", "", "\u064b", "ـ", "5", "a", "\u200d", "\U0001f600", "\ud800"]),
    st.sampled_from(["", "", "،", ".", ".\n", "\n", "!", "%", "/", ":", ".م", "-", "»", "\t", "\n\n"]),
    st.booleans(),
)
LETTERS = st.text(alphabet="وفبلكاأآيىئؤهة.م \n،5", max_size=12)


@given(st.lists(st.one_of(KNOWN, LETTERS), max_size=30), st.sampled_from([" ", "", "  ", "\n\n", "\n"]))
def test_whole_arrays_read_as_words_do(words: list[str], joint: str) -> None:
    text = joint.join(words)
    assert at_once(text) == spelt(text)


@given(st.text(max_size=60))
def test_any_text_is_read_as_words_do(text: str) -> None:
    assert at_once(text) == spelt(text)


SIGNED = ["", *"(5،.%٪-\n\r'$م\u064ea/:’", ".\n", "5\n(", "...", "((((((("]
NUMBERS = [
    *map(str, (0, 1, 31, 32, 99, 100, 999, 1000, 2100, 2101, 9999, 10000)),
    "00",
    "007",
    "0999",
    "١٢",
    "٢٠٢٠",
    "1٢",
]


def test_numbers_with_signs_around_are_read_as_words_do() -> None:
    text = " ".join(map("".join, product(SIGNED, NUMBERS, SIGNED)))
    assert at_once(text) == spelt(text)


def test_what_is_not_read_one_by_one_holds_nothing_that_joins_to_its_neighbour() -> None:
    plain = "".join(map(chr, np.flatnonzero(tables().kinds != ODD).tolist()))
    assert list(joining(plain)) == []


def test_every_form_is_read_as_words_do_with_every_particle() -> None:
    text = " ".join(prefix + form for prefix in ("", "و", "فب", "ل", "لل", "وال") for form in FORMS)
    assert at_once(text) == spelt(text)


PATTERNS = [re.compile(pattern) for pattern in (grammar.DATE, grammar.MONEY, grammar.PERCENT)]
ATTACHED = sorted(set(PARTICLES.values()))
WEAK = sorted({*grammar.TRIGGERS, grammar.YEAR_NOUN} - set(grammar.ALONE))
#: One word between bounds in which nothing matches, particles before it or not: what stands around it is not read.
HOPELESS = re.compile(
    f"[_!B]?[_!][{''.join(map(re.escape, ATTACHED))}]{{0,2}}[{''.join(map(re.escape, WEAK))}][_!]"
)


def windows_of(read: Reading) -> list[tuple[str, list[int], list[int]]]:
    return [
        (read.classes[low:high], read.starts[low:high].tolist(), read.ends[low:high].tolist())
        for low, high in windows(read.classes, [0, len(read.classes)])
        if not HOPELESS.fullmatch(read.classes, low, high)
    ]


def test_the_triggers_that_match_alone_are_those_that_match_between_two_bounds() -> None:
    assert (
        "".join(
            letter
            for letter in grammar.TRIGGERS
            if any(
                pattern.search(f"{before}{letter}_")
                for pattern in PATTERNS
                for before in ("", "_", "!", "B_")
            )
        )
        == grammar.ALONE
    )


def test_a_weak_trigger_alone_matches_nothing_whatever_is_attached() -> None:
    before = ["", *ATTACHED, *map("".join, product(ATTACHED, repeat=2))]
    for letters in map("".join, product(["_", "!", "B_", "B!"], before, WEAK, "_!")):
        for pattern in PATTERNS:
            assert not any(pattern.match(letters, place) for place in range(len(letters))), letters


FIGURES = st.sampled_from(
    [
        "5",
        "656",
        "1999",
        "٢٠٠٣",
        "4711.",
        "(2019)",
        "12-5-2020",
        "3-5",
        "1,5%",
        "17،5",
        "م16",
        "5مايو",
        "3م.",
        "$",
    ]
)
NEAR = ["عام", "وبيـــن", "بين", "مايو", "دولار", "وفي", "كذا", "المئة", "وآب", "اب", "الـ656", "ال656"]


@pytest.mark.parametrize("piece", [20, PIECE])
@given(
    words=st.lists(st.one_of(KNOWN, LETTERS, FIGURES, st.sampled_from(NEAR)), max_size=30),
    joint=st.sampled_from([" ", " ", "", "\n\n", "\n", "، "]),
)
def test_around_triggers_all_windows_are_read(piece: int, words: list[str], joint: str) -> None:
    text = joint.join(words)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "PIECE", piece)
        assert windows_of(read_around_triggers(text)) == windows_of(read(text))


def test_no_form_is_too_long_for_its_numbers() -> None:
    assert max(map(len, FORMS)) + 2 < 16


def test_a_word_is_not_taken_for_the_known_word_whose_slot_it_shares() -> None:
    known = tables()
    chars = np.array([ord(char) for char in "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي"], np.uint32)
    words = chars[np.random.default_rng(1).integers(len(chars), size=(100_000, 8))]
    heads = known.kinds[words].view(np.uint64).ravel() & KEPT
    shared = known.slots[slots_of(heads, np.zeros_like(heads))] > 0
    text = " ".join("".join(map(chr, word)) for word in words[shared].tolist())
    assert at_once(text) == spelt(text)
    assert shared.sum() > 10_000


def test_a_text_of_many_pieces_is_read_as_one() -> None:
    unit = "وفي 3 مايو 2020، دفع للمليون دولار. "
    text = unit * (3 * PIECE // len(unit)) + "م" * (2 * PIECE) + " " + unit
    assert at_once(text) == spelt(text)


def test_what_is_remembered_has_a_bound_and_changes_nothing() -> None:
    text = " ".join(f"{number}x" for number in range(70_000)) + " 5%"
    assert at_once(text)[-2:] == [("d", len(text) - 2, len(text) - 1), ("%", len(text) - 1, len(text))]


@pytest.mark.parametrize(
    "chunk", ["5/", "12-05-2020-", "٣/٤/", "12/5/2020/", "2020-05-12//", "-5-", "//12/5/2020"]
)
def test_a_long_run_of_figures_is_read_as_a_short_one_begins(chunk: str) -> None:
    # Shorter than what is read in one go, then longer: the tokens that both have are the same but where the short one ends.
    short, long = (chunk * 20)[:38], (chunk * 20)[:80]
    assert tokens(long)[: len(tokens(short)) - 2] == tokens(short)[:-2]


@pytest.mark.parametrize("name", ["DATE", "MONEY", "PERCENT"])
def test_no_pattern_matches_more_letters_than_a_window_keeps(name: str) -> None:
    _least, most = re._parser.parse(getattr(grammar, name)).getwidth()  # type: ignore[attr-defined]
    assert most < LONGEST


CLASSES = st.text(alphabet="_!detYNSmuUK%IBaiJ~&,=/-()HCDh1", max_size=80)


@given(st.lists(CLASSES, min_size=1, max_size=4), st.integers(0, 700))
def test_windows_hold_every_match_and_never_reach_into_another_text(texts: list[str], gap: int) -> None:
    texts = [text.replace("_", "_" + "d&" * gap, 1) for text in texts]
    edges = [sum(map(len, texts[:i])) for i in range(len(texts) + 1)]
    found = list(windows("".join(texts), edges))
    for text, edge in zip(texts, edges, strict=False):
        for pattern in PATTERNS:
            for match in pattern.finditer(text):
                low, high = (edge + match.start(), edge + match.end())
                assert any(start <= low and high <= stop for start, stop in found), match
    assert all(any(edge <= low < high <= stop for edge, stop in pairwise(edges)) for low, high in found)
