"""The bodies of searches: what is asked of Elasticsearch, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from search.engines.elastic.asking import Json
from search.engines.elastic.compile import chosen, found_by, matching, readable, scored, with_prior
from search.engines.plan import EVIDENCE_PAGES, Step
from search.engines.types import SearchQuery

NO_EVIDENCE: Mapping[int, float] = MappingProxyType({})

DEEPEST = 10_000
"""Elasticsearch pages no further than this (index.max_result_window)."""

SORTS: dict[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, {"id": "asc"}],
    "newest": [{"published": "desc"}, {"id": "asc"}],
    "most_used": [{"popularity": "desc"}, {"id": "asc"}],
}

PAGE_ORDER: list[Json] = [{"_score": "desc"}, {"file": "asc"}, {"number": "asc"}]


def columns(*fields: str) -> Json:
    """Of each hit only these, from columns: no stored document is opened."""
    return {"_source": False, "stored_fields": "_none_", "docvalue_fields": [*fields]}


def hits_request(query: SearchQuery, step: Step | None, evidence: Mapping[int, float] = NO_EVIDENCE) -> Json:
    """Hits and total."""
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
        "track_total_hits": True,
    } | columns("id", "version")
    if choices := chosen(query.filters, query.age_months):
        # After the query, so that how much there is without them comes out of the same request.
        body["post_filter"] = matching(*choices)
        body["aggs"] = {"found": {"filter": {"match_all": {}}}}
    return body


def facets_request(query: SearchQuery, step: Step | None) -> Json | None:
    """The counts of all facets wanted, each without its own choice; None when there are none."""
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
    found = [found_by(step)] if step else []
    return {"query": matching(*readable(query.access), *found), "size": 0, "track_total_hits": False, "aggs": aggs}


def evidence_request(evidence: Step) -> Json:
    """The best pages that answer alone, whoever may see them."""
    return {
        "query": scored(evidence, []),
        "size": EVIDENCE_PAGES,
        "track_total_hits": False,
    } | columns("of")


def visible_request(ids: list[int], access: frozenset[str]) -> Json:
    """Which of these the viewer may see, and in which version."""
    return {
        "query": matching(*readable(access), {"terms": {"id": ids}}),
        "size": len(ids),
        "track_total_hits": False,
    } | columns("id", "version")


def pages_request(keys: list[str], step: Step, size: int, *, counted: bool = False) -> Json:
    """The best pages of these versions of resources (``page_key``), of all together."""
    return {
        "query": scored(step, [{"terms": {"of": keys}}]),
        "size": size,
        "sort": PAGE_ORDER,
        "track_total_hits": counted,
    } | columns("of", "file", "number")


def pages_of_each_request(keys: list[str], step: Step, size: int) -> Json:
    """The best pages of each, and how many match of each. Takes longer."""
    best = {"size": size, "sort": PAGE_ORDER} | columns("file", "number")
    of = {"terms": {"field": "of", "size": len(keys), "execution_hint": "map"}, "aggs": {"best": {"top_hits": best}}}
    return {
        "query": scored(step, [{"terms": {"of": keys}}]),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"of": of},
    }
