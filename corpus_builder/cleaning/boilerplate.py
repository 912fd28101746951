r"""Find the web furniture in an article: which lines, or parts of lines, a reader of the news would not read.

Rules are data: ``data/boilerplate.tsv``, and files of the same form that a corpus names in ``corpus.toml``. Columns: ``rule`` (the name
under which a drop is listed), ``where`` and ``pattern``:

========== ==================================================================================
line       the line reads like the pattern (compared as `line_key`: no case, marks or punctuation)
line-start a line of at most 160 code points begins like the pattern, at a word's end
regex      the whole line of at most 200 code points matches, case ignored
head       what matches at the line's start is dropped, the rest stays
tail       what matches at the line's end is dropped, the rest stays
========== ==================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from corpus_builder.folding import line_key
from corpus_builder.problems import CorpusError

PLACES = ("line", "line-start", "regex", "head", "tail")
_LONGEST_START = 160
LONGEST_LINE = 200
LONGEST_PART = 120
#: One of these is in all that a built-in tail matches.
TAIL_SIGNS = "/(:\\|"
#: An escape, a class, a bracket or bar, or all up to the next of these.
_REGEX_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|[^\\\[()|]++|.", re.DOTALL)

_DIGIT = r"[٠-٩\d]"

_Pattern = tuple[re.Pattern[str], str]


class _Openings(dict[str, tuple[_Pattern, ...]]):
    """For a first letter the patterns that a line with it can match, one for each of ``groups``, with its rule; compiled when such a
    line first comes, of those alternatives that can begin so.

    ``groups`` have a rule, and alternatives with the letters that what they match begins with, or none where that cannot be told.
    There are as many answers as letters that lines begin with.
    """

    def __init__(self, groups: Iterable[tuple[str, Sequence[tuple[frozenset[str], str]]]]) -> None:
        super().__init__()
        self.groups = tuple(groups)

    def __missing__(self, letter: str) -> tuple[_Pattern, ...]:
        key = "0" if letter.isdigit() else letter.lower()
        chosen = (
            ("|".join([pattern for letters, pattern in found if not letters or key in letters]), rule)
            for rule, found in self.groups
        )
        patterns = self[letter] = tuple((re.compile(p, re.IGNORECASE), rule) for p, rule in chosen if p)
        return patterns


class Rules(NamedTuple):
    """Compiled boilerplate rules; made by `load_rules`."""

    lines: dict[str, str]
    starts: tuple[tuple[str, str], ...]
    first_words: frozenset[str]
    whole: _Openings
    heads: _Openings
    tails: tuple[_Pattern, ...]
    extra_tails: bool

    def touch(self, line: str) -> bool:
        """Whether a rule drops this line or a part of it."""
        return (len(line) <= LONGEST_LINE and self.line_rule(line) is not None) or self.parts(line) != []

    def line_rule(self, line: str) -> str | None:
        """The rule that drops this whole line, if any."""
        if len(line) > LONGEST_LINE:
            return None
        if _first_key_word(line.partition(" ")[0]) in self.first_words:
            key = line_key(line)
            if (rule := self.lines.get(key)) is not None:
                return rule
            if len(line) <= _LONGEST_START:
                for start, rule in self.starts:
                    if key.startswith(start) and key[len(start) : len(start) + 1] in ("", " "):
                        return rule
        for pattern, rule in self.whole[line[:1]]:
            if pattern.fullmatch(line):
                return rule
        return None

    def _may_have_tail(self, end: str) -> bool:
        return self.extra_tails or any(map(end.__contains__, TAIL_SIGNS))

    def parts(self, line: str) -> list[tuple[int, int, str]]:
        """The parts ``(start, end, rule)`` at the ends of this line that are dropped, in order; the rest is never empty."""
        found: list[tuple[int, int, str]] = []
        low = 0
        for pattern, rule in self.heads[line[:1]]:
            if (match := pattern.match(line, 0, LONGEST_PART)) and match.end() < len(line):
                low = match.end()
                found.append((0, low, rule))
                break
        window = max(low, len(line) - LONGEST_PART)
        if not self._may_have_tail(line[window:]):
            return found
        for pattern, rule in self.tails:
            if (match := pattern.search(line, window)) and line[low : match.start()].strip():
                found.append((match.start(), match.end(), rule))
                break
        return found


@lru_cache(maxsize=1 << 16)
def _first_key_word(token: str) -> str:
    """The first word of the key of a line whose first token this is; empty where the token is all signs."""
    return line_key(token).partition(" ")[0]


@cache
def load_rules(extra: tuple[Path, ...] = ()) -> Rules:
    """Compile the built-in rules and those of the extra files. Raises `CorpusError` naming file and line of a bad rule."""
    lines: dict[str, str] = {}
    starts: list[tuple[str, str]] = []
    patterns: dict[str, list[tuple[str, str]]] = {"regex": [], "head": [], "tail": []}
    for path in (Path(__file__).parent.parent / "data" / "boilerplate.tsv", *extra):
        for number, (rule, where, pattern) in _rows(path):
            if where == "line":
                lines[line_key(pattern)] = rule
            elif where == "line-start":
                starts.append((line_key(pattern), rule))
            else:
                if path in extra:
                    _check(pattern, path, number)
                patterns[where].append((pattern, rule))
    lines.pop("", None)
    starts = sorted((start for start in starts if start[0]), key=lambda s: (-len(s[0]), s))
    return Rules(
        lines,
        tuple(starts),
        frozenset(("", *(key.partition(" ")[0] for key in (*lines, *(start for start, _rule in starts))))),
        _joined(patterns["regex"]),
        _joined(patterns["head"]),
        tuple((re.compile(pattern + r"\Z", re.IGNORECASE), rule) for pattern, rule in patterns["tail"]),
        any(where == "tail" for path in extra for _number, (_rule, where, _pattern) in _rows(path)),
    )


def _joined(patterns: Iterable[tuple[str, str]]) -> _Openings:
    """Two patterns at most for each rule, so that a line is tried a few times and not a hundred."""
    groups: dict[tuple[str, bool], list[tuple[frozenset[str], str]]] = {}
    for pattern, rule in patterns:
        letters = frozenset(_first_letters(pattern))
        groups.setdefault((rule, not letters), []).append((letters, f"(?:{pattern})"))
    return _Openings((rule, found) for (rule, _any_letter), found in groups.items())


def _first_letters(pattern: str) -> set[str]:
    """The letters, in lower case, that all that ``pattern`` matches begins with, 0 for any digit; none where it does not tell."""
    letters: set[str] = set()
    for branch in _branches(pattern):
        found: set[str] = set()
        if branch.startswith(("(?=", "(?!")):
            seen = _branches(branch[3:], ")")
            branch = branch[3 + sum(map(len, seen)) + len(seen) :]
        if branch.startswith("(?:"):
            inner = _branches(branch[3:], ")")
            rest = branch[3 + sum(map(len, inner)) + len(inner) :]
            found = _first_letters("|".join(inner))
            if found and rest.startswith(("?", "*", "{0", "{,")):
                behind = _first_letters(rest[1:]) if rest[0] == "?" else set()
                found = found | behind if behind else behind
        elif branch.startswith(_DIGIT) and not branch.startswith((_DIGIT + "?", _DIGIT + "*")):
            found = {"0"}
        elif branch[:1].isalpha() and not branch[1:].startswith(("?", "*", "{")):
            found = {branch[0].lower()}
        if not found:
            return set()
        letters |= found
    return letters


def _branches(pattern: str, close: str = "") -> list[str]:
    """The alternatives of ``pattern``, up to the bracket ``close`` that is not opened in it."""
    branches = [""]
    depth = 0
    for token in _REGEX_TOKEN.findall(pattern):
        if depth == 0 and token == close:
            break
        depth += (token == "(") - (token == ")")
        if depth == 0 and token == "|":
            branches.append("")
        else:
            branches[-1] += token
    return branches


def _check(pattern: str, path: Path, number: int) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise CorpusError(f"{path}:{number}: the pattern is no regular expression: {error}") from error


def _rows(path: Path) -> list[tuple[int, tuple[str, str, str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path}: cannot read the boilerplate rules: {error.strerror}") from error
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if number == 1 or not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) < 3 or cells[1] not in PLACES:
            raise CorpusError(
                f"{path}:{number}: a rule has three columns, rule, where ({', '.join(PLACES)}) and pattern"
            )
        rows.append((number, (cells[0], cells[1], cells[2])))
    return rows
