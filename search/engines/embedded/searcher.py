"""Searches one generation: hits, page hits, facets."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import islice

import tantivy
from tantivy import Occur, Query

from search.analysis.corrections import Lookup
from search.engines.embedded.documents import PAGE_SCALE
from search.engines.embedded.facet_counts import Counts, count_values
from search.engines.embedded.index_folder import Generation
from search.engines.embedded.query_compiler import askable, one_of, readable, total_of
from search.engines.embedded.shortlist import (
    OVERSAMPLING,
    SHORTLIST_SIZE,
    best_by_single_tokens,
    exceeds_shortlist,
    find_matches,
    is_costly,
    resource_ids,
)
from search.engines.embedded.vectors import FusedPage, nearest_resources, passing
from search.engines.fusion import WINDOW, Fusion, hit_of, keeps_order, uses_meaning
from search.engines.indexable import page_key
from search.engines.query_builder import WEIGHTS, steps_of
from search.engines.query_relaxation import ENOUGH, Relaxation, may_fill, relax
from search.engines.query_tree import PAGES_CONSIDERED, Step, best_page_scores
from search.engines.types import EVERYTHING, PageHit, SearchQuery, SearchResults

PAGES_PER_HIT = 3

PAGES_AT_ONCE = 300
"""Matching pages ranked together for all resources shown. With more, each resource is searched alone."""

MOST_PAGES = 1000
"""``pages()`` returns no more."""

DEEPEST = 10_000
"""The last hit that paging reaches, as in Elasticsearch."""

_SORT_FIELDS = {"newest": "published", "most_used": "popularity"}

Ranked = list[tuple[object, tantivy.DocAddress]]


class Searcher:
    """One generation at one moment: the tantivy searchers are taken once, so counts and hits agree."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._schema = generation.resource_schema
        self.resources = generation.resources.searcher()

    @cached_property
    def pages_searcher(self) -> tantivy.Searcher:
        return self._generation.pages.searcher()

    # search

    def search(self, query: SearchQuery) -> SearchResults:
        allowed = readable(self._schema, query.access)
        choices = self._choices(query)
        filters = [allowed, *choices.values()]
        asked = replace(query, offset=0, size=WINDOW) if uses_meaning(query) else query
        limit = max(min(asked.size, DEEPEST - min(asked.offset, DEEPEST)), 0)
        relaxation, number, found, total, unfiltered = self._answer(asked, filters, allowed, limit)
        facets, without = self._facets(query, relaxation.shown_step(number), allowed, choices, total)
        fillers = relaxation.filler_steps(number) if may_fill(query, total, unfiltered) else []
        fused = self._fused(query, relaxation, number, found, total, filters)
        found = fused.shown if fused else found
        extra, filled = self._filled(query, fillers, found, filters, min(query.size, ENOUGH))
        extra = fused.near(query, extra, self.column("id", extra)) if fused else extra
        found = [*found, *extra]
        step = relaxation.shown_step(number, filled)
        ids = self.column("id", found)
        pages = self._page_hits(ids, self._keys(ids, found), step)
        hits = tuple(
            hit_of(id, score, pages.get(id, ((), 0)), fused.fusion if fused else None)
            for id, score in zip(ids, self._scores(query, found), strict=True)
        )
        return SearchResults(hits, total, facets, relaxation.parsed(number, filled), len(extra), without)

    def _choices(self, query: SearchQuery) -> dict[str, Query]:
        """Filters for the chosen facets, by facet, and for the age, under an empty name."""
        choices = {
            facet: one_of(self._schema, f"facets.{facet}", askable(values))
            for facet, values in query.filters.items()
            if values
        }
        if query.age_months is not None:
            month = Query.term_query(self._schema, "months", max(query.age_months, 0), "basic")
            choices[""] = Query.const_score_query(month, 0.0)
        return choices

    def _answer(
        self, query: SearchQuery, filters: list[Query], allowed: Query, limit: int
    ) -> tuple[Relaxation, int, Ranked, int, int]:
        """The steps, the number of the first one that finds anything the viewer may see, its best hits, their total, and
        the total without the chosen facets (exact up to ENOUGH)."""
        analyzer = self._generation.analyzer
        analyzed = analyzer.query(query.text)
        steps = steps_of(analyzed)
        found, total = self._ranked(query, steps[0] if steps else None, filters, limit)
        unfiltered = total if total >= ENOUGH or len(filters) == 1 or not steps else self._count_few(steps[0], allowed)
        if unfiltered >= ENOUGH or not steps:
            return Relaxation(steps), 0, found, total, unfiltered
        relaxation = relax(analyzer, analyzed, steps, unfiltered, self._lookup(allowed))
        if unfiltered:
            return relaxation, 0, found, total, unfiltered
        for number, step in enumerate(relaxation.steps[1:], 1):
            if unfiltered := self._count_few(step, allowed):
                return relaxation, number, *self._ranked(query, step, filters, limit), unfiltered
        return relaxation, len(relaxation.steps) - 1, found, total, 0

    def _filled(
        self, query: SearchQuery, fillers: list[Step], found: Ranked, filters: list[Query], limit: int
    ) -> tuple[Ranked, int]:
        """More hits from these steps, up to ``limit`` in all, and how many steps that took."""
        if not fillers:
            return [], 0
        known = set(self.column("id", found))
        extra: Ranked = []
        filled = 0
        for number, step in enumerate(fillers, 1):
            if len(known) >= limit:
                break
            more, _ = self._ranked(query, step, filters, limit + len(known))
            for hit, id in zip(more, self.column("id", more), strict=True):
                if id not in known and len(known) < limit:
                    known.add(id)
                    extra.append(hit)
                    filled = number
        return extra, filled

    # meaning

    def _fused(
        self, query: SearchQuery, relaxation: Relaxation, number: int, found: Ranked, total: int, filters: list[Query]
    ) -> FusedPage | None:
        """The page of results in the order of words and meaning. ``found``: the best by words."""
        if query.meaning is None or not uses_meaning(query):
            return None
        step = relaxation.shown_step(number)
        nearest, places = nearest_resources(
            self._generation.vectors, query.meaning, self.resources, self._schema, filters
        )
        ids = self.column("id", found)
        held = [self._generation.resource_match(step)] if step else []
        # Where all that holds the words was found, none of the others does.
        others = [each.id for each in nearest if each.id not in ids] if total > len(found) else []
        holding = passing(self.resources, self._schema, [*held, *filters], others) if others else {}
        places |= {id: address for id, (_, address) in zip(ids, found, strict=True)}
        exact = keeps_order(self._generation.analyzer.query(query.text), relaxation.parsed(number))
        fusion = Fusion(query.meaning, ids, nearest, holding=tuple(holding), exact=exact)
        shown: Ranked = [(each.score, places[each.id]) for each in fusion.page(query.offset, query.size)]
        if rest := fusion.rest(query):
            own = Query.const_score_query(one_of(self._schema, "id", fusion.held), 0.0)
            behind = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, own)])
            more, _ = self._ranked(rest, step, [*filters, Query.const_score_query(behind, 0.0)], rest.size)
            shown += [(0.0, address) for _, address in more]
        return FusedPage(fusion, places, shown)

    def _lookup(self, allowed: Query) -> Lookup:
        return lambda prefix, limit: list(self.resources.terms_with_prefix("spellings", prefix, allowed, limit))

    def _count_few(self, step: Step, allowed: Query) -> int:
        """How many resources the step finds, counted up to ``ENOUGH``."""
        wanted = Query.boolean_query([(Occur.Must, self._generation.resource_match(step)), (Occur.Must, allowed)])
        return len(self.resources.search(Query.const_score_query(wanted, 0.0), ENOUGH, count=False).hits)

    def _ranked(self, query: SearchQuery, step: Step | None, filters: list[Query], limit: int) -> tuple[Ranked, int]:
        offset = min(query.offset, DEEPEST) if limit else 0
        if query.sort == "relevance" and step is not None and limit:
            return self._scored(step, filters, limit, offset)
        parts = filters if step is None else [self._generation.resource_match(step), *filters]
        wanted = Query.const_score_query(Query.boolean_query([(Occur.Must, each) for each in parts]), 1.0)
        if query.sort == "relevance":
            result = self.resources.search(wanted, max(limit, 1), offset=offset, weight_by_field="prior")
        else:
            result = self.resources.search(
                wanted, max(limit, 1), offset=offset, order_by_field=_SORT_FIELDS[query.sort]
            )
        return list(result.hits) if limit else [], total_of(result)

    def _scored(self, step: Step, filters: list[Query], limit: int, offset: int) -> tuple[Ranked, int]:
        """The best matches and their total; the best of a shortlist if scoring every match is costly."""
        page_scores = self._best_page_scores(step)
        if OVERSAMPLING * (offset + limit) <= SHORTLIST_SIZE and is_costly(step, self.resources):
            found, total = find_matches(self.resources, self._schema, step, filters, SHORTLIST_SIZE)
            if total > SHORTLIST_SIZE:
                found = best_by_single_tokens(self.resources, self._schema, step)
            ids = list(dict.fromkeys([*resource_ids(self.resources, "id", found), *page_scores]))
            own = one_of(self._schema, "id", ids)
            wanted = self._generation.resource_query(step, [own, *filters], within=own)
            result = self._by_prior(wanted, page_scores, limit, offset)
            if total_of(result) >= min(total, OVERSAMPLING * (offset + limit)):
                return list(result.hits), total
        result = self._by_prior(self._generation.resource_query(step, filters), page_scores, limit, offset)
        return list(result.hits), total_of(result)

    def _by_prior(self, wanted: Query, page_scores: dict[int, float], limit: int, offset: int) -> tantivy.SearchResult:
        """Ranked by score and prior, with the best-page scores added."""
        if page_scores:
            parts = [(Occur.Must, wanted)]
            for id, score in page_scores.items():
                own = Query.term_query(self._schema, "id", id, "basic")
                parts.append((Occur.Should, Query.const_score_query(own, score)))
            wanted = Query.boolean_query(parts)
        return self.resources.search(wanted, limit, offset=offset, weight_by_field="prior")

    def _best_page_scores(self, step: Step) -> dict[int, float]:
        """What the best page of each resource adds to its score."""
        if step.best_page is None:
            return {}
        schema, searcher = self._generation.page_schema, self.pages_searcher
        filters, within, is_part = [], None, False
        if is_costly(step.best_page, searcher):
            is_part = exceeds_shortlist(step.best_page, searcher)
            found, total = ([], 0) if is_part else find_matches(searcher, schema, step.best_page, [], SHORTLIST_SIZE)
            is_part = is_part or total > SHORTLIST_SIZE
            if is_part:
                found = best_by_single_tokens(searcher, schema, step.best_page)
            within = one_of(schema, "resource", resource_ids(searcher, "resource", found))
            filters = [within]
        wanted = self._generation.page_query(step.best_page, filters, within)
        pages = searcher.search(wanted, PAGES_CONSIDERED, count=False).hits
        ids = searcher.fast_field_values("resource", [address for _, address in pages])
        scored = [(int(id or 0), float(score)) for id, (score, _) in zip(ids, pages, strict=True)]
        return best_page_scores(scored, WEIGHTS.best_page, more=is_part)

    def _scores(self, query: SearchQuery, found: Ranked) -> list[float]:
        """Scores, all 0 in another order than relevance."""
        return [float(score) if query.sort == "relevance" else 0.0 for score, _ in found]  # type: ignore[arg-type]

    def column(self, field: str, found: Ranked) -> list[int]:
        return [int(value or 0) for value in self.resources.fast_field_values(field, [address for _, address in found])]

    # facets

    def _facets(
        self, query: SearchQuery, step: Step | None, allowed: Query, choices: dict[str, Query], total: int
    ) -> tuple[Counts, dict[str, int]]:
        """Counts of the requested facets, and ``SearchResults.without``.

        One pass for those without a choice of their own, one for each of the others.
        """
        counts: Counts = {}
        without: dict[str, int] = {}
        wanted = {facet: size for facet, size in query.facet_sizes.items() if size > 0}
        text = [self._generation.resource_match(step)] if step else []
        together = [facet for facet in wanted if facet not in choices]
        for group in ([together] if together else []) + [[facet] for facet in wanted if facet in choices]:
            filters = [choice for facet, choice in choices.items() if facet not in group]
            matching = Query.boolean_query([(Occur.Must, each) for each in (*text, allowed, *filters)])
            many = self._generation.facets_of_many_values
            counts |= count_values(self.resources, matching, {facet: wanted[facet] for facet in group}, many)
            if group[0] in choices and not total:
                without[group[0]] = total_of(self.resources.search(Query.const_score_query(matching, 0.0), 1))
        return {facet: counts.get(facet, ()) for facet in query.facet_sizes}, without

    # pages

    def _keys(self, ids: list[int], found: Ranked) -> list[str]:
        return [page_key(id, version) for id, version in zip(ids, self.column("version", found), strict=True)]

    def _page_hits(
        self, ids: list[int], keys: list[str], step: Step | None
    ) -> dict[int, tuple[tuple[PageHit, ...], int]]:
        """The best pages of the resources shown and how many match, usually by one search for all."""
        if step is None or step.page is None or not ids:
            return {}
        query = self._generation.page_query(step.page)
        found, total = self._ranked_pages(keys, query, PAGES_AT_ONCE)
        if total > len(found):
            # The pages of a long book would crowd out the best pages of the others.
            return {id: self._pages_of(key, query, PAGES_PER_HIT) for id, key in zip(ids, keys, strict=True)}
        by_resource: dict[int, Ranked] = {}
        owner_of = self.pages_searcher.fast_field_values("resource", [address for _, address in found])
        for id, page in zip(owner_of, found, strict=True):
            by_resource.setdefault(int(id or 0), []).append(page)
        shown = iter(self._shown([page for pages in by_resource.values() for page in pages[:PAGES_PER_HIT]]))
        best = {id: tuple(islice(shown, min(len(pages), PAGES_PER_HIT))) for id, pages in by_resource.items()}
        return {id: (pages, len(by_resource[id])) for id, pages in best.items()}

    def _pages_of(self, key: str, query: Query, limit: int) -> tuple[tuple[PageHit, ...], int]:
        found, total = self._ranked_pages([key], query, limit)
        return self._shown(found), total

    def _ranked_pages(self, keys: list[str], query: Query, limit: int) -> tuple[Ranked, int]:
        of = one_of(self._generation.page_schema, "of", keys)
        wanted = Query.boolean_query([(Occur.Must, of), (Occur.Must, query)])
        result = self.pages_searcher.search(wanted, limit, weight_by_field=self._generation.page_weight)
        return list(result.hits), total_of(result)

    def _shown(self, found: Ranked) -> tuple[PageHit, ...]:
        if not found:
            return ()
        addresses = [address for _, address in found]
        scale = PAGE_SCALE if self._generation.page_weight else 1.0
        files = self.pages_searcher.fast_field_values("file", addresses)
        numbers = self.pages_searcher.fast_field_values("number", addresses)
        return tuple(
            PageHit(int(file or 0), int(number or 0), float(score) / scale)  # type: ignore[arg-type]
            for file, number, (score, _) in zip(files, numbers, found, strict=True)
        )

    def pages(self, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
        address = self.find(id, query.access)
        if address is None:
            return ()
        [key] = self._keys([id], [(0.0, address)])
        for step in steps_of(self._generation.analyzer.query(query.text)):
            if step.page is None:
                continue
            found, _ = self._pages_of(key, self._generation.page_query(step.page), MOST_PAGES)
            if found:
                return found
        return ()

    def find(self, id: int, access: frozenset[str]) -> tantivy.DocAddress | None:
        if id < 0:
            return None
        own = Query.term_query(self._schema, "id", id, "basic")
        wanted = Query.boolean_query([(Occur.Must, own), (Occur.Must, readable(self._schema, access))])
        hits = self.resources.search(wanted, 1, count=False).hits
        return hits[0][1] if hits else None

    def documents(self) -> int:
        """How many live resources there are."""
        return total_of(self.resources.search(readable(self._schema, frozenset({EVERYTHING})), 1))
