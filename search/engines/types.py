"""The values that go into a search engine and come out of it.

Frozen dataclasses only: no Django, no settings, no clock, no user objects. Both engines speak exactly these, so the
product never knows which one answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Sort = Literal["relevance", "newest", "most_used"]

EVERYTHING = "*"
"""The access token of a viewer who may see every live resource (editors)."""


@dataclass(frozen=True, slots=True)
class PageDoc:
    """One page, slide, sheet or caption line of a file. ``file`` is the number of the file's blob; ``number`` counts from 1."""

    file: int
    number: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ResourceDoc:
    """One live resource as the index knows it. ``version`` grows with every change; an older one never wins."""

    id: int
    version: int
    title: str
    keywords: tuple[str, ...]
    headings: tuple[str, ...]
    description: str
    facets: Mapping[str, tuple[str, ...]]
    age_months: tuple[int, int] | None
    published: datetime
    popularity: float
    quality: float
    access: tuple[str, ...]
    pages: tuple[PageDoc, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a viewer asks. ``access`` holds the viewer's tokens, or ``{"*"}`` for one who may see everything live.

    ``filters`` maps a facet to the chosen values (any of them matches; facets combine with and). ``age_months`` keeps
    resources whose age range contains that month. ``facet_sizes`` maps each wanted facet to how many values to count.
    """

    text: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_months: int | None = None
    access: frozenset[str] = frozenset({"public"})
    sort: Sort = "relevance"
    offset: int = 0
    size: int = 10
    facet_sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class PageHit:
    file: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """``pages``: the best three. ``page_total``: how many pages match in all; None = not counted, ask ``pages()``."""

    id: int
    score: float
    pages: tuple[PageHit, ...] = ()
    page_total: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What the engine looked for.

    ``terms`` are the words of the query after folding (lower case, Simplified, stemmed), ``synonyms`` the folded words
    added by synonym groups; the highlighter marks both. ``relaxed`` counts the steps by which the query was relax
    because too little was left: 0 = every hit holds all of them. ``counted`` is the same for what total and facets count
    (0 while a few hits hold all words, though others fill the page). ``spellings`` are other spellings of the query that
    hits were looked for with, because it found next to nothing as it was typed.
    """

    terms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    relaxed: int = 0
    counted: int = 0
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """``total`` and ``facets`` count what holds the words (or, where nothing does, what the relax query finds).
    ``extra``: so many of the last hits hold only some of the words, or another spelling, and are counted in neither;
    they fill a first page that would be nearly empty.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    parsed: ParsedQuery = ParsedQuery()
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion. ``id`` names the resource whose title it is; it is None for a term."""

    text: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """``ok`` = answers now. ``documents`` counts resources; ``detail`` is one sentence for an operator."""

    ok: bool
    documents: int
    detail: str = ""
