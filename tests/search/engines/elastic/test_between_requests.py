"""A search is several requests; with a write in between the answer is still consistent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.analysis import Analyzer
from search.engines.elastic import ElasticEngine
from search.engines.types import ResourceDoc, SearchQuery, SearchResults
from tests.contracts.engines import doc, drop_indices

pytestmark = pytest.mark.services

SOUGHT = "未保法"
BY_TITLE_ALONE = doc(1, "未成年人保护法")
BY_ITS_PAGE = doc(2, "未保法宣讲", "未保法第一讲")


@pytest.fixture
def engine(elasticsearch_url: str) -> Iterator[ElasticEngine]:
    found = ElasticEngine(elasticsearch_url, prefix := f"test-{uuid.uuid4().hex[:12]}", Analyzer(), timeout=20.0)
    yield found
    found.close()
    drop_indices(elasticsearch_url, prefix)


def searched_while_written(engine: ElasticEngine, written: ResourceDoc, before: int) -> tuple[SearchResults, bool]:
    """The answer when ``written`` arrives just before request number ``before`` of the search; and whether there was
    such a request."""
    asked = 0
    read = engine._connection.read

    def counted(call: Callable[..., Any]) -> Any:
        nonlocal asked
        asked += 1
        if asked == before:
            engine._connection.read = read  # type: ignore[method-assign]
            engine.index([written])
        return read(call)

    engine._connection.read = counted  # type: ignore[method-assign]
    try:
        return engine.search(SearchQuery(SOUGHT)), asked >= before
    finally:
        engine._connection.read = read  # type: ignore[method-assign]


@pytest.mark.parametrize("before", range(1, 8))
@pytest.mark.parametrize("there", [(), (BY_TITLE_ALONE,)], ids=["into an empty index", "beside a looser match"])
def test_a_hit_that_arrives_during_a_search_has_its_page(
    engine: ElasticEngine, there: tuple[ResourceDoc, ...], before: int
) -> None:
    engine.index(there)
    assert [hit.id for hit in engine.search(SearchQuery(SOUGHT)).hits] == [each.id for each in there]
    results, was_written = searched_while_written(engine, BY_ITS_PAGE, before)
    found = {hit.id: [page.number for page in hit.pages] for hit in results.hits}
    assert found.get(2, [1]) == [1]
    if was_written:
        again = {hit.id: [page.number for page in hit.pages] for hit in engine.search(SearchQuery(SOUGHT)).hits}
        assert again[2] == [1]
