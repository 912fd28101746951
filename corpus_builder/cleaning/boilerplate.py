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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import regex

from corpus_builder.folding import line_key
from corpus_builder.problems import CorpusError

PLACES = ("line", "line-start", "regex", "head", "tail")
_LONGEST_START = 160
_LONGEST_LINE = 200
_LONGEST_PART = 120
#: So many code points of a line tell which patterns can match it: enough to leave out nearly all, and soon seen before.
_OPENING = 3


_Pattern = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Compiled boilerplate rules; made by `load_rules`."""

    lines: dict[str, str]
    starts: tuple[tuple[str, str], ...]
    first_words: frozenset[str]
    whole: tuple[_Pattern, ...]
    heads: tuple[_Pattern, ...]
    tails: tuple[_Pattern, ...]
    extra_tails: bool

    def line_rule(self, line: str) -> str | None:
        """The rule that drops this whole line, if any."""
        if len(line) > _LONGEST_LINE:
            return None
        if _first_key_word(line.partition(" ")[0]) in self.first_words:
            key = line_key(line)
            if (rule := self.lines.get(key)) is not None:
                return rule
            if len(line) <= _LONGEST_START:
                for start, rule in self.starts:
                    if key.startswith(start) and key[len(start) : len(start) + 1] in ("", " "):
                        return rule
        for pattern, rule in _opened_by(self, line[:_OPENING])[0]:
            if pattern.fullmatch(line):
                return rule
        return None

    def parts(self, line: str) -> list[tuple[int, int, str]]:
        """The parts ``(start, end, rule)`` at the ends of this line that are dropped, in order; the rest is never empty."""
        found: list[tuple[int, int, str]] = []
        for pattern, rule in _opened_by(self, line[:_OPENING])[1]:
            if (match := pattern.match(line, 0, _LONGEST_PART)) and match.end() < len(line):
                found.append((0, match.end(), rule))
                break
        low = found[-1][1] if found else 0
        window = max(low, len(line) - _LONGEST_PART)
        end = line[window:]
        if not ("/" in end or "(" in end or ":" in end or "\\" in end or "انتهى" in end or self.extra_tails):
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


@lru_cache(maxsize=1 << 16)
def _opened_by(rules: Rules, opening: str) -> tuple[tuple[_Pattern, ...], tuple[_Pattern, ...]]:
    """The whole-line and head patterns that a line with this opening can match at all."""

    return (
        tuple(
            rule
            for rule in rules.whole
            if regex.fullmatch(rule[0].pattern, opening, regex.IGNORECASE, partial=True)
        ),
        tuple(
            rule
            for rule in rules.heads
            if regex.match(rule[0].pattern, opening, regex.IGNORECASE, partial=True)
        ),
    )


@cache
def load_rules(extra: tuple[Path, ...] = ()) -> Rules:
    """Compile the built-in rules and those of the extra files. Raises `CorpusError` naming file and line of a bad rule."""
    lines: dict[str, str] = {}
    starts: list[tuple[str, str]] = []
    compiled: dict[str, list[tuple[re.Pattern[str], str]]] = {"regex": [], "head": [], "tail": []}
    for path in (Path(__file__).parent.parent / "data" / "boilerplate.tsv", *extra):
        for number, (rule, where, pattern) in _rows(path):
            if where == "line":
                lines[line_key(pattern)] = rule
            elif where == "line-start":
                starts.append((line_key(pattern), rule))
            else:
                compiled[where].append((_compiled(pattern, where, path, number), rule))
    lines.pop("", None)
    starts = sorted((start for start in starts if start[0]), key=lambda s: (-len(s[0]), s))
    return Rules(
        lines,
        tuple(starts),
        frozenset(("", *(key.partition(" ")[0] for key in (*lines, *(start for start, _rule in starts))))),
        _joined(compiled["regex"]),
        tuple(compiled["head"]),
        tuple(compiled["tail"]),
        any(where == "tail" for path in extra for _number, (_rule, where, _pattern) in _rows(path)),
    )


def _joined(patterns: Iterable[tuple[re.Pattern[str], str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """One pattern for each rule, so that a line is tried a dozen times and not a hundred."""
    by_rule: dict[str, list[str]] = {}
    for pattern, rule in patterns:
        by_rule.setdefault(rule, []).append(pattern.pattern)
    return tuple(
        (re.compile("|".join(f"(?:{p})" for p in ps), re.IGNORECASE), rule) for rule, ps in by_rule.items()
    )


def _compiled(pattern: str, where: str, path: Path, number: int) -> re.Pattern[str]:
    try:
        return re.compile(pattern + r"\Z" if where == "tail" else pattern, re.IGNORECASE)
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
