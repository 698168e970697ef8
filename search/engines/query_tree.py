"""The query tree that both engines compile to their own query language.

Field names are logical: ``indexable.py`` fills them, ``query_builder.py`` chooses clauses and weights.
Scores of ``Term`` and ``Phrase`` are BM25 (k1 1.2, b 0.75) in both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, overload

Made = TypeVar("Made")


class Field(StrEnum):
    """Logical text fields.

    All take space-joined tokens (whitespace analyzer); ``*.exact`` takes one raw value.
    """

    TITLE_EXACT = "title.exact"
    TITLE_WORDS = "title.words"
    TITLE_BIGRAMS = "title.bigrams"
    TITLE_UNIGRAMS = "title.unigrams"
    KEYWORDS_EXACT = "keywords.exact"
    KEYWORDS_WORDS = "keywords.words"
    HEADINGS_WORDS = "headings.words"
    DESCRIPTION_WORDS = "description.words"
    ALL_WORDS = "all.words"
    ALL_BIGRAMS = "all.bigrams"
    ALL_UNIGRAMS = "all.unigrams"
    PAGE_WORDS = "page.words"
    PAGE_BIGRAMS = "page.bigrams"
    PAGE_UNIGRAMS = "page.unigrams"
    PAGE_HEADING = "page.heading"
    PAGE_SHOWN = "page.shown"


@dataclass(frozen=True, slots=True)
class Term:
    """The field holds this token."""

    field: Field
    token: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """The field holds these tokens next to each other in this order (slop 0). One token is a Term."""

    field: Field
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgeOverlap:
    """The resource's age range touches low..high months, both included. Contributes no score of its own."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Weighted:
    """The clause's score multiplied."""

    clause: Clause
    weight: float


@dataclass(frozen=True, slots=True)
class Constant:
    """Matches what the clause matches; the score is always this."""

    clause: Clause
    score: float


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least ``minimum`` of the clauses match; their scores are added."""

    clauses: tuple[Clause, ...]
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every clause matches; their scores are added."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """At least one clause matches; the best score counts (dis_max, tie breaker 0)."""

    clauses: tuple[Clause, ...]


Clause = Term | Phrase | AgeOverlap | Weighted | Constant | AnyOf | AllOf | Best


@dataclass(frozen=True, slots=True)
class Step:
    """One strictness of a query: ``must`` decides what is found and counted, ``should`` only adds to the score.

    Scores of resources are multiplied by the document's prior (``indexable.py``); scores of pages are not.
    """

    must: Clause
    should: tuple[Clause, ...] = ()
    terms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    """With ``terms``, what the highlighter marks when this step answers."""
    page: Step | None = None
    """The query for page hits of the resources found (on ``page.*`` fields)."""
    best_page: Step | None = None
    """A query for pages that answer alone; each resource's best one adds to its score (``best_page_scores``)."""
    fills: bool = False
    """Whether its hits may follow those of a stricter step on a short first page (``query_relaxation.py``)."""
    derived: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def cached(self, maker: object, make: Callable[[], Made]) -> Made:
        """The result of ``make``, called once for each ``maker``. The result is shared: do not change it."""
        found: Made | None = self.derived.get(maker)
        if found is None:
            found = self.derived[maker] = make()
        return found


class Steps(Sequence[Step]):
    """Builds each step when it is first read: the first one answers most queries."""

    def __init__(self, makers: Sequence[Callable[[], Step]] = ()) -> None:
        self._makers = makers
        self._made: dict[int, Step] = {}

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            return Steps([partial(self.__getitem__, each) for each in range(len(self))[index]])
        number = range(len(self))[index]
        if number not in self._made:
            self._made[number] = self._makers[number]()
        return self._made[number]


PAGES_CONSIDERED = 100
"""How many of the best pages count: far more than a page of results can use."""


def best_page_scores(found: Sequence[tuple[int, float]], weight: float, *, more: bool = False) -> dict[int, float]:
    """Resource → what its best page adds to its score.

    ``found``: (resource, score) of pages, best first; ``more``: there
    are other pages that were not scored, however few were found.

    Without it, a book with the words on a hundred pages comes before the deck with all of them on one slide. The score of
    the last page is subtracted, so that a resource just outside the list loses nothing against one just inside.
    """
    floor = found[-1][1] if found and (more or len(found) >= PAGES_CONSIDERED) else 0.0
    out: dict[int, float] = {}
    for resource, score in found:
        if resource not in out and score > floor:
            out[resource] = weight * (score - floor)
    return out
