"""A resource as both engines index it: tokens by field, the prior that multiplies scores, and the limits of documents."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from search.analysis import Analyzer, IndexTokens, exact
from search.analysis.completion import Unit, completion_units, spellings
from search.analysis.lexicon.stopwords import OPTIONAL
from search.engines.page_weights import page_weights
from search.engines.query_builder import PRIOR
from search.engines.query_tree import Field
from search.engines.types import EVERYTHING, PageDoc, ResourceDoc


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """``heading``: the bigrams of its label; ``shown``: those of label and text without notes.

    ``weight`` multiplies its score among the pages of the resource.
    """

    page: PageDoc
    tokens: IndexTokens
    heading: str
    shown: str
    weight: float


@dataclass(frozen=True, slots=True)
class PreparedResource:
    """``fields`` maps logical text fields to space-joined tokens (``*.exact`` to the value itself, one per entry)."""

    doc: ResourceDoc
    fields: dict[Field, str]
    exact_keywords: tuple[str, ...]
    completion: tuple[Unit, ...]
    """The ways to type the title; see ``analysis.completion``."""
    spellings: tuple[str, ...]
    """Its terms by sound and by letters, for corrections and keyword completion; see ``analysis.completion``."""
    likeness: tuple[str, ...]
    """The words compared with other resources; see ``query_builder.similar_resources``."""
    pages: tuple[PreparedPage, ...]
    prior: float


def page_key(id: int, version: int) -> str:
    """The field ``of`` of a page: one version of its resource.

    Page hits are looked up for the version found, so a resource and its pages change at the same moment.
    """
    return f"{id}:{version}"


def id_of_key(key: str) -> int:
    return int(key.partition(":")[0])


def prior(doc: ResourceDoc) -> float:
    """A factor of 1.0 to about 1.2 from quality (0-1), use (logarithmic) and date of publication.

    Freshness counts from a fixed year, not from today, so the scores of an unchanged index stay the same.
    """
    quality = min(max(doc.quality, 0.0), 1.0)
    use = min(math.log1p(max(doc.popularity, 0.0)) / math.log1p(PRIOR.most_used), 1.0)
    years = (doc.published.year + doc.published.month / 12 - PRIOR.first_year) / PRIOR.years
    fresh = min(max(years, 0.0), 1.0)
    return 1.0 + PRIOR.quality * quality + PRIOR.use * use + PRIOR.freshness * fresh


def prepare(doc: ResourceDoc, analyzer: Analyzer) -> PreparedResource:
    """All tokens of a resource.

    ``all.*`` holds everything, pages included: a match must hold the query there.
    """
    title = analyzer.index(doc.title)
    keywords = analyzer.index(" \n".join(doc.keywords))
    headings = analyzer.index(" \n".join(doc.headings))
    description = analyzer.index(doc.description)
    pages = _pages(doc, analyzer)
    everything = _joined(title, keywords, headings, description, *(page.tokens for page in pages))
    fields = {
        Field.TITLE_EXACT: exact(doc.title),
        Field.TITLE_WORDS: title.words,
        Field.TITLE_BIGRAMS: title.bigrams,
        Field.TITLE_UNIGRAMS: title.unigrams,
        Field.KEYWORDS_WORDS: keywords.words,
        Field.HEADINGS_WORDS: headings.words,
        Field.DESCRIPTION_WORDS: description.words,
        Field.ALL_WORDS: everything.words,
        Field.ALL_BIGRAMS: everything.bigrams,
        Field.ALL_UNIGRAMS: everything.unigrams,
    }
    return PreparedResource(
        doc=doc,
        fields=fields,
        exact_keywords=tuple(dict.fromkeys(value for word in doc.keywords if (value := exact(word)))),
        completion=tuple(completion_units(doc.title, analyzer)),
        spellings=spellings(doc.title, doc.keywords, doc.headings, analyzer),
        likeness=_likeness(title, keywords, headings),
        pages=pages,
        prior=prior(doc),
    )


def _pages(doc: ResourceDoc, analyzer: Analyzer) -> tuple[PreparedPage, ...]:
    return tuple(
        _prepared_page(page, weight, analyzer) for page, weight in zip(doc.pages, page_weights(doc), strict=True)
    )


def _prepared_page(page: PageDoc, weight: float, analyzer: Analyzer) -> PreparedPage:
    shown = analyzer.index(f"{page.label} \n{page.text}" if page.label else page.text)
    tokens = _joined(shown, analyzer.index(page.notes)) if page.notes else shown
    return PreparedPage(page, tokens, heading=_heading(page.label, analyzer), shown=shown.bigrams, weight=weight)


def _joined(*parts: IndexTokens) -> IndexTokens:
    return IndexTokens(
        words=" ".join(part.words for part in parts if part.words),
        bigrams=" ".join(part.bigrams for part in parts if part.bigrams),
        unigrams=" ".join(dict.fromkeys("".join(part.unigrams for part in parts).replace(" ", ""))),
    )


def _heading(label: str, analyzer: Analyzer) -> str:
    """The bigrams of a heading. What stands before a colon is its topic and counts twice."""
    topic = _COLON_RE.split(label, maxsplit=1)[0]
    return analyzer.index(f"{label} \n{topic}").bigrams if label else ""


_COLON_RE = re.compile(r"[:：]")


def reported_fingerprint(given: str, *, schema: str, current: str) -> str:
    """What ``Engine.fingerprint`` says of an index built with ``given`` and ``schema``, where ``current`` is ours."""
    return given if schema == current else f"{given}, schema {schema or 'unknown'}"


MOST_LIKENESS = 40
"""Words compared with other resources."""


def _likeness(*parts: IndexTokens) -> tuple[str, ...]:
    words = dict.fromkeys(word for part in parts for word in part.words.split() if len(word) > 1)
    return tuple(word for word in words if word not in OPTIONAL)[:MOST_LIKENESS]


_LARGEST = 2**63 - 1
_LONGEST_VALUE = 2000
"""Bytes of a facet value or access token."""


def refuse_reason(doc: ResourceDoc) -> str:
    """Why no engine can store this document, in one sentence; empty if it can."""
    numbers = [doc.id, doc.version, *(number for page in doc.pages for number in (page.file, page.number))]
    if any(not 0 <= number <= _LARGEST for number in numbers):
        return "an id, version, file or page number is negative or too large"
    if not math.isfinite(doc.popularity) or not math.isfinite(doc.quality):
        return "popularity or quality is not a number"
    for value in (*doc.access, *(value for facet, values in doc.facets.items() for value in (facet, *values))):
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            return "a facet value or access token holds half a character"
        if size > _LONGEST_VALUE:
            return f"a facet value or access token is longer than {_LONGEST_VALUE} bytes"
    if EVERYTHING in doc.access:
        return "an access token is *, which is reserved for viewers who may see everything"
    return ""
