"""The Elasticsearch engine: the protocol on top of generations, writer, search and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from elasticsearch import ApiError

from search.analysis import Analyzer
from search.engines import EngineUnavailable
from search.engines.elastic.client import Connection, IndexGone, ShardsFailed
from search.engines.elastic.indices import Generation, Generations
from search.engines.elastic.rebuild import ElasticRebuild, versions_in
from search.engines.elastic.search import pages_of_resource, run_search
from search.engines.elastic.suggest import complete, correct, find_similar
from search.engines.elastic.writer import SWAPS, Writer
from search.engines.types import Health, Hit, PageHit, ResourceDoc, SearchQuery, SearchResults, Suggestion

Answer = TypeVar("Answer")


class ElasticEngine:
    """Safe to share between threads.

    ``url`` may name several nodes, separated by commas; ``prefix`` starts the names
    of its indices, so several sites (and test runs) can share a cluster. Time-outs and ``pause`` are in seconds.
    ``fingerprint`` is what the index made by a first write remembers; by default the analyzer's.
    """

    def __init__(
        self,
        url: str,
        prefix: str,
        analyzer: Analyzer,
        *,
        timeout: float = 3.0,
        write_timeout: float = 30.0,
        pause: float = 5.0,
        shards: int = 1,
        fingerprint: str = "",
    ) -> None:
        self._connection = Connection(url, timeout=timeout, write_timeout=write_timeout, pause=pause)
        self._generations = Generations(self._connection, prefix, analyzer, shards=shards, fingerprint=fingerprint)
        self._writer = Writer(self._connection, self._generations)

    def index(self, docs: Sequence[ResourceDoc]) -> None:
        with _refusals():
            self._writer.index(docs)

    def remove(self, ids: Sequence[int], version: int) -> None:
        with _refusals():
            self._writer.remove(ids, version)

    def search(self, query: SearchQuery) -> SearchResults:
        return self._answer(lambda live: run_search(self._connection, live, query))

    def pages(self, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
        return self._answer(lambda live: pages_of_resource(self._connection, live, id, query))

    def suggest(self, prefix: str, access: frozenset[str], size: int) -> tuple[Suggestion, ...]:
        if not access or size < 1:
            return ()
        return self._answer(lambda live: complete(self._connection, live, prefix, access, size))

    def did_you_mean(self, text: str, access: frozenset[str], size: int) -> tuple[str, ...]:
        if not access or size < 1:
            return ()
        return self._answer(lambda live: correct(self._connection, live, text, access, size))

    def similar(self, id: int, access: frozenset[str], size: int) -> tuple[Hit, ...]:
        if not access or size < 1:
            return ()
        return self._answer(lambda live: find_similar(self._connection, live, id, access, size))

    def versions(self) -> Iterator[tuple[int, int]]:
        try:
            with _refusals():
                live, _ = self._generations.current()
                if live:
                    yield from versions_in(self._connection, live.resources, live=True)
        except IndexGone as gone:
            raise EngineUnavailable("The index was swapped while its versions were read.") from gone

    def rebuild(self, fingerprint: str) -> ElasticRebuild:
        """Start a new index with this engine's analyzer. The index stores ``fingerprint``."""
        return ElasticRebuild(self._connection, self._generations, fingerprint)

    def fingerprint(self) -> str:
        live, _ = self._generations.current()
        return live.fingerprint if live else ""

    def health(self) -> Health:
        try:
            live, building = self._generations.current()
            if live is None:
                return Health(ok=False, documents=0, detail="Elasticsearch answers, but holds no index yet.")
            counted = self._connection.read(
                lambda client: client.count(index=live.resources, query={"term": {"live": True}})
            )
        except (EngineUnavailable, IndexGone) as problem:
            return Health(ok=False, documents=0, detail=str(problem))
        detail = f"{live.resources} answers" + (f", {building.resources} is being built." if building else ".")
        return Health(ok=True, documents=counted["count"], detail=detail)

    def drop(self) -> None:
        """Delete all indices of this prefix: for temporary engines of measurements and tests."""
        with _refusals():
            self._generations.drop_all()

    def close(self) -> None:
        self._connection.client.close()

    def _answer(self, ask: Callable[[Generation], Answer]) -> Answer:
        # A swap before or during the request raises one of these two: read the alias again.
        for _ in range(SWAPS):
            with _refusals():
                live = self._generations.live()
                try:
                    return ask(live)
                except IndexGone:
                    self._generations.forget()
                except ShardsFailed:
                    if self._generations.current()[0] == live:
                        raise
        raise EngineUnavailable("The index was swapped again and again while this was asked.")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn unexpected responses (wrong credentials, a proxy's error page) into EngineUnavailable."""
    try:
        yield
    except ApiError as problem:
        raise EngineUnavailable(f"Elasticsearch refused the request: {problem}") from problem
