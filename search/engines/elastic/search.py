"""Search: one request for hits, total and facet counts, one for the pages of the hits.

A sentence first asks for the pages that answer it alone. Facets are counted by a search of their own, without scores: it runs
on another thread, and Elasticsearch caches it for the next pages of results. Queries that find little need more requests, to
fill the page and to look up other spellings (``query_relaxation.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.engines.elastic.client import Connection, Json, post_search, post_searches
from search.engines.elastic.indices import Generation
from search.engines.elastic.query_compiler import found_by, matching, readable
from search.engines.elastic.request_bodies import (
    best_pages_request,
    facets_request,
    hits_request,
    holding_request,
    nearest_request,
    pages_of_each_request,
    pages_request,
    visible_request,
)
from search.engines.elastic.suggest import with_spellings
from search.engines.fusion import WINDOW, Fusion, Near, hit_of, keeps_order, uses_meaning
from search.engines.indexable import id_of_key, page_key
from search.engines.query_builder import WEIGHTS, steps_of
from search.engines.query_relaxation import ENOUGH, Relaxation, may_fill, relax
from search.engines.query_tree import Step, best_page_scores
from search.engines.types import FacetCount, Hit, PageHit, SearchQuery, SearchResults

PAGES_SHOWN = 3
"""Page hits per result."""

PAGES_AT_ONCE = 100
"""Matching pages fetched together for all resources shown. Beyond that Elasticsearch picks the best of each resource, which
takes three times as long."""

MOST_PAGES = 1_000
"""``pages()`` returns no more."""

Pages = tuple[tuple[PageHit, ...], int]

NO_PAGES: Pages = ((), 0)

MOST_STARTS = 5
"""How often a search starts over because of writes during it."""


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What one step finds. ``unfiltered``: the total without the chosen facets.

    ``without``: see SearchResults. ``outdone``: a stricter step now finds some of it.
    """

    hits: list[Json]
    total: int
    unfiltered: int
    facets: dict[str, tuple[FacetCount, ...]]
    without: dict[str, int]
    outdone: bool


def run_search(connection: Connection, generation: Generation, query: SearchQuery) -> SearchResults:
    asked = replace(query, offset=0, size=WINDOW) if uses_meaning(query) else query
    relaxation, number, answer = _answer(connection, generation, asked)
    fused = _fused(connection, generation, query, relaxation, number, answer)
    shown = fused.shown if fused else answer.hits
    fillers = relaxation.filler_steps(number) if may_fill(query, answer.total, answer.unfiltered) else []
    extra, filled = _filled(connection, generation, query, fillers, shown)
    extra = fused.near(query, extra) if fused else extra
    found = [*shown, *extra]
    keys = [page_key(id, version) for _, id, version in [hit["sort"] for hit in found]]
    pages = best_pages(connection, generation, query, keys, relaxation.shown_step(number, filled))
    fusion = fused.fusion if fused else None
    hits = tuple([_hit(query, hit, pages.get(key, NO_PAGES), fusion) for key, hit in zip(keys, found, strict=True)])
    return SearchResults(
        hits, answer.total, answer.facets, relaxation.parsed(number, filled), len(extra), answer.without
    )


def _hit(query: SearchQuery, hit: Json, pages: Pages, fusion: Fusion | None) -> Hit:
    score, id, _ = hit["sort"]
    return hit_of(id, score if query.sort == "relevance" else 0.0, pages, fusion)


@dataclass(frozen=True, slots=True)
class FusedPage:
    """``versions``: of the resources found, by id. ``shown``: the page without near matches."""

    fusion: Fusion
    versions: dict[int, int]
    shown: list[Json]

    def near(self, query: SearchQuery, extra: list[Json]) -> list[Json]:
        """The near matches in their order: ``extra`` and hits by meaning alone."""
        versions = self.versions | _versions(extra)
        found = self.fusion.near_matches(query, len(self.shown), [_id(hit) for hit in extra])
        return [{"sort": [each.score, each.id, versions[each.id]]} for each in found]


