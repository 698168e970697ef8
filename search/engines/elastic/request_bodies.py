"""The bodies of search requests, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from search.engines.elastic.client import Json
from search.engines.elastic.mapping import signed_bytes, vector_field
from search.engines.elastic.query_compiler import chosen, found_by, matching, multiplied, readable, scored
from search.engines.fusion import NEAREST
from search.engines.query_tree import PAGES_CONSIDERED, Step
from search.engines.types import Meaning, SearchQuery

NO_SCORES: Mapping[int, float] = MappingProxyType({})

DEEPEST = 10_000
"""Elasticsearch pages no further than this (index.max_result_window)."""

CANDIDATES = 400
"""Passages that each shard looks at for the nearest resources. More takes longer."""

ORDER_BY = {"relevance": "_score", "newest": "published", "most_used": "popularity"}


def columns(*fields: str) -> Json:
    """Return only these doc values of each hit, without opening stored documents."""
    return {"_source": False, "stored_fields": "_none_", "docvalue_fields": [*fields]}


def ordered(by: str, *fields: str) -> Json:
    """Sort by ``by`` descending, then by each field ascending, and return only the sort values.

    They are read while sorting, which costs less than doc values fetched afterwards.
    """
    return {
        "sort": [{by: "desc"}, *({field: "asc"} for field in fields)],
        "_source": False,
        "stored_fields": "_none_",
    }


def hits_request(
    query: SearchQuery,
    step: Step | None,
    page_scores: Mapping[int, float] = NO_SCORES,
    *,
    without: Sequence[int] = (),
) -> Json:
    """Hits with their sort values (score or other order, id, version), and the total.

    ``without``: not these ids.
    """
    allowed = readable(query.access)
    text = scored(step, allowed) if step else {"bool": {"filter": allowed, "must": [{"match_all": {}}]}}
    if page_scores:
        extra = [
            {"constant_score": {"filter": {"term": {"id": id}}, "boost": score}} for id, score in page_scores.items()
        ]
        text = {"bool": {"must": [text], "should": extra}}
    if without:
        text = {"bool": {"must": [text], "must_not": [{"terms": {"id": [*without]}}]}}
    start = min(query.offset, DEEPEST)
    body: Json = {
        "query": multiplied(text, "prior"),
        "from": start,
        "size": min(query.size, DEEPEST - start),
        "track_total_hits": True,
    } | ordered(ORDER_BY[query.sort], "id", "version")
    if choices := chosen(query.filters, query.age_months):
        # A post filter, so that the same request also returns the total without the choices.
        body["post_filter"] = matching(*choices)
        body["aggs"] = {"found": {"filter": {"match_all": {}}}}
    return body


def nearest_request(query: SearchQuery, meaning: Meaning) -> Json:
    """The nearest resources that pass the filters, each with its nearest passage."""
    passage = {"size": 1, "_source": False, "docvalue_fields": ["meaning.file", "meaning.number"]}
    return {
        "knn": {
            "field": f"meaning.{vector_field(meaning.model)}",
            "query_vector": signed_bytes(meaning.vector),
            "k": NEAREST,
            "num_candidates": CANDIDATES,
            "filter": [*readable(query.access), *chosen(query.filters, query.age_months)],
            "inner_hits": passage,
        },
        "size": NEAREST,
        "track_total_hits": False,
        "sort": [{"_score": "desc"}, {"id": "asc"}, {"version": "asc"}],
        "_source": False,
    }


def holding_request(ids: list[int], step: Step | None, access: frozenset[str]) -> Json:
    """Which of these resources hold the words."""
    held = [found_by(step)] if step else []
    return {
        "query": matching(*readable(access), {"terms": {"id": ids}}, *held),
        "size": len(ids),
        "track_total_hits": False,
    } | ordered("_doc", "id", "version")


def facets_request(query: SearchQuery, step: Step | None) -> Json | None:
    """Counts of the requested facets, each without its own choice. None if no facet is requested."""
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
    """The best pages that answer alone, of all resources, visible or not."""
    return {
        "query": scored(best_page, []),
        "size": PAGES_CONSIDERED,
        "track_total_hits": False,
    } | columns("of")


def visible_request(ids: list[int], access: frozenset[str]) -> Json:
    """Which of these resources the viewer may see, with their versions."""
    return {
        "query": matching(*readable(access), {"terms": {"id": ids}}),
        "size": len(ids),
        "track_total_hits": False,
    } | columns("id", "version")


def _pages_of(keys: list[str], step: Step) -> Json:
    return multiplied(scored(step, [{"terms": {"of": keys}}]), "weight")


def pages_request(keys: list[str], step: Step, size: int, *, counted: bool = False) -> Json:
    """The best pages of all these resource versions (``page_key``) together.

    Sort values: (score, file, number, resource, version).
    """
    return {
        "query": _pages_of(keys, step),
        "size": size,
        "track_total_hits": counted,
    } | ordered("_score", "file", "number", "resource", "version")


def pages_of_each_request(keys: list[str], step: Step, size: int) -> Json:
    """The best pages of each resource version, and how many match in each. Takes longer."""
    best = {"size": size} | ordered("_score", "file", "number")
    of = {"terms": {"field": "of", "size": len(keys), "execution_hint": "map"}, "aggs": {"best": {"top_hits": best}}}
    return {
        "query": _pages_of(keys, step),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"of": of},
    }
