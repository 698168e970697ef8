"""Walking through a whole index at one moment in time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search.engines.elastic.client import Connection

BATCH = 2_000
KEEP = "2m"


def entries(connection: Connection, index: str, *, live: bool) -> Iterator[tuple[int, int]]:
    """(id, version) of every resource, or of every tombstone."""
    pit: str = connection.read(lambda client: client.open_point_in_time(index=index, keep_alive=KEEP))["id"]
    after: list[Any] | None = None
    try:
        while True:
            body: dict[str, Any] = {
                "size": BATCH,
                "query": {"term": {"live": live}},
                "pit": {"id": pit, "keep_alive": KEEP},
                "sort": ["_shard_doc"],
                "source": False,
                "docvalue_fields": ["id", "version"],
                "track_total_hits": False,
                "allow_partial_search_results": False,
            }
            if after:
                body["search_after"] = after
            answer = connection.read(partial(Elasticsearch.search, **body)).body
            pit, hits = answer["pit_id"], answer["hits"]["hits"]
            if not hits:
                return
            after = hits[-1]["sort"]
            yield from ((hit["fields"]["id"][0], hit["fields"]["version"][0]) for hit in hits)
    finally:
        _close(connection, pit)


def _close(connection: Connection, pit: str) -> None:
    try:
        connection.client.close_point_in_time(id=pit)
    except (ApiError, OSError):
        return  # it expires by itself


__all__ = ["entries"]
