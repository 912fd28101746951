"""What looks wrong in gold annotations though no rule forbids it: for a person to mend or to confirm.

Each check is a generator of `Suspicion` over articles with gold. What a person has looked at and found right
stands in an allow list, a tab-separated file with the columns ``code article surface note``; ``*`` stands for
every article.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from corpus_builder.folding import fold_with_offsets, matching_key
from corpus_builder.model import FIELDS, Article, GoldSpan, Origin, Problem
from corpus_builder.problems import CorpusError, problem
from corpus_builder.sentence_suspects import sentence_suspicions
from corpus_builder.tokens import token_spans

_HEADER = ["code", "article", "surface", "note"]
#: What may be written on to a name and stays outside it; the longer first.
PARTICLES = ("وب", "ول", "وك", "فب", "فل", "فك", "و", "ف", "ب", "ل", "ك")
_OPENING = {")": "(", "]": "[", "»": "«", "”": "“", '"': '"'}
_EDGE = regex.compile(r"[\p{P}\p{S}]")
_TITLES = Path(__file__).parent / "data" / "gazetteer" / "titles.tsv"

#: code, article id or ``*``, surface as written
Allowed = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A finding: ``surface`` is the text it is about, spaces made one; ``detail`` says where and why."""

    code: str
    article_id: str
    surface: str
    detail: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Word:
    """A token of a raw field, its matching key, and where each code point of the key stands in the field."""

    key: str
    start: int
    end: int
    offsets: tuple[int, ...]


def suspects(articles: Iterable[Article], allowed: Allowed = frozenset()) -> Iterator[Problem]:
    """The suspicions over all gold annotations that the allow list does not confirm, as warnings.

    The articles are compared with one another: the whole corpus belongs in one call. Articles without gold
    are passed over.
    """
    for found in suspicions(articles):
        if not is_allowed(found, allowed):
            yield problem(found.code, found.detail, found.origin, found.article_id)


def is_allowed(found: Suspicion, allowed: Allowed) -> bool:
    """Whether a line of the allow list confirms it, for its article or for all."""
    return any((found.code, article, found.surface) in allowed for article in (found.article_id, "*"))


