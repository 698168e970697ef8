"""A real Elasticsearch that is down, frozen, slow, busy or full: said in time, and over by itself."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from search.analysis import Analyzer
from search.engines import EngineUnavailable
from search.engines.elastic import ElasticEngine
from search.engines.types import SearchQuery
from tests.contracts.engines import PUBLIC, doc
from tests.services.elasticsearch import Node
from tests.services.proxy import Mode, Proxy

pytestmark = [pytest.mark.services, pytest.mark.budget(120)]  # the first test here starts a server of its own

TIMEOUT = 3.0
SLACK = 2.5
"""Seconds that a busy machine may add: less than another time-out, so that nothing is asked twice."""
PAUSE = 0.5
QUERY = SearchQuery("洗手")


@pytest.fixture
def proxy(node: Node) -> Iterator[Proxy]:
    with Proxy(node.url) as found:
        yield found


def engine_at(url: str, prefix: str) -> ElasticEngine:
    return ElasticEngine(url, prefix, Analyzer(), timeout=TIMEOUT, write_timeout=TIMEOUT, pause=PAUSE)


@pytest.fixture
def engine(node: Node, proxy: Proxy) -> Iterator[ElasticEngine]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    # A server that has just started takes its time over a first index; the faults come after that.
    patient = ElasticEngine(node.url, prefix, Analyzer(), timeout=60.0, write_timeout=60.0)
    patient.index([doc(1, "洗手", "洗手步骤")])
    assert patient.search(QUERY).total == 1
    patient.close()
    found = engine_at(proxy.url, prefix)
    yield found
    found.close()


def seconds_until_unavailable(call: Callable[[], object]) -> float:
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable):
        call()
    return time.monotonic() - begun


def recovered(engine: ElasticEngine, seconds: float = 20.0) -> bool:
    """Whether searching works again without anyone touching the engine."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return engine.search(QUERY).total == 1
        except EngineUnavailable:
            time.sleep(0.1)
    return False


CALLS: list[Callable[[ElasticEngine], object]] = [
    lambda engine: engine.search(QUERY),
    lambda engine: engine.pages(1, QUERY),
    lambda engine: engine.suggest("洗", PUBLIC, 5),
    lambda engine: engine.did_you_mean("喜手", PUBLIC, 5),
    lambda engine: engine.similar(1, PUBLIC, 5),
    lambda engine: list(engine.versions()),
    lambda engine: engine.fingerprint(),
    lambda engine: engine.index([doc(2, "洗手歌")]),
    lambda engine: engine.remove([1], 9),
    lambda engine: engine.rebuild(Analyzer().fingerprint),
]


@pytest.mark.parametrize("mode", ["refuse", "hang", "slow", "busy"])
def test_every_call_says_unavailable_within_the_time_out_and_works_again_by_itself(
    engine: ElasticEngine, proxy: Proxy, mode: Mode
) -> None:
    proxy.mode = mode
    for call in CALLS:
        # Bulk lines the cluster is too busy for are tried again for a few seconds.
        assert seconds_until_unavailable(lambda call=call: call(engine)) < TIMEOUT + SLACK
    assert not engine.health().ok
    proxy.mode = "pass"
    assert recovered(engine)
    assert engine.health().ok


def test_after_a_few_failures_callers_are_answered_at_once(engine: ElasticEngine, proxy: Proxy) -> None:
    proxy.mode = "hang"
    waits = [seconds_until_unavailable(lambda: engine.search(QUERY)) for _ in range(6)]
    assert max(waits) < TIMEOUT + SLACK
    assert min(waits) < 0.05
    assert sum(wait > 1 for wait in waits) <= 4


def test_searches_refused_inside_a_good_answer_count_as_failures_too(engine: ElasticEngine, proxy: Proxy) -> None:
    assert engine.search(QUERY).total == 1
    proxy.mode = "busy within"
    complaints = []
    for _ in range(4):
        with pytest.raises(EngineUnavailable) as problem:
            engine.search(QUERY)
        complaints.append(str(problem.value))
    assert ["can't take this now" in each for each in complaints] == [True, True, True, False]
    assert "asked again in a few seconds" in complaints[-1]
    proxy.mode = "pass"
    assert recovered(engine)


def test_a_frozen_server_is_unavailable_in_time_and_back_when_it_thaws(engine: ElasticEngine, node: Node) -> None:
    node.freeze()
    try:
        assert seconds_until_unavailable(lambda: engine.search(QUERY)) < TIMEOUT + SLACK
        assert seconds_until_unavailable(lambda: engine.index([doc(3, "洗手操")])) < TIMEOUT + SLACK
    finally:
        node.thaw()
    assert recovered(engine) or engine.search(QUERY).total == 2, "the frozen write may have arrived"


def test_a_full_disk_stops_writes_and_nothing_else(engine: ElasticEngine, node: Node) -> None:
    client = engine._connection.client
    index = engine._generations.live().resources
    block = "index.blocks.read_only_allow_delete"
    client.indices.put_settings(index=index, settings={block: True})
    for _ in range(4):
        assert seconds_until_unavailable(lambda: engine.index([doc(2, "洗手歌")])) < 5
        assert engine.search(QUERY).total == 1
    assert engine.health().ok
    client.indices.put_settings(index=index, settings={block: None})
    time.sleep(PAUSE)
    engine.index([doc(2, "洗手歌")])
    assert engine.search(QUERY).total == 2


def test_what_was_acknowledged_is_there_after_kill_and_restart(engine: ElasticEngine, node: Node) -> None:
    engine.index([doc(number, f"绘本{number}", "绘本") for number in range(10, 60)])
    node.kill()
    assert seconds_until_unavailable(lambda: engine.search(QUERY)) < TIMEOUT + SLACK
    assert seconds_until_unavailable(lambda: engine.index([doc(99, "洗手")])) < TIMEOUT + SLACK
    node.start()
    assert recovered(engine, seconds=60)
    assert set(dict(engine.versions())) == {1, *range(10, 60)}
    engine.index([doc(99, "洗手")])
    assert engine.search(QUERY).total == 2


def test_a_rebuild_that_loses_the_server_leaves_the_old_index_answering(engine: ElasticEngine, proxy: Proxy) -> None:
    new = engine.rebuild(engine.fingerprint())
    new.add([doc(5, "新的")])
    proxy.mode = "refuse"
    with pytest.raises(EngineUnavailable):
        new.finish()
    proxy.mode = "pass"
    assert recovered(engine)
    with engine.rebuild(engine.fingerprint()) as again:
        again.add([doc(1, "洗手"), doc(6, "又一次")])
        again.finish()
    assert set(dict(engine.versions())) == {1, 6}
