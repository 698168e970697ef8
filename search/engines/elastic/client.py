"""The connection to Elasticsearch: every call, its failures, a circuit breaker, and the sending of searches."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from elastic_transport import HttpHeaders
from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.serializer import NdjsonSerializer, OrjsonSerializer

from search.engines import EngineUnavailable
from search.engines.elastic.node import DirectNode
from search.engines.types import SearchQuery

Answer = TypeVar("Answer")

Json = dict[str, Any]

ACCEPT = "application/vnd.elasticsearch+json; compatible-with=8"
SINGLE = HttpHeaders({"accept": ACCEPT, "content-type": ACCEPT})
SEVERAL = HttpHeaders({"accept": ACCEPT, "content-type": "application/vnd.elasticsearch+x-ndjson; compatible-with=8"})
"""Headers of a search and a multi-search, in the words of the client: a newer server answers as version 8 would."""

WHOLE = {"allow_partial_search_results": "false"}

BUSY = {408, 429, 502, 503, 504}
"""Status codes that mean "try later". 429 also comes from a full queue and from the memory circuit breaker."""


class OrjsonLines(NdjsonSerializer, OrjsonSerializer):
    """For multi-search and bulk requests: the client has an orjson serializer for single bodies only."""


SERIALIZERS = {each.mimetype: each() for each in (OrjsonSerializer, OrjsonLines)}


class IndexGone(Exception):
    """The index was deleted by a swap. The caller reads the alias again and repeats the request."""


class ShardsFailed(EngineUnavailable):
    """A shard failed during a search.

    A swap of the index causes this too, so check the alias before giving up.
    """


class Busy(EngineUnavailable):
    """One part of a multi-search answered "try later"."""


class Breaker:
    """A circuit breaker: after ``failures`` in a row it refuses calls, and lets one probe through per ``pause`` seconds."""

    def __init__(self, *, failures: int = 3, pause: float = 5.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = pause
        self._now = now
        self._lock = threading.Lock()
        self._failed = 0
        self._retry_at = 0.0

    def allows(self) -> bool:
        """Whether to send the call. While the breaker is open, a caller that gets True is the probe."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._retry_at:
                return False
            self._retry_at = self._now() + self._pause
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._retry_at = self._now() + self._pause


class Connection:
    """A client with time-outs (seconds) and one circuit breaker each for reads and writes.

    Two breakers, because a cluster with a full disk still answers searches. ``url`` may name several nodes, separated by
    commas.
    """

    def __init__(self, url: str, *, timeout: float, write_timeout: float, pause: float) -> None:
        # Try the next node after a refused connection, but never repeat a slow request.
        self._retries: Json = {"max_retries": 2, "retry_on_timeout": False, "retry_on_status": ()}
        self._timeout = timeout
        self.client = Elasticsearch(
            [part.strip() for part in url.split(",") if part.strip()],
            node_class=DirectNode,
            request_timeout=timeout,
            http_compress=False,
            serializers=SERIALIZERS,
            **self._retries,
        )
        self.write_timeout = write_timeout
        self.reading = Breaker(pause=pause)
        self.writing = Breaker(pause=pause)

    def read(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        with _guarded(self.reading):
            return call(self.client)

    def post(self, target: str, headers: HttpHeaders, body: Any) -> Json:
        """Send a search. Call it inside ``read``.

        Goes past the client to its transport: what the client does for each call takes as long as building the request.
        """
        meta, answer = self.client.transport.perform_request(
            "POST", target, headers=headers, body=body, request_timeout=self._timeout, **self._retries
        )
        if meta.status != HTTPStatus.OK:
            error = answer.get("error", answer) if isinstance(answer, dict) else answer
            raise ApiError(error["type"] if isinstance(error, dict) else str(error), meta, answer)
        found: Json = answer
        return found

    def write(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        with _guarded(self.writing):
            return call(self.client.options(request_timeout=self.write_timeout))


@contextmanager
def _guarded(breaker: Breaker) -> Iterator[None]:
    if not breaker.allows():
        raise EngineUnavailable("Elasticsearch did not answer the last few times; it is asked again in a few seconds.")
    try:
        yield
    except TransportError as problem:
        breaker.failed()
        raise EngineUnavailable(f"Elasticsearch does not answer: {problem}") from problem
    except (ShardsFailed, Busy):
        breaker.failed()
        raise
    except ApiError as problem:
        if problem.status_code == 404 and "index_not_found" in str(problem.error):
            breaker.succeeded()
            raise IndexGone(str(problem)) from problem
        if problem.status_code in BUSY or blocked(problem):
            breaker.failed()
            kind = ShardsFailed if "search_phase" in str(problem.error) else EngineUnavailable
            raise kind(f"Elasticsearch can't take this now: {problem}") from problem
        breaker.succeeded()
        raise
    except (IndexGone, EngineUnavailable):
        breaker.succeeded()
        raise
    else:
        breaker.succeeded()


def whole(part: dict[str, Any]) -> dict[str, Any]:
    """One answer of a multi-search. Raises the failure it reports inside a successful response.

    Call it inside ``Connection.read``, so that the breaker counts the failure.
    """
    error = part.get("error")
    if error and "index_not_found" in error["type"]:
        raise IndexGone(error.get("reason", ""))
    if error and part["status"] == 429:
        raise Busy(f"Elasticsearch can't take this now: {error}")
    if error and part["status"] < 500 and part["status"] not in BUSY:
        raise EngineUnavailable(f"Elasticsearch refused the request: {error}")
    if error or part["_shards"]["failed"]:
        raise ShardsFailed(f"Elasticsearch answered only in part: {error or part['_shards']}")
    return part


def blocked(problem: ApiError) -> bool:
    """Whether a full disk made the index read-only.

    Elasticsearch lifts the block when there is space again.
    """
    return problem.status_code == 403 and "cluster_block" in str(problem.error)


SHARD_REQUEST_CACHE = {"request_cache": "true"}
"""Ask for the shard request cache. By default it only caches ``size: 0`` requests; popular queries repeat, and users return
to page 1."""


def post_search(connection: Connection, index: str, body: Json, query: SearchQuery | None = None) -> Json:
    """Send one search. A failed shard fails the search: a partial answer would be wrong.

    ``query``: see ``shard_copy``.
    """
    parameters = WHOLE | SHARD_REQUEST_CACHE | (shard_copy(query) if query else {})
    target = f"/{index}/_search?{urlencode(parameters)}"
    return connection.read(lambda _client: connection.post(target, SINGLE, body))


def shard_copy(query: SearchQuery) -> dict[str, str]:
    """The same copy of a shard for the same words and access tokens.

    Otherwise page 2 could repeat hits of page 1, and counts could be of another moment than hits.
    """
    asked = f"{query.text} {sorted(query.access)}".encode("utf-8", "replace")
    return {"preference": hashlib.sha256(asked).hexdigest()[:12]}


def post_searches(
    connection: Connection, index: str, bodies: list[Json], query: SearchQuery | None = None
) -> list[Json]:
    """Send several searches in one request. If one fails, all fail. ``query``: see ``shard_copy``."""
    header = SHARD_REQUEST_CACHE | (shard_copy(query) if query else {})
    searches = [part for body in bodies for part in (header, body)]

    def call(_client: Elasticsearch) -> list[Json]:
        return [whole(part) for part in connection.post(f"/{index}/_msearch", SEVERAL, searches)["responses"]]

    return connection.read(call)
