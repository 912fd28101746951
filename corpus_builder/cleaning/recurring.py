"""Find lines that recur across the articles of one source: web furniture that no built-in rule knows.

What is found is only proposed. People read the proposals, and the builds read the rules file that people keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus_builder import storage
from corpus_builder.cleaning import clean, load_rules
from corpus_builder.folding import line_key
from corpus_builder.model import Article

_LONGEST = 200
_HEADER = "rule\twhere\tpattern\tnote\n"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line that ``articles`` different articles of ``source`` have, in its most frequent wording."""

    source: str
    line: str
    articles: int


def proposals(articles: Iterable[Article], rule_files: tuple[Path, ...], least: int) -> list[Proposal]:
    """Lines in ``least`` or more articles of one source that the rules keep, the most frequent first."""
    rules = load_rules(rule_files)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    wording: dict[tuple[str, str], str] = {}
    for article in articles:
        document = clean(article, rules)
        for block in document.blocks:
            line = document.text[block.start : block.end]
            key = line_key(line)
            if block.kind == "title" or len(line) > _LONGEST or not key:
                continue
            place = (article.source or "", key)
            seen[place].add(article.id)
            wording[place] = min(line, wording.get(place, line))
    found = [Proposal(place[0], wording[place], len(ids)) for place, ids in seen.items() if len(ids) >= least]
    return sorted(found, key=lambda p: (-p.articles, p.source, p.line))


def rule_lines(found: Sequence[Proposal]) -> list[str]:
    """The proposals as lines of a rules file."""
    return [
        f"recurring\tline\t{p.line}\tin {p.articles} articles of {p.source or 'no named source'}"
        for p in found
    ]


def add_to_rules(path: Path, found: Sequence[Proposal]) -> int:
    """Add the proposals that a rules file does not hold yet; gives their number."""
    old = path.read_text(encoding="utf-8") if path.exists() else _HEADER
    known = {line_key(line.split("\t")[2]) for line in old.splitlines() if line.count("\t") >= 2}
    new = [
        line
        for proposal, line in zip(found, rule_lines(found), strict=True)
        if line_key(proposal.line) not in known
    ]
    text = old if old.endswith("\n") or not old else old + "\n"
    storage.replace_bytes(path, (text + "".join(f"{line}\n" for line in new)).encode())
    return len(new)