def _fused(
    connection: Connection,
    generation: Generation,
    query: SearchQuery,
    relaxation: Relaxation,
    number: int,
    answer: StepAnswer,
) -> FusedPage | None:
    """The page of results in the order of words and meaning."""
    if query.meaning is None or not uses_meaning(query):
        return None
    step = relaxation.shown_step(number)
    passages = post_search(connection, generation.resources, nearest_request(query, query.meaning), query)
    hits = passages["hits"]["hits"]
    nearest = [near for hit in hits if (near := _near(hit)).similarity >= query.meaning.ordinary]
    ids = [_id(hit) for hit in answer.hits]
    # Where all that holds the words was found, none of the others does.
    others = [each.id for each in nearest if each.id not in ids] if answer.total > len(ids) else []
    holding: list[int] = []
    if others:
        body = holding_request(others, step, query.access)
        held = {_id(hit) for hit in post_search(connection, generation.resources, body, query)["hits"]["hits"]}
        holding = [id for id in others if id in held]
    exact = keeps_order(generation.analyzer.query(query.text), relaxation.parsed(number))
    fusion = Fusion(query.meaning, ids, nearest, holding=holding, exact=exact)
    versions = _versions(hits) | _versions(answer.hits)
    shown = [{"sort": [each.score, each.id, versions[each.id]]} for each in fusion.page(query.offset, query.size)]
    if rest := fusion.rest(query):
        scores = _best_page_scores(connection, generation, query, step)
        body = hits_request(rest, step, scores, without=fusion.held)
        more = post_search(connection, generation.resources, body, query)["hits"]["hits"]
        shown += [{"sort": [0.0, *hit["sort"][1:]]} for hit in more]
    return FusedPage(fusion, versions, shown)


def _versions(hits: list[Json]) -> dict[int, int]:
    return {_id(hit): hit["sort"][2] for hit in hits}


def _near(hit: Json) -> Near:
    score, id, _ = hit["sort"]
    similarity = 2 * score - 1
    fields = hit["inner_hits"]["meaning"]["hits"]["hits"][0]["fields"]
    file, number = fields["meaning.file"][0], fields["meaning.number"][0]
    return Near(id, similarity, PageHit(file, number, similarity) if number else None)


def _answer(connection: Connection, generation: Generation, query: SearchQuery) -> tuple[Relaxation, int, StepAnswer]:
    """The steps, the number of the first one that finds anything the viewer may see, and its answer.

    A document indexed between our requests may match a stricter step than the one chosen. Then the search starts over, at
    most MOST_STARTS times.
    """
    for _ in range(MOST_STARTS - 1):
        relaxation, number, answer = _attempt(connection, generation, query)
        if not answer.outdone:
            return relaxation, number, answer
    return _attempt(connection, generation, query)


def _attempt(connection: Connection, generation: Generation, query: SearchQuery) -> tuple[Relaxation, int, StepAnswer]:
    analyzed = generation.analyzer.query(query.text)
    steps = steps_of(analyzed)
    answer = _of_step(connection, generation, query, steps[0] if steps else None)
    if answer.unfiltered >= ENOUGH or not steps:
        return Relaxation(steps), 0, answer
    relaxation = with_spellings(
        connection,
        generation,
        query.access,
        lambda lookup: relax(generation.analyzer, analyzed, steps, answer.unfiltered, lookup),
    )
    number = 0 if answer.unfiltered else _first_that_finds(connection, generation, query, relaxation.steps)
    if number is None:
        return relaxation, len(relaxation.steps) - 1, answer
    if number:
        answer = _of_step(connection, generation, query, relaxation.steps[number], relaxation.steps[:number])
    return relaxation, number, answer


def _of_step(
    connection: Connection, generation: Generation, query: SearchQuery, step: Step | None, stricter: Sequence[Step] = ()
) -> StepAnswer:
    body = hits_request(query, step, _best_page_scores(connection, generation, query, step))
    if stricter:
        found = {"bool": {"should": [found_by(each) for each in stricter]}}
        body.setdefault("aggs", {})["stricter"] = {"filter": found}
    counts = facets_request(query, step)
    hits, *counted = post_searches(connection, generation.resources, [body, counts] if counts else [body], query)
    total = hits["hits"]["total"]["value"]
    beside = hits.get("aggregations", {})
    return StepAnswer(
        hits["hits"]["hits"],
        total,
        beside["found"]["doc_count"] if "found" in beside else total,
        _facets(query, counted[0] if counted else {}),
        _without(counted[0]) if counted and not total else {},
        bool(stricter and beside["stricter"]["doc_count"]),
    )


def _filled(
    connection: Connection, generation: Generation, query: SearchQuery, fillers: list[Step], found: list[Json]
) -> tuple[list[Json], int]:
    """More hits from these steps, up to a full first page, and how many steps that took. One request."""
    limit = min(query.size, ENOUGH)
    if not fillers or len(found) >= limit:
        return [], 0
    more = replace(query, size=limit + len(found), facet_sizes={})
    searches = [hits_request(more, step) for step in fillers]
    known = {_id(hit) for hit in found}
    extra: list[Json] = []
    filled = 0
    for number, answer in enumerate(post_searches(connection, generation.resources, searches, query), 1):
        for hit in answer["hits"]["hits"]:
            if _id(hit) not in known and len(known) < limit:
                known.add(_id(hit))
                extra.append(hit)
                filled = number
    return extra, filled


