"""Search for a viewer: by the engine, or by the database while the engine is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from common.page_cache import do_not_keep
from members.viewer import Who
from search.access import viewer_tokens
from search.analysis.highlight import Highlighter
from search.embedding_provider import meaning_of
from search.engine_provider import analyzer_for, search_engines
from search.engines import Engine, EngineUnavailable
from search.engines.types import FacetCount, Hit, ParsedQuery, SearchQuery, SearchResults
from search.facets import FACET_SIZE, FACETS
from search.models import IndexState, SearchFailure
from search.query import database_fallback
from search.query.failures import count_failure
from search.query.params import PAGE_SIZE, SearchParams
from search.query.results import Result, build_results, visible_in_order

log = logging.getLogger(__name__)

DEGRADED_HEADER = "X-Search-Degraded"
"""Of responses that come from the database."""

FEW = 3
"""Results up to which other spellings are suggested."""

SPELLINGS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a search.

    ``degraded``: from the database, titles and keywords only, without facet counts.

    ``looser``: results there would be without filters; ``without``: without those of one facet. ``extra``: so many of the
    last results are near matches that ``total`` does not count (see ``SearchResults``).
    """

    params: SearchParams
    state: IndexState
    results: tuple[Result, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    parsed: ParsedQuery = field(default_factory=ParsedQuery)
    degraded: bool = False
    spellings: tuple[str, ...] = ()
    looser: int = 0
    without: Mapping[str, int] = field(default_factory=dict)
    extra: int = 0

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Synonyms that were searched for as well, without those that are a part of another one."""
        if self.params.literal:
            return ()
        found = self.parsed.synonyms
        return tuple(word for word in found if not any(word != other and word in other for other in found))[:6]

    @property
    def counted(self) -> tuple[Result, ...]:
        """The results before the near matches: those with the words and, between them, by meaning."""
        return self.results[: len(self.results) - self.extra]

    @property
    def by_meaning(self) -> int:
        """How many results were found by meaning alone."""
        return sum(row.by_meaning for row in self.results)

    @property
    def near(self) -> tuple[Result, ...]:
        return self.results[len(self.results) - self.extra :]

    @property
    def is_near_by_meaning(self) -> bool:
        """None of the near matches has some of the words."""
        return all(row.by_meaning for row in self.near)

    @property
    def is_relaxed(self) -> bool:
        """No result has all the words: those counted have some of them, or another spelling."""
        return self.parsed.counted > 0 and self.total > 0

    @property
    def is_respelled(self) -> bool:
        return self.is_relaxed and bool(self.parsed.spellings) and self.parsed.counted == 1


def search(*, who: Who, params: SearchParams) -> Answer:
    """One page of results that ``who`` may see.

    Valid for any input; the database answers while the engine cannot.
    """
    state = IndexState.current()
    try:
        return _ask_engine(who, params, state)
    except EngineUnavailable as problem:
        log.warning("search answers from the database: %s", problem)
    except Exception as error:
        # A defect must not take search away; the database answers and the health page counts it.
        log.exception("search answers from the database; query of %s characters", len(params.text))
        count_failure(SearchFailure.Place.SEARCH, error)
    do_not_keep()
    return _ask_database(who, params, state)


def _ask_engine(who: Who, params: SearchParams, state: IndexState) -> Answer:
    engines = search_engines(state)
    engine = engines.literal if params.literal else engines.engine
    query = engine_query(params, viewer_tokens(who))
    if params.asks_for_meaning:
        query = replace(query, meaning=meaning_of(params.text))
    found = engine.search(query)
    highlighter = Highlighter(found.parsed, engines.analyzer)
    rows = build_results(
        found.hits,
        who=who,
        text=params.text,
        state=state,
        highlighter=highlighter,
        count_pages=partial(_count_pages, engine, query),
    )
    # Hits of a stale index that the viewer may not see any more are not counted either.
    shown = {row.resource.pk for row in rows}
    extra = sum(hit.id in shown for hit in found.hits[len(found.hits) - found.extra :])
    counted = [hit.id in shown for hit in found.hits[: len(found.hits) - found.extra] if not hit.by_meaning]
    total = max(found.total - counted.count(False), counted.count(True))
    return Answer(
        params=params,
        state=state,
        results=tuple(rows),
        total=total,
        facets=found.facets,
        parsed=found.parsed,
        # Spellings that were searched for anyway need no suggestion.
        spellings=_spellings(engine, params, query) if total <= FEW and not found.parsed.spellings else (),
        looser=_without_filters(engine, params, query) if not total else 0,
        without=found.without if not total else {},
        extra=extra,
    )


def engine_query(params: SearchParams, access: frozenset[str]) -> SearchQuery:
    return SearchQuery(
        text=params.text,
        filters=params.filters,
        age_months=params.months,
        access=access,
        sort=params.effective_sort,
        offset=params.offset,
        size=PAGE_SIZE,
        facet_sizes={facet.name: FACET_SIZE for facet in FACETS},
    )


def _count_pages(engine: Engine, query: SearchQuery, resource_id: int) -> int:
    return len(engine.pages(resource_id, query))


def _spellings(engine: Engine, params: SearchParams, query: SearchQuery) -> tuple[str, ...]:
    if not params.text:
        return ()
    near = engine.did_you_mean(params.text, query.access, SPELLINGS)
    return tuple(word for word in near if word != params.text)


def _without_filters(engine: Engine, params: SearchParams, query: SearchQuery) -> int:
    """How many results there would be with no filter chosen."""
    if not params.is_narrowed:
        return 0
    return engine.search(SearchQuery(text=query.text, access=query.access, size=0)).total


def _ask_database(who: Who, params: SearchParams, state: IndexState) -> Answer:
    ids, total, words = database_fallback.find(who, params)
    results = SearchResults(hits=tuple(Hit(id=pk, score=0.0) for pk in ids), total=total)
    parsed = ParsedQuery(terms=words)
    rows = build_results(
        results.hits,
        who=who,
        text=params.text,
        state=state,
        highlighter=Highlighter(parsed, analyzer_for(state)),
        count_pages=lambda _resource: 0,
    )
    return Answer(params=params, state=state, results=tuple(rows), total=total, parsed=parsed, degraded=True)


def similar(*, who: Who, resource_id: int, size: int) -> Sequence[Any]:
    """Similar resources that the viewer may find; none while the engine is away."""
    return visible_in_order(or_fallback(lambda: _similar_ids(who, resource_id, size), ()), who)


def _similar_ids(who: Who, resource_id: int, size: int) -> tuple[int, ...]:
    hits = search_engines().engine.similar(resource_id, viewer_tokens(who), size)
    return tuple(hit.id for hit in hits if hit.id != resource_id)


def or_fallback(ask: Callable[[], Any], fallback: Any) -> Any:
    """Call ``ask``; on any failure log it and return ``fallback``. For parts a page can do without."""
    try:
        return ask()
    except EngineUnavailable as problem:
        log.info("left out, the search engine is away: %s", problem)
    except Exception as error:
        log.exception("left out, the search engine failed")
        count_failure(SearchFailure.Place.EXTRAS, error)
    do_not_keep()
    return fallback
