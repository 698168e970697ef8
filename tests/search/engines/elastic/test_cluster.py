"""A cluster of three that loses a node under load: no wrong answer, no acknowledged write lost."""

from __future__ import annotations

import threading
import time
import uuid

import pytest

from search.analysis import Analyzer
from search.engines import EngineUnavailable
from search.engines.elastic import ElasticEngine
from search.engines.types import SearchQuery
from tests.contracts.engines import doc
from tests.services.cluster import private_nodes

pytestmark = [pytest.mark.services, pytest.mark.slow]

SECONDS_UNDER_LOAD = 25
SECONDS_TO_RECOVER = 90


class Load:
    """One thread writes, one searches; ``wrong`` collects answers that contradict what was acknowledged."""

    def __init__(self, urls: str, prefix: str) -> None:
        self.writer, self.reader = (
            ElasticEngine(urls, prefix, Analyzer(), timeout=5.0, write_timeout=10.0, pause=0.5, shards=2)
            for _ in range(2)
        )
        self.acknowledged: dict[int, int] = {}
        self.attempted = 0
        self.wrong: list[str] = []
        self.unavailable = 0
        self.answered_at = 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write), threading.Thread(target=self._search)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        id = 1
        while not self._stop.is_set():
            self.attempted = max(self.attempted, id)
            try:
                self.writer.index([doc(id, f"洗手课件{id}", "洗手步骤")])
            except EngineUnavailable:
                self.unavailable += 1
                time.sleep(0.2)
                continue  # the same document again, as the relay would
            self.acknowledged[id] = 1
            id += 1

    def _search(self) -> None:
        while not self._stop.is_set():
            before = len(self.acknowledged)
            try:
                results = self.reader.search(SearchQuery("洗手"))
            except EngineUnavailable:
                self.unavailable += 1
                time.sleep(0.1)
                continue
            self.answered_at = time.monotonic()
            if not before <= results.total <= self.attempted:
                self.wrong.append(f"{results.total} found, {before} acknowledged, {self.attempted} attempted")
            if any(not hit.pages for hit in results.hits):
                self.wrong.append("a hit without its page")


def test_a_cluster_that_loses_a_node_gives_no_wrong_answer_and_loses_no_write() -> None:
    with private_nodes(3) as nodes:
        urls = ",".join(node.url for node in nodes)
        setup = ElasticEngine(urls, prefix := f"test-{uuid.uuid4().hex[:12]}", Analyzer(), timeout=20.0, shards=2)
        setup.index([])
        setup._connection.client.cluster.health(index=f"{prefix}-*", wait_for_status="green", timeout="60s")
        with Load(urls, prefix) as load:
            time.sleep(3)
            written_before = len(load.acknowledged)
            nodes[0].kill()
            killed_at = time.monotonic()
            time.sleep(SECONDS_UNDER_LOAD)
            deadline = killed_at + SECONDS_TO_RECOVER
            while len(load.acknowledged) <= written_before + 20 and time.monotonic() < deadline:
                time.sleep(0.5)
        assert load.wrong == []
        assert load.answered_at > killed_at, "searches go on without the lost node"
        assert len(load.acknowledged) > written_before + 20, "writes go on without the lost node"
        assert dict(setup.versions()).items() >= load.acknowledged.items()
