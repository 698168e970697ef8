"""Building a new generation while the old one answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search.engines import EngineRejected, EngineUnavailable
from search.engines.elastic.bulk import Outcome, Write, chunks, resource_write, send
from search.engines.elastic.client import Connection, IndexGone
from search.engines.elastic.indices import Generation, Generations, write_alias
from search.engines.elastic.mapping import tombstone
from search.engines.elastic.writer import map_vectors, sweep, writes_of
from search.engines.indexable import refuse_reason
from search.engines.types import ResourceDoc

SENDERS = 3
WAITING = 4
"""Chunks prepared ahead of the senders. Bounds the memory when the cluster is slow."""

BATCH = 2_000
KEEP = "2m"

COPIES = "20s"
"""How long the swap waits for replicas before it goes on with one copy."""


class ElasticRebuild:
    """Parallel bulk requests into a new index; ``finish`` lets it answer with one alias update."""

    def __init__(self, connection: Connection, generations: Generations, fingerprint: str) -> None:
        self._connection = connection
        self._generations = generations
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="rebuild")
        self._pending: deque[Future[Outcome]] = deque()
        self._outcome = Outcome()
        self._finished = False
        self._new = self._begin(fingerprint)

    def _begin(self, fingerprint: str) -> Generation:
        # Left by a killed rebuild. If it is still alive, its next write finds no alias and fails.
        self._generations.drop_strays()
        return self._generations.create(building=True, fingerprint=fingerprint)

    def add(self, docs: Iterable[ResourceDoc]) -> None:
        """Prepare and send; returns when at most ``SENDERS + WAITING`` chunks are unanswered.

        Raises EngineRejected for documents of this or an earlier call; ``finish`` raises it for the last ones.
        """
        acceptable = list(self._acceptable(docs))
        map_vectors(self._connection, self._new, acceptable)
        for chunk in chunks(writes_of(self._new, acceptable)):
            self._pending.append(self._pool.submit(self._send, chunk))
            self._collect(down_to=SENDERS + WAITING)
        self._tell_rejected()

    def _acceptable(self, docs: Iterable[ResourceDoc]) -> Iterator[ResourceDoc]:
        for doc in docs:
            if reason := refuse_reason(doc):
                self._outcome.rejected[doc.id] = reason
            else:
                yield doc

    def _tell_rejected(self) -> None:
        rejected, self._outcome.rejected = self._outcome.rejected, {}
        if rejected:
            raise EngineRejected(rejected)

    def finish(self) -> None:
        self._collect(down_to=0)
        self._copy_tombstones()
        index = [self._new.resources, self._new.pages]
        settings = {"index": {"refresh_interval": None, "auto_expand_replicas": "0-1"}}
        self._connection.write(lambda client: client.indices.put_settings(index=index, settings=settings))
        self._connection.write(lambda client: client.indices.refresh(index=index))
        # Replicas first: otherwise the loss of one node right after the swap loses the index.
        self._connection.write(
            lambda client: client.options(ignore_status=408).cluster.health(
                index=index, wait_for_status="green", timeout=COPIES
            )
        )
        # Where a live write was newer, the pages of the older version are orphans.
        sweep(self._connection, self._new, Outcome(refused=self._outcome.refused))
        try:
            self._generations.swap(self._new)
        except IndexGone as gone:
            raise EngineUnavailable("Another rebuild took over.") from gone
        self._finished = True
        self._merge()
        self._tell_rejected()

    def _merge(self) -> None:
        """Start a merge into one segment, which answers in half the time of a dozen.

        Optional: not awaited, may fail.
        """
        index = [self._new.resources, self._new.pages]
        with suppress(ApiError, EngineUnavailable, IndexGone):
            self._connection.write(
                lambda client: client.indices.forcemerge(index=index, max_num_segments=1, wait_for_completion=False)
            )

    def __enter__(self) -> ElasticRebuild:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        if not self._finished:
            self._generations.drop(self._new)

    def _send(self, chunk: list[Write]) -> Outcome:
        return send(self._connection, chunk, refresh=False)

    def _collect(self, *, down_to: int) -> None:
        while len(self._pending) > down_to:
            try:
                self._outcome.add(self._pending.popleft().result())
            except IndexGone as gone:
                raise EngineUnavailable("Another rebuild took over.") from gone

    def _copy_tombstones(self) -> None:
        """Copy tombstones, so that a write delayed by more than a rebuild is still refused."""
        old, _ = self._generations.current()
        if old is None:
            return
        into = write_alias(self._new.resources)
        dead = versions_in(self._connection, old.resources, live=False)
        for chunk in chunks(resource_write(into, id, version, tombstone(id, version)) for id, version in dead):
            self._send(chunk)


def versions_in(connection: Connection, index: str, *, live: bool) -> Iterator[tuple[int, int]]:
    """(id, version) of every resource or, with ``live`` false, of every tombstone, at one point in time."""
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
