"""The bodies of searches: what is asked of Elasticsearch, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from search.engines.elastic.client import Json
from search.engines.elastic.query_compiler import chosen, found_by, matching, readable, scored, with_prior
from search.engines.query_tree import PAGES_CONSIDERED, Step
from search.engines.types import SearchQuery

NO_SCORES: Mapping[int, float] = MappingProxyType({})

DEEPEST = 10_000
"""Elasticsearch pages no further than this (index.max_result_window)."""

ORDER_BY = {"relevance": "_score", "newest": "published", "most_used": "popularity"}


def columns(*fields: str) -> Json:
    """Of each hit only these, from columns: no stored document is opened."""
    return {"_source": False, "stored_fields": "_none_", "docvalue_fields": [*fields]}


def ordered(by: str, *fields: str) -> Json:
    """Most of ``by`` first, then least of each field. Of a hit comes nothing but what it was sorted by, its ``sort``: read
    while sorting, so it costs less than asking for the columns afterwards."""
    return {
        "sort": [{by: "desc"}, *({field: "asc"} for field in fields)],
        "_source": False,
        "stored_fields": "_none_",
    }


def hits_request(query: SearchQuery, step: Step | None, evidence: Mapping[int, float] = NO_SCORES) -> Json:
    """Hits, each with its ``sort``: (score or what else was asked for, id, version); and the total."""
    allowed = readable(query.access)
    text = scored(step, allowed) if step else {"bool": {"filter": allowed, "must": [{"match_all": {}}]}}
    if evidence:
        extra = [{"constant_score": {"filter": {"term": {"id": id}}, "boost": score}} for id, score in evidence.items()]
        text = {"bool": {"must": [text], "should": extra}}
    start = min(query.offset, DEEPEST)
    body: Json = {
        "query": with_prior(text),
        "from": start,
        "size": min(query.size, DEEPEST - start),
        "track_total_hits": True,
    } | ordered(ORDER_BY[query.sort], "id", "version")
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


def best_pages_request(best_page: Step) -> Json:
    """The best pages that answer alone, whoever may see them."""
    return {
        "query": scored(best_page, []),
        "size": PAGES_CONSIDERED,
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
    """The best pages of these versions of resources (``page_key``), of all together, each with its ``sort``: (score,
    file, number, resource, version)."""
    return {
        "query": scored(step, [{"terms": {"of": keys}}]),
        "size": size,
        "track_total_hits": counted,
    } | ordered("_score", "file", "number", "resource", "version")


def pages_of_each_request(keys: list[str], step: Step, size: int) -> Json:
    """The best pages of each, and how many match of each. Takes longer."""
    best = {"size": size} | ordered("_score", "file", "number")
    of = {"terms": {"field": "of", "size": len(keys), "execution_hint": "map"}, "aggs": {"best": {"top_hits": best}}}
    return {
        "query": scored(step, [{"terms": {"of": keys}}]),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"of": of},
    }
