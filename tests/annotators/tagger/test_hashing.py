import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.annotators.tagger import hashing
from corpus_builder.annotators.tagger.hashing import (
    NONE,
    Numbering,
    Pieces,
    after,
    codes_of,
    distinct,
    hashes_of,
)

TEXTS = st.text(st.characters(), max_size=30)


def hash_of(text):
    return int(Pieces(codes_of(text)).hashes(np.array([0]), np.array([len(text)]))[0])


@given(TEXTS, TEXTS, TEXTS)
def test_a_piece_has_the_same_hash_wherever_it_lies(before, piece, behind):
    codes = codes_of(before + piece + behind)
    begin = np.array([len(before)])
    found = Pieces(codes).hashes(begin, begin + len(piece))
    assert int(found[0]) == hash_of(piece)


@given(TEXTS, TEXTS)
def test_other_pieces_have_other_hashes(one, other):
    assert (hash_of(one) == hash_of(other)) == (one == other)


def test_nul_is_a_letter():
    assert len({hash_of("ab"), hash_of("ab\0"), hash_of("\0ab"), hash_of("\0"), hash_of("")}) == 5


@given(TEXTS)
def test_a_letter_before_a_piece(text):
    found = after(ord("<"), np.array([hash_of(text)], dtype=np.uint64))
    assert int(found[0]) == hash_of("<" + text)


@pytest.mark.parametrize("stretch", [1, 2, 7, 1 << 17])
def test_a_text_in_stretches_gives_what_a_whole_one_does(monkeypatch, stretch):
    monkeypatch.setattr(hashing, "_STRETCH", stretch)
    words = ["قال", "", "a", "عبدالرحمن" * 3, "،", "في", ""]
    ends = np.cumsum([len(word) for word in words])
    begins = ends - [len(word) for word in words]
    found = hashes_of(codes_of("".join(words)), begins, ends)
    assert found.tolist() == [hash_of(word) for word in words]


@given(st.lists(st.lists(st.integers(1, 2**64 - 1) | st.integers(1, 40)), max_size=6))
def test_numbers_are_given_once(batches):
    numbering, expected = Numbering(), {}
    for batch in batches:
        keys = np.array(batch, dtype=np.uint64)
        assert numbering.find(keys).tolist() == [expected.get(key, NONE) for key in batch]
        numbers, new = numbering.numbered(keys)
        assert sorted(keys[new].tolist()) == sorted(set(batch) - set(expected))
        assert numbers[new].tolist() == list(range(len(expected), len(numbering)))
        expected.update(zip(keys[new].tolist(), numbers[new].tolist(), strict=True))
        assert numbers.tolist() == [expected[key] for key in batch]
    assert len(numbering) == len(expected)


@given(
    st.sets(st.integers(1, 2**64 - 1) | st.integers(1, 40) | st.integers(2**64 - 40, 2**64 - 1)), st.randoms()
)
def test_keys_may_bring_their_numbers(keys, random):
    keys = np.array(sorted(keys), dtype=np.uint64)
    numbers = random.sample(range(len(keys)), len(keys))
    numbering = Numbering.of(keys, np.array(numbers, dtype=np.int32))
    assert numbering.find(keys).tolist() == numbers
    others = np.setdiff1d(np.array([7, 1 << 63, 2**64 - 7], dtype=np.uint64), keys)
    assert set(numbering.find(others).tolist()) <= {NONE}
    again, new = numbering.numbered(np.concatenate([others, keys]))
    assert again.tolist() == [*range(len(keys), len(keys) + len(others)), *numbers]
    assert sorted(new.tolist()) == list(range(len(others)))


@pytest.mark.parametrize("stretch", [3, 1 << 17])
@pytest.mark.parametrize("factor", [1, 0x9E3779B97F4A7C15])
def test_many_keys_far_apart_or_beside_each_other(monkeypatch, stretch, factor):
    monkeypatch.setattr(hashing, "_STRETCH", stretch)
    keys = np.arange(1, 2001, dtype=np.uint64) * np.uint64(factor)
    numbering = Numbering()
    some = np.concatenate([keys[:300], keys[:1000:2]])
    numbers, new = numbering.numbered(some)
    assert len(numbering) == len(new) == len(set(some.tolist()))
    assert np.array_equal(numbering.find(some), numbers)
    assert np.array_equal(some[new][numbers], some)
    assert set(numbering.find(keys[1000:]).tolist()) == {NONE}


@given(st.lists(st.integers(1, 2**64 - 1) | st.integers(1, 12)))
def test_equal_keys_share_a_number_and_others_do_not(keys):
    found, count = distinct(np.array(keys, dtype=np.uint64))
    assert sorted(set(found.tolist())) == list(range(count)) == list(range(len(set(keys))))
    assert len(set(zip(keys, found.tolist(), strict=True))) == count