def read_allowed(path: Path) -> Allowed:
    """The lines of an allow list. Raises `CorpusError` on a line that has not four columns or no note."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != _HEADER:
        raise CorpusError(f"{path}: the first line must name the columns {', '.join(_HEADER)}")
    allowed = set()
    for number, line in enumerate(lines[1:], start=2):
        columns = line.split("\t")
        if len(columns) != len(_HEADER) or not all(columns):
            raise CorpusError(f"{path}:{number}: a line needs {len(_HEADER)} columns, none empty")
        allowed.add((columns[0], columns[1], columns[2]))
    return frozenset(allowed)


def suspicions(articles: Iterable[Article]) -> Iterator[Suspicion]:
    """Every suspicion, confirmed or not, in the order of the articles."""
    annotated = [article for article in articles if article.gold is not None]
    labels = _labels_of_surfaces(annotated)
    for article in annotated:
        words = _words(article)
        yield from _labels(article, labels)
        yield from _edges(article)
        yield from _particles(article, words, labels)
        yield from _titles(article)
        yield from _missed(article, words)
        for surface, detail in sentence_suspicions(article):
            yield _suspicion("suspect-sentence", article, surface, detail)


def _suspicion(code: str, article: Article, surface: str, detail: str) -> Suspicion:
    origin = article.gold.origin if article.gold is not None else None
    return Suspicion(code, article.id, " ".join(surface.split()), detail, origin or article.origin)


def _entities(article: Article) -> tuple[GoldSpan, ...]:
    return article.gold.entities if article.gold is not None else ()


def _where(span: GoldSpan) -> str:
    return f"{span.field} {span.start}-{span.end}, {span.text!r}"


@cache
def _name_key(text: str) -> tuple[str, ...]:
    """The words of a name as keys, لل at its beginning read as ال."""
    words = tuple(key for start, end in token_spans(text) if (key := matching_key(text[start:end])))
    if words and words[0].startswith("لل") and len(words[0]) > 3:
        return ("ال" + words[0][2:], *words[1:])
    return words


def _labels_of_surfaces(articles: Iterable[Article]) -> dict[tuple[str, ...], Counter[str]]:
    labels: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for article in articles:
        for span in _entities(article):
            labels[_name_key(span.text)][span.value] += 1
    return labels


def _labels(article: Article, labels: Mapping[tuple[str, ...], Counter[str]]) -> Iterator[Suspicion]:
    """Names whose label differs from the one the same name mostly has in the corpus."""
    seen = set()
    for span in _entities(article):
        counts = labels[_name_key(span.text)]
        usual = min(counts, key=lambda label: (-counts[label], label))
        if span.value != usual and (span.text, span.value) not in seen:
            seen.add((span.text, span.value))
            detail = (
                f"{_where(span)} is {span.value}, and {usual} in {counts[usual]} of {counts.total()} places"
            )
            yield _suspicion("suspect-label", article, span.text, detail)


def _edges(article: Article) -> Iterator[Suspicion]:
    """Spans that begin or end in a punctuation mark or sign that is no part of an amount or a name."""
    for span in _entities(article):
        first, last = span.text[:1], span.text[-1:]
        leading = _EDGE.match(first) and not (
            span.value in ("MONEY", "PERCENT") and regex.match(r"[+−-]?\p{Nd}|[+−-]?\p{Sc}|[٪%]", span.text)
        )
        opened = last in _OPENING and _OPENING[last] in span.text[:-1]
        trailing = _EDGE.match(last) and not opened and not regex.search(r"[%٪\p{Sc}+]$", last)
        if leading or trailing:
            yield _suspicion("suspect-mark", article, span.text, f"{_where(span)} has a mark at its edge")


def _particles(
    article: Article, in_fields: Mapping[str, list[_Word]], labels: Mapping[tuple[str, ...], Counter[str]]
) -> Iterator[Suspicion]:
    """Spans with a particle inside that seems attached, or without a letter that seems their own."""
    for field, words in in_fields.items():
        text = getattr(article, field)
        starts = {offset: word for word in words for offset in range(word.start, word.end)}
        for span in _entities(article):
            if span.field != field:
                continue
            found = _particle(span, text, starts, labels)
            if found:
                yield _suspicion("suspect-clitic", article, span.text, f"{_where(span)} {found}")


def _particle(
    span: GoldSpan,
    text: str,
    word_at: Mapping[int, _Word],
    labels: Mapping[tuple[str, ...], Counter[str]],
) -> str | None:
    first, last = word_at.get(span.start), word_at.get(span.end - 1)
    key = _name_key(span.text)
    if first is None or last is None or not key:
        return None
    if last.end > span.end and text[span.end].isalpha():
        return f"ends inside the word {text[last.start : last.end]!r}"
    if first.start == span.start:
        for particle in PARTICLES:
            rest = (key[0].removeprefix(particle), *key[1:])
            if rest != key and span.value in labels.get(rest, ()):
                return f"begins with {particle}, and the rest is a name elsewhere"
        return None
    outside = matching_key(text[first.start : span.start])
    if outside.isalpha() and outside not in PARTICLES:
        return f"begins inside the word {text[first.start : first.end]!r}"
    whole = (outside + key[0], *key[1:])
    if outside.isalpha() and span.value in labels.get(whole, ()):
        return f"leaves {outside} outside, and with it is a name elsewhere"
    return None


def _words(article: Article) -> dict[str, list[_Word]]:
    """The words of each raw field, without what no gold block covers where blocks are annotated."""
    made: dict[str, list[_Word]] = {}
    blocks = article.gold.blocks if article.gold is not None else ()
    for field in FIELDS:
        text = getattr(article, field)
        inside = [(b.start, b.end) for b in blocks if b.field == field] if blocks else [(0, len(text))]
        words = []
        for block_start, block_end in inside:
            for start, end in token_spans(text, block_start, block_end):
                key, offsets = fold_with_offsets(text[start:end])
                places = offsets if offsets is not None else range(len(key) + 1)
                words.append(_Word(key, start, end, tuple(start + place for place in places)))
        made[field] = words
    return made


def _titles(article: Article) -> Iterator[Suspicion]:
    """Persons whose span begins with a title and goes on after it."""
    titles = _title_keys()
    for span in _entities(article):
        key = _name_key(span.text)
        if span.value == "PER" and any(key[:n] in titles for n in range(1, len(key))):
            yield _suspicion("suspect-title", article, span.text, f"{_where(span)} begins with a title")


@cache
def _title_keys() -> frozenset[tuple[str, ...]]:
    rows = (line.split("\t") for line in _TITLES.read_text(encoding="utf-8").splitlines()[1:])
    return frozenset(_name_key(row[0]) for row in rows if row[2] == "title")


def _missed(article: Article, in_fields: Mapping[str, list[_Word]]) -> Iterator[Suspicion]:
    """Places where a name that the article annotates elsewhere is bare, or unmarked in another name."""
    names: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for span in _entities(article):
        key = _name_key(span.text)
        if sum(map(len, key)) > 1:
            names[key].add(span.value)
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in names:
        by_first[key[0]].append(key)
    # Folding makes one word of the name علي and the preposition على: a short name must be written alike.
    written = {span.text for span in _entities(article)}
    for field, words in in_fields.items():
        spans = [span for span in _entities(article) if span.field == field]
        for start, end, key in _occurrences(words, by_first):
            if _is_covered(start, end, names[key], spans):
                continue
            text = getattr(article, field)
            surface = text[start:end]
            if end - start < 4 and surface not in written:
                continue
            context = text[max(0, start - 20) : end + 20].replace("\n", " ")
            labels = "/".join(sorted(names[key]))
            detail = f"{field} {start}-{end}, {surface!r} is {labels} elsewhere, bare in {context!r}"
            yield _suspicion("suspect-missed", article, surface, detail)


def _is_covered(start: int, end: int, labels: Collection[str], spans: Iterable[GoldSpan]) -> bool:
    return any(
        (span.start, span.end) == (start, end)
        or (span.value in labels and span.start < end and start < span.end)
        for span in spans
    )


def _occurrences(
    words: list[_Word], by_first: Mapping[str, list[tuple[str, ...]]]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where these names stand, particles before them cut off: ``(start, end, key)`` over the raw field."""
    for i, word in enumerate(words):
        for cut, key in _readings(word.key):
            for name in by_first.get(key, ()):
                rest = words[i + 1 : i + len(name)]
                if tuple(w.key for w in rest) == name[1:]:
                    yield word.offsets[cut], (rest[-1] if rest else word).end, name


def _readings(key: str) -> Iterator[tuple[int, str]]:
    """The word as it stands and after each particle it may begin with; لل read as ال."""
    for particle in ("", *PARTICLES):
        if key.startswith(particle) and len(key) > len(particle) + 1:
            rest = key[len(particle) :]
            yield len(particle), rest
            if rest.startswith("لل") and len(rest) > 3:
                yield len(particle), "ال" + rest[2:]
