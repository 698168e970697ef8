"""A search engine per test: the embedded one, and Elasticsearch where a test asks for both."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from search.query import facet_labels, query_log, suggestions
from tests.contracts.engines import drop_indices


@pytest.fixture(autouse=True)
def _fresh_search() -> Iterator[None]:
    """Nothing of the last test's words, names and engines."""
    for forget in (engines.forget, facet_labels.forget, suggestions.forget, query_log._waiting.clear):
        forget()
    yield
    engines.forget()


@pytest.fixture
def bring_index_up_to_date() -> Callable[[], int]:
    """Deliver the outbox as the relay does; returns how many resources were written or removed."""

    def deliver() -> int:
        with engines.opened_writer() as writer:
            return deliver_all(writer)

    return deliver


@pytest.fixture(
    params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.services)],
)
def both_engines(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """The test runs once on each engine, each with an index of its own."""
    if request.param == "elasticsearch":
        settings.SEARCH_URL = request.getfixturevalue("elasticsearch_url")
        settings.SEARCH_PREFIX = f"test-{uuid.uuid4().hex[:12]}"
        engines.forget()
        yield request.param
        drop_indices(settings.SEARCH_URL, settings.SEARCH_PREFIX)
    else:
        yield request.param
