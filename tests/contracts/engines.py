"""Both engines for one contract suite: fresh and empty for each test, opened as often as a test likes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from search.analysis import Analyzer, Dictionary, Synonyms, default_dictionary, default_synonyms
from search.engines import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.types import PageDoc, ResourceDoc

ENGINES = ("embedded", "elasticsearch")
PUBLIC = frozenset({"public"})
EDITOR = frozenset({"*"})


@cache
def shipped_analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


def analyzer(*, words: tuple[str, ...] = (), synonyms: tuple[tuple[str, ...], ...] = ()) -> Analyzer:
    """The shipped dictionary and more words; only these synonyms."""
    return Analyzer(dictionary=Dictionary((*default_dictionary().terms, *words)), synonyms=Synonyms(synonyms))


@dataclass
class EngineHouse:
    """Where the engines of one test live. ``open`` gives a process-like engine on the same index."""

    kind: str
    build: Callable[[Analyzer, bool], Any]
    opened: list[Any] = field(default_factory=list)

    def open(self, using: Analyzer | None = None, *, read_only: bool = False) -> Engine:
        engine = self.build(using or shipped_analyzer(), read_only)
        self.opened.append(engine)
        return engine

    def close(self) -> None:
        for engine in self.opened:
            engine.close()
        self.opened.clear()


def drop_indices(url: str, prefix: str) -> None:
    engine = ElasticEngine(url, prefix, Analyzer(), timeout=60.0, write_timeout=60.0)
    engine.drop()
    engine.close()


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineHouse]:
    if request.param == "embedded":
        found = EngineHouse(
            "embedded", lambda using, read_only: EmbeddedEngine(tmp_path / "index", using, read_only=read_only)
        )
        yield found
        found.close()
        return
    url = request.getfixturevalue("elasticsearch_url")
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    # Longer than in production: the machine of a test run is busy with others.
    found = EngineHouse("elasticsearch", lambda using, read_only: ElasticEngine(url, prefix, using, timeout=20.0))
    yield found
    found.close()
    drop_indices(url, prefix)


@pytest.fixture
def engine(house: EngineHouse) -> Engine:
    """An engine that may write, with the shipped dictionary and synonyms, and nothing in it."""
    return house.open()


def doc(id: int, title: str, *pages: str, version: int = 1, **more: Any) -> ResourceDoc:
    """A public resource with one file of these pages."""
    values: dict[str, Any] = {
        "keywords": (),
        "headings": (),
        "description": "",
        "facets": {},
        "age_months": None,
        "published": datetime(2025, 3, 1, tzinfo=UTC),
        "popularity": 0.0,
        "quality": 0.5,
        "access": ("public",),
    }
    texts = tuple(PageDoc(file=id * 10, number=number, label="", text=text) for number, text in enumerate(pages, 1))
    return ResourceDoc(id=id, version=version, title=title, pages=texts, **(values | more))
