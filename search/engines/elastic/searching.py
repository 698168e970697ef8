"""Search: one request for hits and total, one more for all facet counts and the pages of the hits shown. A sentence first
asks for the pages that answer it alone.

Facets are counted apart from ranking: without scores, at the same time as pages are looked for, and from
Elasticsearch's own cache when the same is asked again, as every further page of results does. Only what finds little
costs more: a request that fills the page, and some for other spellings (``relaxing.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from search.engines.elastic.asking import Json, ask, copy_for, msearch
from search.engines.elastic.client import Connection
from search.engines.elastic.compile import chosen, compiled, matching, readable, scored, with_prior
from search.engines.elastic.documents import id_of_key, page_key
from search.engines.elastic.layout import Generation
from search.engines.elastic.spelling import with_spellings
from search.engines.plan import EVIDENCE_PAGES, Step, evidence_of
from search.engines.ranking import WEIGHTS, plan
from search.engines.relaxing import FEW, Ladder, loosened, may_fill
from search.engines.types import FacetCount, Hit, PageHit, SearchQuery, SearchResults

NO_EVIDENCE: Mapping[int, float] = MappingProxyType({})

PAGES_SHOWN = 3
"""Page hits per result."""

MOST_PAGES = 1_000
"""``pages()`` returns no more; a resource with more matching pages is a shelf."""

DEEPEST = 10_000
"""Elasticsearch pages no further than this (index.max_result_window)."""

SORTS: dict[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, {"id": "asc"}],
    "newest": [{"published": "desc"}, {"id": "asc"}],
    "most_used": [{"popularity": "desc"}, {"id": "asc"}],
}


def search(connection: Connection, generation: Generation, query: SearchQuery) -> SearchResults:
    ladder, number, answer, unfiltered = _answer(connection, generation, query)
    found, total = answer["hits"]["hits"], answer["hits"]["total"]["value"]
    fillers = ladder.fillers(number) if may_fill(query, total, unfiltered) else []
    extra, filled = _filled(connection, generation, query, fillers, found)
    step = ladder.shown(number, filled)
    hits, facets = _pages_and_facets(connection, generation, query, [*found, *extra], step, ladder.shown(number))
    return SearchResults(hits, total, facets, ladder.parsed(number, filled), len(extra))


def _answer(connection: Connection, generation: Generation, query: SearchQuery) -> tuple[Ladder, int, Json, int]:
    """The steps, the number of the first that finds anything the viewer may see, its answer, and how much it would
    find without the viewer's choices."""
    analyzed = generation.analyzer.query(query.text)
    steps = plan(analyzed).steps
    answer = _of_step(connection, generation, query, steps[0] if steps else None)
    unfiltered = _found(answer)
    if unfiltered >= FEW or not steps:
        return Ladder(steps), 0, answer, unfiltered
    ladder = with_spellings(
        connection,
        generation,
        query.access,
        lambda lookup: loosened(generation.analyzer, analyzed, steps, unfiltered, lookup),
    )
    number = 0 if unfiltered else _first_that_finds(connection, generation, query, ladder.steps)
    if number is None:
        return ladder, len(ladder.steps) - 1, answer, 0
    if number:
        answer = _of_step(connection, generation, query, ladder.steps[number], ladder.steps[:number])
        if answer["aggregations"]["stricter"]["doc_count"]:
            # What was written since the first look answers better than this step: a title would hide its pages.
            return _answer(connection, generation, query)
    return ladder, number, answer, _found(answer)


def _of_step(
    connection: Connection, generation: Generation, query: SearchQuery, step: Step | None, stricter: Sequence[Step] = ()
) -> Json:
    evidence = _evidence(connection, generation, query, step)
    body = request(query, step, evidence)
    if stricter:
        found = {"bool": {"should": [compiled(each.must) for each in stricter]}}
        body.setdefault("aggs", {})["stricter"] = {"filter": found}
    return ask(connection, generation.resources, body, query)


