"""An empty embedded engine, and resources made with what a test cares about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines.embedded import EmbeddedEngine
from search.engines.types import PageDoc, ResourceDoc

Make = Callable[..., ResourceDoc]


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


@pytest.fixture
def engine(tmp_path: Path, analyzer: Analyzer) -> Iterator[EmbeddedEngine]:
    made = EmbeddedEngine(tmp_path / "index", analyzer)
    yield made
    made.close()


def resource(id: int, title: str = "", *texts: str, **changes: Any) -> ResourceDoc:
    """A public resource with one file of one page per text."""
    fields: dict[str, Any] = {
        "version": 1,
        "keywords": (),
        "headings": (),
        "description": "",
        "facets": {},
        "age_months": None,
        "published": datetime(2024, 1, 1, tzinfo=UTC),
        "popularity": 0.0,
        "quality": 0.0,
        "access": ("public",),
    }
    pages = tuple(PageDoc(1, number, "", text) for number, text in enumerate(texts, 1))
    return ResourceDoc(**{**fields, "id": id, "title": title, "pages": pages, **changes})


@pytest.fixture
def make() -> Make:
    return resource
