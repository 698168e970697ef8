"""Two indexes can't be looked at again in one moment, and somebody writes in between: a hit still has its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from search.analysis import Analyzer
from search.engines.embedded import EmbeddedEngine
from search.engines.types import SearchQuery
from tests.contracts.engines import doc


class Interrupted:
    """An index during whose every reload something else happens, after it has looked."""

    def __init__(self, index: Any, happens: Callable[[], None]) -> None:
        self._index = index
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def reload(self) -> None:
        self._index.reload()
        self._happens()


def test_a_resource_that_is_written_between_two_reloads_is_not_found_without_its_page(tmp_path: Path) -> None:
    writer = EmbeddedEngine(tmp_path, Analyzer())
    writer.index([doc(1, "洗手", "洗手步骤")])
    reader = EmbeddedEngine(tmp_path, Analyzer(), read_only=True)
    assert reader.search(SearchQuery("洗手")).total == 1
    generation: Any = reader._generation
    late = iter([doc(number, f"洗手{number}", "洗手步骤") for number in range(2, 6)])

    def write() -> None:
        if (next_one := next(late, None)) is not None:
            writer.index([next_one])

    generation.resources = Interrupted(generation.resources, write)
    generation.pages = Interrupted(generation.pages, write)
    generation.changed()
    for _ in range(4):
        assert all(hit.pages for hit in reader.search(SearchQuery("洗手")).hits)
    assert reader.search(SearchQuery("洗手")).total == 5
    writer.close()
