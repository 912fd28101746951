"""People's names put together from the given and family names of the lists, and last names that come
again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus_builder.annotators.gazetteer.listed import FAMILY_WORDS, FULL_NAME_ENDS, TIME_WORDS, Match
from corpus_builder.annotators.gazetteer.lists import NameLists, keys
from corpus_builder.annotators.gazetteer.words import SERVANT, WORD, Piece, Words
from corpus_builder.folding import matching_key

_FUNCTION_WORDS = keys(
    "في من إلى على عن مع أن إن أنه أنها إنه إنها الذي التي كان كانت قد لم لن لا ما هو هي بعد قبل خلال منذ"
    " حتى بين عند أمام ضد حول أو ثم أي كما حيث بأن لأن وهو وهي الذين اليوم أمس غدا رئيس وزير مدير عضو نائب"
)
_MOST_NAMES = 8


def people(words: Words, names: NameLists) -> Iterator[Match]:
    """Runs of names that begin with a given name and end before what is surely no name; one name after a
    title."""
    done = -1
    for chunk, pieces in enumerate(words.chunks):
        for piece in pieces:
            if piece.opens and chunk > done:
                found, done = _person(words, names, chunk, piece, done)
                if found is not None:
                    yield found


def _person(words: Words, names: NameLists, chunk: int, piece: Piece, done: int) -> tuple[Match | None, int]:
    """The name that begins with ``piece``, if one does, and the last chunk that it or its search took."""
    second = words.following(chunk, piece)
    servant = piece.key[piece.name_cut :] == SERVANT and second is not None and "x" in second.name
    if not servant and "g" not in piece.name:
        return None, done
    last_chunk, last, count, sure = _run(words, chunk, piece)
    if "a" in piece.name and not (
        second is not None and count > 1 and sure > 1 and second.key.startswith("ال")
    ):
        return None, done
    end = words.offset(last_chunk) + last.end
    following, following_end = words.after(end)
    closed = _is_nisba(last.key, names)
    if _is_nisba(following, names):
        end, closed = following_end, True
        count, sure = count + 1, sure + 1
    before = words.before(words.offset(chunk) + piece.start)
    if count == 1 and not following and before in names.titles:
        count = sure = 2
    if (
        count < 2
        or sure < 2
        or before in FAMILY_WORDS
        or not (closed or not following or _ends_a_name(following, names))
    ):
        return None, last_chunk
    return Match(words.start(chunk, piece, piece.name_cut), end, "PER", "name_sequence"), last_chunk


def _run(words: Words, chunk: int, piece: Piece) -> tuple[int, Piece, int, int]:
    """How far a run of names goes: its last chunk and piece, how many names it holds, and how many of them
    are nothing else."""
    count = sure = 1
    last_chunk, last = chunk, piece
    while last_chunk - chunk < _MOST_NAMES:
        following = words.following(last_chunk, last)
        if following is None or following.name_cut or following.key in _FUNCTION_WORDS:
            break
        name = following.name
        if (last.key.endswith(SERVANT) and "x" in name) or ("s" in name and "g" not in name):
            last_chunk, last = last_chunk + 1, following
        elif "g" in name or "f" in name:
            count += 1
            sure += "a" not in name
            last_chunk, last = last_chunk + 1, following
        elif "l" in name:
            after = words.following(last_chunk + 1, following)
            wanted = "xgf" if following.key == SERVANT else "gf"
            if after is None or after.name_cut or not set(wanted) & set(after.name):
                break
            count, sure = count + 1, sure + 1
            last_chunk, last = last_chunk + 2, after
        else:
            break
    return last_chunk, last, count, sure


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


def again(words: Words, found: Sequence[Match], names: NameLists) -> Iterator[Match]:
    """The later mentions of a person by the last name alone."""
    text = words.text
    surnames = {text[match.start : match.end].rpartition(" ")[2]: match.end for match in reversed(found)}
    for surname, first_end in surnames.items():
        key = matching_key(surname)
        if (
            len(key) < 4
            or key in names.ambiguous
            or key in names.given
            or key in names.longest
            or key in names.adjectives
        ):
            continue
        at = text.find(surname, first_end)
        while at >= 0:
            end = at + len(surname)
            if _stands_alone(text, at, end) and not _is_name(words.before(at), names):
                yield Match(at, end, "PER", "surname")
            at = text.find(surname, end)


def _is_name(key: str, names: NameLists) -> bool:
    return key in FAMILY_WORDS or key in names.given or key in names.family


_WORD_BEFORE = re.compile(rf"{WORD}+$")
_WORD_AFTER = re.compile(WORD)
_PARTICLES = keys("و ف ب ل ك وب ول وك فب فل")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a span is a whole word, attached particles aside."""
    if _WORD_AFTER.match(text, end):
        return False
    joined = _WORD_BEFORE.search(text, max(0, start - 3), start)
    return joined is None or matching_key(joined.group()) in _PARTICLES
