"""Engines to measure, and the raw calls behind an answer, recorded so that they can be repeated alone."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.corpus import shipped_analyzer, text_docs
from benchmarks.measure import timed
from search.engines.elastic import ElasticEngine
from search.engines.elastic.client import SERIALIZERS
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.searcher import Searcher
from search.engines.types import ResourceDoc
from tests.services import supply

KINDS = ("embedded", "elasticsearch")
Call = Callable[[], object]


@contextmanager
def temporary_engine(kind: str) -> Iterator[Any]:
    """An empty engine whose data is deleted at the end."""
    # tantivy may still be merging when the folder is deleted.
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        engine = open_engine(kind, Path(folder), f"bench-{uuid.uuid4().hex[:8]}")
        try:
            yield engine
        finally:
            if isinstance(engine, ElasticEngine):
                engine.drop()
            engine.close()


@contextmanager
def persistent_engine(kind: str, folder: Path) -> Iterator[Any]:
    """An engine whose data stays in ``folder``, or in Elasticsearch under the folder's name."""
    engine = open_engine(kind, folder, f"bench-kept-{folder.name}")
    try:
        yield engine
    finally:
        engine.close()


def open_engine(kind: str, folder: Path, prefix: str) -> Any:
    if kind == "embedded":
        return EmbeddedEngine(folder / "index", shipped_analyzer())
    url = supply.up("elasticsearch")["SEARCH_URL"]
    return ElasticEngine(url, prefix, shipped_analyzer(), timeout=120.0, write_timeout=300.0)


@contextmanager
def with_texts(kind: str, documents: int, keep: Path | None) -> Iterator[tuple[Any, float]]:
    """An engine with so many texts, and the seconds it took to fill; 0 if an earlier run had filled it."""
    with persistent_engine(kind, keep / f"texts-{documents}") if keep else temporary_engine(kind) as engine:
        full = keep is not None and engine.health().documents == documents
        yield engine, 0.0 if full else timed(lambda: fill(engine, text_docs(documents)))


def fill(engine: Any, docs: Iterable[ResourceDoc]) -> None:
    """Fill the engine by a rebuild, as production does."""
    with engine.rebuild(shipped_analyzer().fingerprint) as new:
        new.add(docs)
        new.finish()


def raw_calls(engine: Any, ask: Call) -> list[Call]:
    """The library calls that ``ask`` makes, ready to be repeated without our code."""
    return _tantivy_calls(ask) if isinstance(engine, EmbeddedEngine) else _elastic_calls(engine, ask)


def _elastic_calls(engine: ElasticEngine, ask: Call) -> list[Call]:
    """The same requests by the client as it comes, with its own connections."""
    transport = engine._connection.client.transport
    real = transport.perform_request
    plain = _plain_client()
    calls: list[Call] = []

    def perform_request(method: str, target: str, *, body: Any = None, headers: Any = None, **named: Any) -> Any:
        calls.append(lambda: plain.perform_request(method, target, headers=headers, body=body))
        return real(method, target, body=body, headers=headers, **named)

    transport.perform_request = perform_request  # type: ignore[method-assign]
    try:
        ask()
    finally:
        del transport.perform_request
    return calls


@cache
def _plain_client() -> Elasticsearch:
    return Elasticsearch(supply.up("elasticsearch")["SEARCH_URL"], request_timeout=120, serializers=SERIALIZERS)


class _Recorded:
    """A searcher that records its calls."""

    def __init__(self, searcher: Any, calls: list[Call]) -> None:
        self._searcher = searcher
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._searcher, name)
        if not callable(real):
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            self._calls.append(lambda: real(*arguments, **named))
            return real(*arguments, **named)

        return call


def _tantivy_calls(ask: Call) -> list[Call]:
    calls: list[Call] = []
    real = Searcher.__init__

    def __init__(self: Searcher, generation: Any) -> None:
        real(self, generation)
        self.resources = _Recorded(generation.resources.searcher(), calls)  # type: ignore[assignment]
        self.__dict__["pages_searcher"] = _Recorded(generation.pages.searcher(), calls)

    Searcher.__init__ = __init__  # type: ignore[method-assign]
    try:
        ask()
    finally:
        Searcher.__init__ = real  # type: ignore[method-assign]
    return calls


def in_turn(calls: list[Call]) -> Call:
    def run() -> None:
        for call in calls:
            call()

    return run
