"""Annotate texts that are already in memory: the Python face of the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from corpus_builder.cleaning import clean
from corpus_builder.config import Config
from corpus_builder.model import Article, Document, Origin, Rejected
from corpus_builder.pipeline.annotating import Tools, annotate_articles, tools_for
from corpus_builder.problems import CorpusError

_BATCH = 256
_BLANK = frozenset({"text-empty", "text-nothing-left"})


def annotate(
    text: str, title: str | None = None, language: str = "ar", *, config: Config | None = None
) -> Document:
    """Clean one text, split it into sentences, find its entities.

    All offsets of the document count code points of ``document.text``. A blank text gives a document without blocks. Raises
    `CorpusError` where an annotator fails.
    """
    article = Article("text", title or "", text, language, origin=Origin("<text>"))
    made = next(annotate_many([article], config=config))
    if isinstance(made, Rejected):
        raise CorpusError(made.problems[0].message)
    return made


def annotate_many(
    texts: Iterable[str | Article], *, config: Config | None = None
) -> Iterator[Document | Rejected]:
    """Annotate a stream of texts or articles in batches, in order, in memory for one batch.

    An article that cannot go on comes out as a `Rejected` that says why; a blank one as a document without blocks.
    """
    config = config or Config()
    tools = _tools(config)
    numbered = enumerate(texts)
    while batch := [_article(number, text, config) for number, text in islice(numbered, _BATCH)]:
        annotated = annotate_articles(batch, tools)
        documents = {id(document.article): document for document in annotated.documents}
        rejected = {rejected.origin: rejected for rejected in annotated.rejected}
        for article in batch:
            document = documents.get(id(article))
            if document is not None:
                yield document
                continue
            left_out = rejected[article.origin]
            blank = left_out.problems[0].code in _BLANK
            yield clean(article, tools.rules) if blank else left_out


def _article(number: int, text: str | Article, config: Config) -> Article:
    if isinstance(text, Article):
        return text
    return Article(f"text-{number}", "", text, config.language, origin=Origin("<text>", record=number))


@cache
def _tools(config: Config) -> Tools:
    return tools_for(config)
