"""The connection: every call goes through here, and every failure comes out as EngineUnavailable or as itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.serializer import NdjsonSerializer, OrjsonSerializer

from search.engines import EngineUnavailable
from search.engines.elastic.breaker import Breaker

Answer = TypeVar("Answer")

BUSY = {408, 429, 502, 503, 504}
"""Answers that mean: later. 429 is also how a full queue and the memory breaker answer."""


class OrjsonLines(NdjsonSerializer, OrjsonSerializer):
    """Of a multi-search and a bulk request: the client brings one for single bodies only."""


SERIALIZERS = {each.mimetype: each() for each in (OrjsonSerializer, OrjsonLines)}


class IndexGone(Exception):
    """The index was swapped away while we were talking to it: look again which one answers, and repeat."""


class ShardsFailed(EngineUnavailable):
    """A search broke off in the middle. So does one whose index is swapped away under it: look before giving up."""


class Busy(EngineUnavailable):
    """A part of an answer says: later."""


class Connection:
    """A client, its time-outs (seconds) and two breakers: a cluster whose disk is full still answers searches.

    ``url`` may name several nodes of one cluster, separated by commas.
    """

    def __init__(self, url: str, *, timeout: float, write_timeout: float, pause: float) -> None:
        self.client = Elasticsearch(
            [part.strip() for part in url.split(",") if part.strip()],
            request_timeout=timeout,
            # A refused connection is tried on the next node; a slow answer is not asked for twice.
            max_retries=2,
            retry_on_timeout=False,
            retry_on_status=(),
            http_compress=False,
            serializers=SERIALIZERS,
        )
        self.write_timeout = write_timeout
        self.reading = Breaker(pause=pause)
        self.writing = Breaker(pause=pause)

    def read(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        with _guarded(self.reading):
            return call(self.client)

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
    """One answer of a multi-search, which reports failures inside a successful answer. To be called where it is asked,
    so that the breaker sees them."""
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
    """The read-only block that a full disk sets; it goes by itself when there is space again."""
    return problem.status_code == 403 and "cluster_block" in str(problem.error)
