"""People's names put together from the given and family names of the lists, and last names that come
again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from corpus_builder.annotators.gazetteer.listed import Match
from corpus_builder.annotators.gazetteer.lists import NameLists, keys
from corpus_builder.annotators.gazetteer.neighbours import FAMILY_WORDS, FULL_NAME_ENDS, TIME_WORDS
from corpus_builder.annotators.gazetteer.pieces import SERVANT, Piece
from corpus_builder.annotators.gazetteer.words import KEYS, WORD, Integers, Words
from corpus_builder.folding import matching_key

_FUNCTION_WORDS = keys(
    "في من إلى على عن مع أن إن أنه أنها إنه إنها الذي التي كان كانت قد لم لن لا ما هو هي بعد قبل خلال منذ"
    " حتى بين عند أمام ضد حول أو ثم أي كما حيث بأن لأن وهو وهي الذين اليوم أمس غدا رئيس وزير مدير عضو نائب"
)
_MOST_NAMES = 8
_LONGEST_WORD = 40


def people(
    words: Words, candidates: Integers, pieces: Mapping[str, Piece], names: NameLists
) -> Iterator[Match]:
    """Runs of names that begin with a given name and end before what is surely no name; one name after a
    title."""
    done = -1
    for index, start, end in words.spans(candidates):
        piece = pieces[words.text[start:end]]
        if piece.opens and start >= done:
            found, last = _person(words, index, piece, pieces, names)
            if last is not None:
                done = _next_space(words.text, words.ends[last])
            if found is not None:
                yield found


def _person(
    words: Words, index: int, piece: Piece, pieces: Mapping[str, Piece], names: NameLists
) -> tuple[Match | None, int | None]:
    """The name that begins with ``piece``, if one does, and the last word that it or its search took."""
    second = _following(words, index, pieces)
    servant = piece.own == SERVANT and second is not None and "x" in second.name
    if not servant and "g" not in piece.name:
        return None, None
    last, last_key, count, sure = _run(words, index, piece, pieces)
    if "a" in piece.name and not (
        second is not None and count > 1 and sure > 1 and second.key.startswith("ال")
    ):
        return None, None
    end = words.ends[last]
    following = words.after(last)
    closed = _is_nisba(last_key, names)
    if _is_nisba(following, names):
        end, closed = words.ends[last + 1], True
        count, sure = count + 1, sure + 1
    before = words.before(index)
    if count == 1 and not following and before in names.titles:
        count = sure = 2
    if (
        count < 2
        or sure < 2
        or before in FAMILY_WORDS
        or not (closed or not following or _ends_a_name(following, names))
    ):
        return None, last
    return (words.starts[index] + piece.cut, -end, "name_sequence", "PER"), last


def _following(words: Words, index: int, pieces: Mapping[str, Piece]) -> Piece | None:
    """The word that one space parts from the end of a word."""
    return pieces[words.word(index + 1)] if words.joined[index] else None


def _next_space(text: str, start: int) -> int:
    """Where the next space or blank line is; the end of the text, if there is none."""
    space = text.find(" ", start)
    blank = text.find("\n\n", start, space if space >= 0 else len(text))
    return blank if blank >= 0 else space if space >= 0 else len(text)


def _run(words: Words, index: int, piece: Piece, pieces: Mapping[str, Piece]) -> tuple[int, str, int, int]:
    """How far a run of names goes: its last word and that one's key, how many names it holds, and how many of them
    are nothing else."""
    count = sure = 1
    last, key = index, piece.key
    while last - index < _MOST_NAMES:
        following = _following(words, last, pieces)
        if following is None or following.cut or following.key in _FUNCTION_WORDS:
            break
        name = following.name
        if (key.endswith(SERVANT) and "x" in name) or ("s" in name and "g" not in name):
            last, key = last + 1, following.key
        elif "g" in name or "f" in name:
            count += 1
            sure += "a" not in name
            last, key = last + 1, following.key
        elif "l" in name:
            after = _following(words, last + 1, pieces)
            wanted = "xgf" if following.key == SERVANT else "gf"
            if after is None or after.cut or not set(wanted) & set(after.name):
                break
            count, sure = count + 1, sure + 1
            last, key = last + 2, after.key
        else:
            break
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


def again(text: str, end: int, found: Sequence[Match], names: NameLists) -> Iterator[Match]:
    """The later mentions, before ``end``, of a person by the last name alone."""
    surnames = {
        text[start:-minus_end].rpartition(" ")[2]: -minus_end
        for start, minus_end, _kind, _label in reversed(found)
    }
    for surname, first_end in surnames.items():
        key = KEYS[surname]
        if (
            len(key) < 4
            or key in names.ambiguous
            or key in names.given
            or key in names.entries
            or key in names.firsts
            or key in names.adjectives
        ):
            continue
        at = text.find(surname, first_end, end)
        while at >= 0:
            after = at + len(surname)
            if _stands_alone(text, at, after) and not _is_name(_key_before(text, at), names):
                yield at, -after, "surname", "PER"
            at = text.find(surname, after, end)


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