def _filled(
    connection: Connection, generation: Generation, query: SearchQuery, fillers: list[Step], found: list[Json]
) -> tuple[list[Json], int]:
    """What these steps find besides, until there is a first page; and how many steps that took. One request."""
    limit = min(query.size, FEW)
    if not fillers or len(found) >= limit:
        return [], 0
    more = replace(query, size=limit + len(found), facet_sizes={})
    searches: list[Json] = []
    for step in fillers:
        searches += [copy_for(query), request(more, step)]
    known = {hit["fields"]["id"][0] for hit in found}
    extra: list[Json] = []
    filled = 0
    for number, answer in enumerate(msearch(connection, generation.resources, searches), 1):
        for hit in answer["hits"]["hits"]:
            if hit["fields"]["id"][0] not in known and len(known) < limit:
                known.add(hit["fields"]["id"][0])
                extra.append(hit)
                filled = number
    return extra, filled


def _evidence(
    connection: Connection, generation: Generation, query: SearchQuery, step: Step | None
) -> dict[int, float]:
    """What the pages that answer alone add to their resources' scores."""
    if step is None or step.evidence is None or query.sort != "relevance":
        return {}
    body: Json = {
        "query": scored(step.evidence, []),
        "size": EVIDENCE_PAGES,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["of"],
        "track_total_hits": False,
    }
    hits = ask(connection, generation.pages, body, query)["hits"]["hits"]
    found = [(id_of_key(hit["fields"]["of"][0]), float(hit["_score"])) for hit in hits]
    return evidence_of(found, WEIGHTS.evidence)


def request(query: SearchQuery, step: Step | None, evidence: Mapping[int, float] = NO_EVIDENCE) -> Json:
    """The body of the request for hits and total."""
    allowed = readable(query.access)
    text = scored(step, allowed) if step else {"bool": {"filter": allowed, "must": [{"match_all": {}}]}}
    if evidence:
        extra = [{"constant_score": {"filter": {"term": {"id": id}}, "boost": score}} for id, score in evidence.items()]
        text = {"bool": {"must": [text], "should": extra}}
    start = min(query.offset, DEEPEST)
    body: Json = {
        "query": with_prior(text),
        "sort": SORTS[query.sort],
        "from": start,
        "size": min(query.size, DEEPEST - start),
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["id", "version"],
        "track_total_hits": True,
    }
    if choices := chosen(query.filters, query.age_months):
        # After the query, so that how much there is without them comes out of the same request.
        body["post_filter"] = matching(*choices)
        body["aggs"] = {"found": {"filter": {"match_all": {}}}}
    return body


