"""Bulk requests: split by size, send, and read the result of every line."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search.engines import EngineUnavailable
from search.engines.elastic.client import BUSY, Connection, IndexGone
from search.engines.elastic.mapping import line

CHUNK_BYTES = 4_000_000
"""Elasticsearch accepts at most 100 MB in one request and is faster with far less."""

ANSWER = ["items.*.status", "items.*.result", "items.*.error"]
"""The parts of a bulk response that are read. The rest would double its size."""

PATIENCE = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts for lines that the cluster was too busy to take."""


@dataclass(frozen=True, slots=True)
class Write:
    """One action line with its document. ``owner`` is the resource; ``is_page`` marks one of its pages."""

    owner: int
    version: int
    is_page: bool
    action: bytes
    body: bytes


@dataclass
class Outcome:
    """The result by resource id.

    ``refused``: our version, where a newer one exists; ``updated``: our version, where it
    replaced an older one; ``rejected``: the reason."""

    refused: dict[int, int] = field(default_factory=dict)
    updated: dict[int, int] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        self.refused |= other.refused
        self.updated |= other.updated
        self.rejected |= other.rejected


def resource_write(index: str, id: int, version: int, entry: dict[str, Any]) -> Write:
    action = {"index": {"_index": index, "_id": str(id), "version": version, "version_type": "external_gte"}}
    return Write(id, version, False, line(action), line(entry))


def page_write(index: str, id: str, entry: dict[str, Any]) -> Write:
    return Write(entry["resource"], entry["version"], True, line({"index": {"_index": index, "_id": id}}), line(entry))


def chunks(writes: Iterable[Write], size: int = CHUNK_BYTES) -> Iterator[list[Write]]:
    chunk: list[Write] = []
    weight = 0
    for write in writes:
        if chunk and weight + len(write.body) > size:
            yield chunk
            chunk, weight = [], 0
        chunk.append(write)
        weight += len(write.body) + len(write.action)
    if chunk:
        yield chunk


def send(connection: Connection, writes: Sequence[Write], *, refresh: bool) -> Outcome:
    """Send until every line is written, refused or rejected. Raises EngineUnavailable or IndexGone."""
    outcome = Outcome()
    for pause in (*PATIENCE, None):
        writes, busy = _attempt(connection, writes, outcome, refresh=refresh)
        if not writes:
            return outcome
        if pause is None:
            raise EngineUnavailable(f"Elasticsearch did not take {len(writes)} lines: {busy}")
        time.sleep(pause)
    raise AssertionError("unreachable")


def _attempt(
    connection: Connection, writes: Sequence[Write], outcome: Outcome, *, refresh: bool
) -> tuple[list[Write], str]:
    # The client passes bytes through as they are, though its types don't say so.
    operations: list[Any] = [part for write in writes for part in (write.action, write.body)]

    def call(client: Elasticsearch) -> dict[str, Any]:
        answer = client.bulk(operations=operations, require_alias=True, refresh=refresh, filter_path=ANSWER)
        return dict(answer.body)

    try:
        answer = connection.write(call)
    except ApiError as problem:
        if problem.status_code == 413 and len({write.owner for write in writes}) == 1:
            outcome.rejected[writes[0].owner] = "It is too large for one request."
            return [], ""
        if problem.status_code == 413:
            half = len(writes) // 2
            for part in (writes[:half], writes[half:]):
                outcome.add(send(connection, part, refresh=refresh))
            return [], ""
        raise
    again: list[Write] = []
    busy = ""
    for write, item in zip(writes, answer["items"], strict=True):
        status, result = item["index"]["status"], item["index"]
        if status < 300:
            if not write.is_page and result["result"] == "updated":
                outcome.updated[write.owner] = write.version
        elif status == 409:
            outcome.refused[write.owner] = write.version
        elif status in BUSY or "cluster_block" in result["error"]["type"]:
            again.append(write)
            busy = result["error"].get("reason", "")
        elif status == 404:
            raise IndexGone(result["error"].get("reason", ""))
        else:
            outcome.rejected[write.owner] = _reason(result["error"])
    return again, busy


def _reason(error: dict[str, Any]) -> str:
    inner = error.get("caused_by", {}).get("reason", "")
    return f"{error.get('reason', error['type'])} {inner}".strip()[:500]