def _id(hit: Json) -> int:
    id: int = hit["sort"][1]
    return id


def _best_page_scores(
    connection: Connection, generation: Generation, query: SearchQuery, step: Step | None
) -> dict[int, float]:
    """What the best page of each resource adds to its score."""
    if step is None or step.best_page is None or query.sort != "relevance":
        return {}
    hits = post_search(connection, generation.pages, best_pages_request(step.best_page), query)["hits"]["hits"]
    found = [(id_of_key(hit["fields"]["of"][0]), float(hit["_score"])) for hit in hits]
    return best_page_scores(found, WEIGHTS.best_page)


def _first_that_finds(
    connection: Connection, generation: Generation, query: SearchQuery, steps: Sequence[Step]
) -> int | None:
    """The number of the first step after the strictest that finds anything, without the chosen facets."""
    allowed = readable(query.access)
    searches: list[Json] = []
    for step in steps[1:]:
        wanted = matching(found_by(step), *allowed)
        searches.append({"query": wanted, "size": 0, "terminate_after": 1, "track_total_hits": 1})
    answers = post_searches(connection, generation.resources, searches, query) if searches else []
    for number, answer in enumerate(answers, 1):
        if answer["hits"]["total"]["value"]:
            return number
    return None


def _facets(query: SearchQuery, answer: Json) -> dict[str, tuple[FacetCount, ...]]:
    aggregations = answer.get("aggregations", {})
    counts: dict[str, tuple[FacetCount, ...]] = {}
    for facet in query.facet_sizes:
        group = aggregations.get(f"own:{facet}") or aggregations.get("others", {})
        buckets = group.get(facet, {"buckets": []})["buckets"]
        counts[facet] = tuple(FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets)
    return counts


def _without(answer: Json) -> dict[str, int]:
    groups = answer["aggregations"]
    return {name.removeprefix("own:"): group["doc_count"] for name, group in groups.items() if name.startswith("own:")}


# pages of the hits


def best_pages(
    connection: Connection, generation: Generation, query: SearchQuery, keys: list[str], step: Step | None
) -> dict[str, Pages]:
    """The best pages of each of these resource versions, and how many match."""
    if not keys or step is None or step.page is None:
        return {}
    answer = post_search(
        connection, generation.pages, pages_request(keys, step.page, PAGES_AT_ONCE, counted=True), query
    )["hits"]
    if answer["total"]["value"] > len(answer["hits"]):
        # The pages of a long book would crowd out the best pages of the others.
        return _of_each(connection, generation, query, keys, step.page)
    found: dict[str, list[Json]] = {}
    for hit in answer["hits"]:
        found.setdefault(page_key(*hit["sort"][3:]), []).append(hit)
    return {key: (_page_hits(hits[:PAGES_SHOWN]), len(hits)) for key, hits in found.items()}


def _of_each(
    connection: Connection, generation: Generation, query: SearchQuery, keys: list[str], step: Step
) -> dict[str, Pages]:
    answer = post_search(connection, generation.pages, pages_of_each_request(keys, step, PAGES_SHOWN), query)
    return {
        bucket["key"]: (_page_hits(bucket["best"]["hits"]["hits"]), bucket["doc_count"])
        for bucket in answer["aggregations"]["of"]["buckets"]
    }


def pages_of_resource(
    connection: Connection, generation: Generation, id: int, query: SearchQuery
) -> tuple[PageHit, ...]:
    """All matching pages of one resource, by the first step whose page query finds any."""
    found = post_search(connection, generation.resources, visible_request([id], query.access), query)["hits"]["hits"]
    wanted = [step.page for step in steps_of(generation.analyzer.query(query.text)) if step.page]
    if not found or not wanted:
        return ()
    key = page_key(id, found[0]["fields"]["version"][0])
    for step in wanted:
        hits = post_search(connection, generation.pages, pages_request([key], step, MOST_PAGES), query)["hits"]["hits"]
        if hits:
            return _page_hits(hits)
    return ()


def _page_hits(hits: Sequence[Json]) -> tuple[PageHit, ...]:
    # The score from the sort values: asking for the score itself makes Elasticsearch score the hits again.
    return tuple([PageHit(file, number, score) for score, file, number, *_ in [hit["sort"] for hit in hits]])
