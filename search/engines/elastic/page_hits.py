"""Which pages of the resources found hold the words."""

from __future__ import annotations

from collections.abc import Sequence

from search.engines.elastic.asking import Json, ask
from search.engines.elastic.client import Connection
from search.engines.elastic.indices import Generation
from search.engines.elastic.request_bodies import pages_of_each_request, pages_request, visible_request
from search.engines.indexable import page_key
from search.engines.query_builder import plan
from search.engines.query_tree import Step
from search.engines.types import PageHit, SearchQuery

PAGES_SHOWN = 3
"""Page hits per result."""

PAGES_AT_ONCE = 100
"""Matching pages of all resources shown that are fetched together; where there are more, Elasticsearch picks the best of
each, which takes three times as long."""

MOST_PAGES = 1_000
"""``pages()`` returns no more; a resource with more matching pages is a shelf."""

Pages = tuple[tuple[PageHit, ...], int]


def best_pages(
    connection: Connection, generation: Generation, query: SearchQuery, keys: list[str], step: Step | None
) -> dict[str, Pages]:
    """The best pages of each of these versions of resources, and how many match."""
    if not keys or step is None or step.page is None:
        return {}
    answer = ask(connection, generation.pages, pages_request(keys, step.page, PAGES_AT_ONCE, counted=True), query)[
        "hits"
    ]
    if answer["total"]["value"] > len(answer["hits"]):
        # Books among them: their pages would crowd out the others' best.
        return _of_each(connection, generation, query, keys, step.page)
    found: dict[str, list[Json]] = {}
    for hit in answer["hits"]:
        found.setdefault(page_key(*hit["sort"][3:]), []).append(hit)
    return {key: (_page_hits(hits[:PAGES_SHOWN]), len(hits)) for key, hits in found.items()}


def _of_each(
    connection: Connection, generation: Generation, query: SearchQuery, keys: list[str], step: Step
) -> dict[str, Pages]:
    answer = ask(connection, generation.pages, pages_of_each_request(keys, step, PAGES_SHOWN), query)
    return {
        bucket["key"]: (_page_hits(bucket["best"]["hits"]["hits"]), bucket["doc_count"])
        for bucket in answer["aggregations"]["of"]["buckets"]
    }


def pages(connection: Connection, generation: Generation, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
    """All matching pages of one resource: the first step whose page query finds any."""
    found = ask(connection, generation.resources, visible_request([id], query.access), query)["hits"]["hits"]
    wanted = [step.page for step in plan(generation.analyzer.query(query.text)).steps if step.page]
    if not found or not wanted:
        return ()
    key = page_key(id, found[0]["fields"]["version"][0])
    for step in wanted:
        hits = ask(connection, generation.pages, pages_request([key], step, MOST_PAGES), query)["hits"]["hits"]
        if hits:
            return _page_hits(hits)
    return ()


def _page_hits(hits: Sequence[Json]) -> tuple[PageHit, ...]:
    # The score as the hit was sorted by: asked for besides, Elasticsearch would score the hits once more.
    return tuple([PageHit(file, number, score) for score, file, number, *_ in [hit["sort"] for hit in hits]])
