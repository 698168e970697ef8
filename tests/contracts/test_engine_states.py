"""After any sequence of events the index equals the model: nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from search.analysis import Analyzer
from search.engines import Engine, EngineUnavailable
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.types import SearchQuery
from tests.contracts.engines import EDITOR, doc, drop_indices
from tests.contracts.killed_writer import content
from tests.services.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
IDS = st.integers(min_value=1, max_value=6)


@dataclass
class Place:
    """Where one run's index is, how it is opened, and how its engine is brought down and up again."""

    kind: str
    address: str
    prefix: str
    open: Callable[[], Any]
    down: Callable[[], None]
    up: Callable[[], None]
    close: Callable[[], None]


def embedded_place() -> Place:
    folder = tempfile.TemporaryDirectory(prefix="index-")
    path = Path(folder.name) / "index"
    other: list[EmbeddedEngine] = []

    def down() -> None:
        # For an engine inside the process, down means that another process holds its lock.
        other.append(EmbeddedEngine(path, Analyzer()))
        other[0].index([])

    def up() -> None:
        other.pop().close()

    return Place("embedded", str(path), "-", lambda: EmbeddedEngine(path, Analyzer()), down, up, folder.cleanup)


def elastic_place(url: str) -> Place:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    proxy = Proxy(url)

    def close() -> None:
        proxy.close()
        drop_indices(url, prefix)

    return Place(
        "elasticsearch",
        url,
        prefix,
        lambda: ElasticEngine(proxy.url, prefix, Analyzer(), timeout=20.0, pause=0.05),
        lambda: setattr(proxy, "mode", "refuse"),
        lambda: setattr(proxy, "mode", "pass"),
        close,
    )


class IndexStates(RuleBasedStateMachine):
    """``model`` maps an id to (version, whether it is live); it holds what was acknowledged."""

    place: Callable[[], Place]

    def __init__(self) -> None:
        super().__init__()
        self.where = type(self).place()
        self.engine: Any = self.where.open()
        self.engine.index([])
        self.model: dict[int, tuple[int, bool]] = {}
        self.version = 0
        self.is_down = False

    def next_version(self) -> int:
        self.version += 1
        return self.version

    def write(self, id: int, version: int, *, live: bool) -> None:
        if live:
            self.engine.index([doc(id, *content(id, version), version=version)])
        else:
            self.engine.remove([id], version)
        if version >= self.model.get(id, (-1, False))[0]:
            self.model[id] = (version, live)

    @precondition(lambda self: not self.is_down)
    @rule(id=IDS)
    def index(self, id: int) -> None:
        self.write(id, self.next_version(), live=True)

    @precondition(lambda self: not self.is_down)
    @rule(id=IDS)
    def remove(self, id: int) -> None:
        self.write(id, self.next_version(), live=False)

    @precondition(lambda self: not self.is_down)
    @rule(id=IDS, back=st.integers(min_value=1, max_value=5), live=st.booleans())
    def write_an_old_version(self, id: int, back: int, live: bool) -> None:
        known = self.model.get(id, (0, False))[0]
        if known > back:
            self.write(id, known - back, live=live)

    @precondition(lambda self: not self.is_down)
    @rule(first=IDS, second=IDS, finish=st.booleans())
    def rebuild(self, first: int, second: int, finish: bool) -> None:
        read = {id: state for id, state in self.model.items() if state[1]}
        with self.engine.rebuild(self.engine.fingerprint()) as new:
            self.write(first, self.next_version(), live=True)
            new.add([doc(id, *content(id, version), version=version) for id, (version, _) in read.items()])
            self.write(second, self.next_version(), live=False)
            if finish:
                new.finish()

    @precondition(lambda self: not self.is_down)
    @rule(pause=st.floats(min_value=0, max_value=0.15))
    def kill_the_writer(self, pause: float) -> None:
        """A process writes and is killed; what it may have written is delivered again, as the relay would."""
        self.engine.close()
        command = [sys.executable, "-m", "tests.contracts.killed_writer"]
        place = [self.where.kind, self.where.address, self.where.prefix]
        with subprocess.Popen(
            [*command, *place], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write(f"{self.version + 1}\n")
            writer.stdin.flush()
            said = [writer.stdout.readline()]
            time.sleep(pause)
            writer.kill()
            said += writer.stdout.readlines()
        self.engine = self.where.open()
        begun = [tuple(map(int, line.split())) for line in said if line.strip()]
        for id, version in begun[:-1]:
            self.model[id] = (version, True)
        id, self.version = begun[-1]
        self.write(id, self.version, live=True)

    @precondition(lambda self: not self.is_down)
    @rule()
    def go_down(self) -> None:
        self.engine.close()
        self.where.down()
        self.engine = self.where.open()
        self.is_down = True

    @precondition(lambda self: self.is_down)
    @rule(id=IDS)
    def write_while_down(self, id: int) -> None:
        with pytest.raises(EngineUnavailable):
            self.engine.index([doc(id, *content(id, self.version + 1), version=self.version + 1)])

    @precondition(lambda self: self.is_down)
    @rule()
    def come_up(self) -> None:
        self.where.up()
        self.is_down = False
        time.sleep(0.06)  # the circuit breaker's pause

    @precondition(lambda self: not self.is_down)
    @invariant()
    def the_index_is_the_model(self) -> None:
        live = {id: version for id, (version, is_live) in self.model.items() if is_live}
        assert dict(self.engine.versions()) == live
        results = self.engine.search(SearchQuery("洗手", access=EDITOR, size=10))
        assert {hit.id for hit in results.hits} == set(live)
        assert all([page.number for page in hit.pages] == [1] for hit in results.hits)

    def teardown(self) -> None:
        if self.is_down:
            self.come_up()
        self.the_index_is_the_model()
        for id, (version, live) in self.model.items():
            self.assert_content(self.engine, id, version, live=live)
        with contextlib.suppress(EngineUnavailable):
            self.engine.close()
        self.where.close()

    @staticmethod
    def assert_content(engine: Engine, id: int, version: int, *, live: bool) -> None:
        own = engine.pages(id, SearchQuery(f"v{version}x{id}", access=EDITOR))
        assert sorted(page.number for page in own) == ([1, 2] if live else [])


@pytest.mark.parametrize("kind", ["embedded", "elasticsearch"])
def test_the_index_ends_as_the_model_whatever_happened(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "embedded":
        place = embedded_place
    else:
        url = request.getfixturevalue("elasticsearch_url")

        def place() -> Place:
            return elastic_place(url)

    machine = type("IndexStatesHere", (IndexStates,), {"place": staticmethod(place)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
