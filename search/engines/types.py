"""The documents, queries and results of both search engines.

Frozen dataclasses only: no Django, no settings, no clock, no user objects.
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
    """One page, slide, sheet or caption line of a file.

    ``file`` is the id of the file's blob; ``number`` counts from 1. ``label`` is its heading. ``notes``: what the speaker
    says, not shown on the page.
    """

    file: int
    number: int
    label: str
    text: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class PassageVector:
    """What a page means, as signed bytes, one a dimension.

    ``file`` and ``number`` are 0 for title and description.
    """

    file: int
    number: int
    vector: bytes


@dataclass(frozen=True, slots=True)
class ResourceDoc:
    """One live resource. ``version`` grows with every change; the index ignores older versions.

    ``vectors`` are those of the embedding model with the fingerprint ``model``, as far as they were made.
    """

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
    vectors: tuple[PassageVector, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a query means: its vector, as in PassageVector, by the embedding model ``model``.

    ``ordinary``: the similarity of texts that have nothing in common. ``near``: from here on they mean the same.
    """

    vector: bytes
    model: str
    ordinary: float
    near: float


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search. ``access`` holds the viewer's tokens, or ``{"*"}`` for every live resource.

    ``filters`` maps a facet to the chosen values: "or" within a facet, "and" between facets. ``age_months`` keeps resources
    whose age range contains that month. ``facet_sizes`` maps each requested facet to the number of values to count.
    ``meaning``: search by meaning too. It is ignored in another order than relevance.
    """

    text: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_months: int | None = None
    access: frozenset[str] = frozenset({"public"})
    sort: Sort = "relevance"
    offset: int = 0
    size: int = 10
    facet_sizes: Mapping[str, int] = field(default_factory=dict)
    meaning: Meaning | None = None


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
    """``pages``: the best three.

    ``page_total``: how many pages match; None = not counted, call ``pages()``. ``by_meaning``: it does not hold the words
    but means the same; no total counts it.
    """

    id: int
    score: float
    pages: tuple[PageHit, ...] = ()
    page_total: int | None = None
    by_meaning: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What the engine looked for."""

    terms: tuple[str, ...] = ()
    """The folded words of the query (lower case, Simplified, stemmed). The highlighter marks them and ``synonyms``."""
    synonyms: tuple[str, ...] = ()
    """The folded words added by synonym groups."""
    relaxed: int = 0
    """The number of the loosest step with hits on the page; 0 = every hit holds all words."""
    counted: int = 0
    """The number of the step that total and facets count."""
    spellings: tuple[str, ...] = ()
    """Other spellings searched because the query as typed found next to nothing."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """``total`` and ``facets`` count the hits of the step that answers.

    ``extra``: this many of the last hits come from looser steps and are not counted. They fill a short first page.
    ``without``: where nothing is found, the totals there would be without the choice in each facet.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    parsed: ParsedQuery = ParsedQuery()
    extra: int = 0
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion. ``id`` is the resource with this title, or None for a term."""

    text: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """``ok``: answers now. ``documents`` counts resources. ``detail`` is one sentence for an operator."""

    ok: bool
    documents: int
    detail: str = ""