def facets_request(query: SearchQuery, step: Step | None) -> Json | None:
    """The body of the request for the counts of all facets wanted, each without its own choice."""
    aggs: Json = {}
    together: dict[str, Json] = {}
    for facet, size in query.facet_sizes.items():
        if size < 1:
            continue
        count = {"terms": {"field": f"facets.{facet}", "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}}
        if query.filters.get(facet):
            others = chosen(query.filters, query.age_months, without=facet)
            aggs[f"own:{facet}"] = {"filter": matching(*others), "aggs": {facet: count}}
        else:
            together[facet] = count
    if together:
        aggs["others"] = {"filter": matching(*chosen(query.filters, query.age_months)), "aggs": together}
    if not aggs:
        return None
    found = [compiled(step.must)] if step else []
    return {"query": matching(*readable(query.access), *found), "size": 0, "track_total_hits": False, "aggs": aggs}


def _found(answer: Json) -> int:
    """How many there are without the viewer's choices."""
    found = answer.get("aggregations", {}).get("found")
    return int(found["doc_count"] if found else answer["hits"]["total"]["value"])


def _first_that_finds(
    connection: Connection, generation: Generation, query: SearchQuery, steps: Sequence[Step]
) -> int | None:
    """The number of the first step after the strictest that finds anything, whatever facets are chosen."""
    allowed = readable(query.access)
    searches: list[Json] = []
    for step in steps[1:]:
        wanted = matching(compiled(step.must), *allowed)
        searches += [copy_for(query), {"query": wanted, "size": 0, "terminate_after": 1, "track_total_hits": 1}]
    answers = msearch(connection, generation.resources, searches) if searches else []
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


def _pages_and_facets(
    connection: Connection,
    generation: Generation,
    query: SearchQuery,
    found: list[Json],
    step: Step | None,
    counted: Step | None,
) -> tuple[tuple[Hit, ...], dict[str, tuple[FacetCount, ...]]]:
    """The hits with their best pages by ``step``, and the facets of what the step ``counted`` finds. One request."""
    keys = [page_key(hit["fields"]["id"][0], hit["fields"]["version"][0]) for hit in found]
    searches: list[Json] = []
    counts = facets_request(query, counted)
    if counts:
        searches += [{"index": generation.resources} | copy_for(query), counts]
    if keys and step and step.page:
        searches += [{"index": generation.pages} | copy_for(query), pages_request(keys, step.page)]
    answers = msearch(connection, generation.resources, searches) if searches else []
    facets = _facets(query, answers.pop(0) if counts else {})
    buckets = {bucket["key"]: bucket for answer in answers for bucket in answer["aggregations"]["of"]["buckets"]}
    return tuple(_hit(query, hit, buckets.get(key)) for key, hit in zip(keys, found, strict=True)), facets


def _hit(query: SearchQuery, hit: Json, pages: Json | None) -> Hit:
    score = score_of(hit) if query.sort == "relevance" else 0.0
    if pages is None:
        return Hit(hit["fields"]["id"][0], score, (), 0)
    shown = tuple(page_hit(page) for page in pages["best"]["hits"]["hits"])
    return Hit(hit["fields"]["id"][0], score, shown, pages["doc_count"])


def pages_request(keys: list[str], step: Step) -> Json:
    """The best pages of the resources shown, counted and picked in one pass over their pages only."""
    best: Json = {
        "size": PAGES_SHOWN,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["file", "number"],
        "sort": [{"_score": "desc"}, {"file": "asc"}, {"number": "asc"}],
    }
    return {
        "query": scored(step, [{"terms": {"of": keys}}]),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"of": {"terms": {"field": "of", "size": len(keys)}, "aggs": {"best": {"top_hits": best}}}},
    }


def page_hit(hit: Json) -> PageHit:
    return PageHit(hit["fields"]["file"][0], hit["fields"]["number"][0], score_of(hit))


def score_of(hit: Json) -> float:
    """As it was sorted by. Asked for besides, Elasticsearch would score the hits once more."""
    return float(hit["sort"][0])


def pages(connection: Connection, generation: Generation, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
    """All matching pages of one resource: the first step whose page query finds any."""
    found = ask(connection, generation.resources, visible_request([id], query.access), query)["hits"]["hits"]
    wanted = [step.page for step in plan(generation.analyzer.query(query.text)).steps if step.page]
    if not found or not wanted:
        return ()
    key = page_key(id, found[0]["fields"]["version"][0])
    for step in wanted:
        body: Json = {
            "query": scored(step, [{"term": {"of": key}}]),
            "size": MOST_PAGES,
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": ["file", "number"],
            "sort": [{"_score": "desc"}, {"file": "asc"}, {"number": "asc"}],
            "track_total_hits": False,
        }
        hits = ask(connection, generation.pages, body, query)["hits"]["hits"]
        if hits:
            return tuple(page_hit(hit) for hit in hits)
    return ()


def visible_request(ids: list[int], access: frozenset[str]) -> Json:
    """Which of these the viewer may see, and in which version."""
    return {
        "query": matching(*readable(access), {"terms": {"id": ids}}),
        "size": len(ids),
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["id", "version"],
        "track_total_hits": False,
    }
