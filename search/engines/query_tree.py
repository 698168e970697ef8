"""A query as both engines understand it: a small algebra that each compiles to its own query language.

Field names are logical. What every field holds is decided in ``prepared.py``; which clauses a query becomes and with
which weights, in ``ranking.py``. Scores of ``Term`` and ``Phrase`` are BM25 (k1 1.2, b 0.75) in both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, overload

Made = TypeVar("Made")


class Field(StrEnum):
    """Logical text fields. All take space-joined tokens (whitespace analyzer), ``*.exact`` one raw value each."""

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

    ``terms`` and ``synonyms`` are what the highlighter marks when this step answers. ``page`` is the query for
    the pages of the resources it found (on ``page.*`` fields); ``pages()`` takes the first step whose page query finds
    any. ``evidence`` is a query for pages that answer alone: the engine finds the best ``EVIDENCE_PAGES`` of them, whoever
    may see them, and adds each resource's best one to its score (see ``evidence_of``). ``fills`` says that what it finds
    may follow the hits of a stricter step on a first page that they leave short (see ``relaxing.py``). ``derived`` is room
    for what an engine makes of the step once, and goes with it.
    """

    must: Clause
    should: tuple[Clause, ...] = ()
    terms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    page: Step | None = None
    evidence: Step | None = None
    fills: bool = False
    derived: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, maker: object, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once for each ``maker``. Shared afterwards: not to be changed."""
        found: Made | None = self.derived.get(maker)
        if found is None:
            found = self.derived[maker] = make()
        return found


class Steps(Sequence[Step]):
    """Steps made when they are first looked at: most queries are answered by the first."""

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


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a query, strictest first; the first that finds anything the viewer may see answers.

    The choice looks at text and access only, never at the chosen facets or age, so that choosing a facet can't change
    what the words mean. Total and facet counts are those of the step that answers, whatever fills the page after it.
    ``SearchResults.parsed.relaxed`` is the number of the loosest step with hits on the page. No steps = the query
    has no words: every resource matches, best prior first. Resource scores are multiplied by the document's prior
    (``prepared.py``); page scores are not.
    """

    steps: Sequence[Step] = ()


EVIDENCE_PAGES = 100
"""How many of the best pages are looked at: far more than a page of results can use."""


def evidence_of(found: Sequence[tuple[int, float]], weight: float, *, more: bool = False) -> dict[int, float]:
    """Resource → what its best page adds to its score. ``found``: (resource, score) of pages, best first; ``more``: of
    very many, so that others were not looked at even where fewer than ``EVIDENCE_PAGES`` were found.

    A book that holds the words on a hundred different pages must not come before the deck that says it on one slide
    (the best-passage rule of passage retrieval). Scores are counted from the last page looked at, so that a resource
    just outside the list loses nothing against one just inside.
    """
    floor = found[-1][1] if found and (more or len(found) >= EVIDENCE_PAGES) else 0.0
    out: dict[int, float] = {}
    for resource, score in found:
        if resource not in out and score > floor:
            out[resource] = weight * (score - floor)
    return out
