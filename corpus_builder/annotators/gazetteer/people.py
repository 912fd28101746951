"""People's names put together from the given and family names of the lists, and last names that come
again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from corpus_builder.annotators.gazetteer.listed import Match
from corpus_builder.annotators.gazetteer.lists import NameLists, keys
from corpus_builder.annotators.gazetteer.neighbours import FAMILY_WORDS, FULL_NAME_ENDS, TIME_WORDS
from corpus_builder.annotators.gazetteer.pieces import SERVANT, Piece
from corpus_builder.annotators.gazetteer.sieve import HEAD, NONE_BEHIND, PART
from corpus_builder.annotators.gazetteer.words import KEYS, WORD, Integers, Words
from corpus_builder.folding import matching_key

_FUNCTION_WORDS = keys(
    "في من إلى على عن مع أن إن أنه أنها إنه إنها الذي التي كان كانت قد لم لن لا ما هو هي بعد قبل خلال منذ"
    " حتى بين عند أمام ضد حول أو ثم أي كما حيث بأن لأن وهو وهي الذين اليوم أمس غدا رئيس وزير مدير عضو نائب"
)
_MOST_NAMES = 8
_LONGEST_WORD = 40


def people(
    words: Words, openings: Integers, pieces: Mapping[str, Piece], names: NameLists
) -> Iterator[Match]:
    """Runs of names that begin with a given name and end before what is surely no name; one name after a
    title."""
    text, starts, ends, joined, flags = words.text, words.starts, words.ends, words.joined, words.flags

    def following(index: int) -> Piece | None:
        """The word that one space parts from the end of a word, if it may be part of a name."""
        if not joined[index] or not flags[index + 1] & PART:
            return None
        return pieces[text[starts[index + 1] : ends[index + 1]]]

    done = -1
    for index, start, end in words.spans(openings):
        if start >= done and (piece := pieces[text[start:end]]).opens:
            found, last = _person(words, index, piece, following, names)
            if last is not None:
                done = _next_space(text, ends[last])
            if found is not None:
                yield found


def _person(
    words: Words, index: int, piece: Piece, following: Callable[[int], Piece | None], names: NameLists
) -> tuple[Match | None, int | None]:
    """The name that begins with ``piece``, if one does, and the last word that it or its search took."""
    second = following(index)
    if "g" not in piece.name and not (piece.own == SERVANT and second is not None and "x" in second.name):
        return None, None
    ambiguous = "a" in piece.name
    if ambiguous and (second is None or not second.key.startswith("ال")):
        return None, None
    last, last_key, count, sure = _run(index, piece, second, following)
    if ambiguous and (count < 2 or sure < 2):
        return None, None
    end, after = words.ends[last], words.after(last)
    closed = _is_nisba(last_key, names)
    if _is_nisba(after, names):
        end, closed = words.ends[last + 1], True
        count, sure = count + 1, sure + 1
    if count == 1 and not after and words.before(index, HEAD) in names.titles:
        count = sure = 2
    if (
        count < 2
        or sure < 2
        or not (closed or not after or _ends_a_name(after, names))
        or words.before(index, NONE_BEHIND) in FAMILY_WORDS
    ):
        return None, last
    return (words.starts[index] + piece.cut, -end, "name_sequence", "PER"), last


def _next_space(text: str, start: int) -> int:
    """Where the next space or blank line is; the end of the text, if there is none."""
    space = text.find(" ", start)
    blank = text.find("\n\n", start, space if space >= 0 else len(text))
    return blank if blank >= 0 else space if space >= 0 else len(text)


def _run(
    index: int, piece: Piece, second: Piece | None, following: Callable[[int], Piece | None]
) -> tuple[int, str, int, int]:
    """How far a run of names goes: its last word and that one's key, how many names it holds, and how many of them
    are nothing else."""
    count = sure = 1
    last, key, piece_after = index, piece.key, second
    while piece_after is not None and last - index < _MOST_NAMES:
        if piece_after.cut or piece_after.key in _FUNCTION_WORDS:
            break
        name = piece_after.name
        if (key.endswith(SERVANT) and "x" in name) or ("s" in name and "g" not in name):
            last, key = last + 1, piece_after.key
        elif "g" in name or "f" in name:
            count += 1
            sure += "a" not in name
            last, key = last + 1, piece_after.key
        elif "l" in name:
            linked = following(last + 1)
            wanted = "xgf" if piece_after.key == SERVANT else "gf"
            if linked is None or linked.cut or not set(wanted) & set(linked.name):
                break
            count, sure = count + 1, sure + 1
            last, key = last + 2, linked.key
        else:
            break
        piece_after = following(last)
    return last, key, count, sure


def _is_nisba(key: str, names: NameLists) -> bool:
    """Whether a word has the form of a family name, الشحي, and is no adjective of the lists."""
    return (
        key.startswith("ال")
        and key.endswith("ي")
        and len(key) > 4
        and key not in names.adjectives
        and key not in names.titles
        and key not in TIME_WORDS
        and key not in FULL_NAME_ENDS
    )


def _ends_a_name(key: str, names: NameLists) -> bool:
    """Whether a word cannot be one more name: a verb, title or adjective of the lists, a function word, or
    one with a particle."""
    if key in _FUNCTION_WORDS or key in names.verbs or key in names.adjectives or key in names.titles:
        return True
    return key.startswith(("لل", "وال", "بال"))


def again(
    text: str, end: int, found: Sequence[Match], sought: Mapping[str, bool], names: NameLists
) -> Iterator[Match]:
    """The later mentions, before ``end``, of a person by the last name alone, if it is `sought_alone`."""
    surnames = {
        text[start:-minus_end].rpartition(" ")[2]: -minus_end
        for start, minus_end, _kind, _label in reversed(found)
    }
    for surname, first_end in surnames.items():
        if not sought[surname]:
            continue
        at = text.find(surname, first_end, end)
        while at >= 0:
            after = at + len(surname)
            if _stands_alone(text, at, after) and not _is_name(_key_before(text, at), names):
                yield at, -after, "surname", "PER"
            at = text.find(surname, after, end)


def sought_alone(surname: str, names: NameLists) -> bool:
    """Whether a last name means its person where it stands alone: it is long enough, and no other word of the lists."""
    key = KEYS[surname]
    return len(key) > 3 and not (
        key in names.ambiguous
        or key in names.given
        or key in names.entries
        or key in names.firsts
        or key in names.adjectives
    )


def _is_name(key: str, names: NameLists) -> bool:
    return key in FAMILY_WORDS or key in names.given or key in names.family


def _key_before(text: str, start: int) -> str:
    """The key of the word that one space parts from ``start``; "" if there is none."""
    if not text.endswith(" ", 0, start):
        return ""
    match = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start - 1)
    return matching_key(match.group()) if match else ""


_WORD_BEFORE = re.compile(rf"{WORD}+$")
_WORD_AFTER = re.compile(WORD)
_PARTICLES = keys("و ف ب ل ك وب ول وك فب فل")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a span is a whole word, attached particles aside."""
    if _WORD_AFTER.match(text, end):
        return False
    joined = _WORD_BEFORE.search(text, max(0, start - 3), start)
    return joined is None or matching_key(joined.group()) in _PARTICLES
