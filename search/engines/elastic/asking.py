"""Sending searches: an answer is whole, or an error."""

from __future__ import annotations

import hashlib
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.elastic.client import Connection, whole
from search.engines.types import SearchQuery

Json = dict[str, Any]

JSON = "application/json"
LINES = "application/x-ndjson"


KEPT = {"request_cache": "true"}
"""Elasticsearch keeps the answer until the index changes, in a cache of its own that drops what was not asked for long;
without being told so it keeps none with hits. What one teacher looks for the next one looks for too, and back comes
everybody."""


def ask(connection: Connection, index: str, body: Json, query: SearchQuery | None = None) -> Json:
    """One search. A shard that fails makes it fail: half an answer is a wrong answer. ``query``: see ``copy_for``."""
    answer: Json = connection.read(
        lambda client: client.perform_request(
            "POST",
            f"/{index}/_search",
            params={"allow_partial_search_results": "false"} | KEPT | (copy_for(query) if query else {}),
            headers={"accept": JSON, "content-type": JSON},
            body=body,
        )
    ).body
    return answer


def copy_for(query: SearchQuery) -> dict[str, str]:
    """Which copy of a shard answers: the same for the same words of the same viewers, or a second page of results could
    repeat some of the first, and counts be of another moment than hits."""
    asked = f"{query.text} {sorted(query.access)}".encode("utf-8", "replace")
    return {"preference": hashlib.sha256(asked).hexdigest()[:12]}


def msearch(connection: Connection, index: str, bodies: list[Json], query: SearchQuery | None = None) -> list[Json]:
    """Several searches in one request; the failure of one is the failure of all. ``query``: see ``copy_for``."""
    header = KEPT | (copy_for(query) if query else {})
    searches = [part for body in bodies for part in (header, body)]

    def call(client: Elasticsearch) -> list[Json]:
        headers = {"accept": JSON, "content-type": LINES}
        answer: Json = client.perform_request("POST", f"/{index}/_msearch", headers=headers, body=searches).body
        return [whole(part) for part in answer["responses"]]

    return connection.read(call)
