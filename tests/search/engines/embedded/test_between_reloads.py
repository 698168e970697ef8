"""Two indexes reload one after the other; with a write in between hits and pages still agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.analysis import Analyzer
from search.engines.embedded import EmbeddedEngine
from search.engines.types import ResourceDoc, SearchQuery
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


def reader_during(tmp_path: Path, first: list[ResourceDoc], late: list[ResourceDoc]) -> EmbeddedEngine:
    """An engine that has ``first``; during its next reloads ``late`` is written one by one."""
    writer = EmbeddedEngine(tmp_path, Analyzer())
    writer.index(first)
    reader = EmbeddedEngine(tmp_path, Analyzer(), read_only=True)
    assert reader.search(SearchQuery("洗手")).total == 1
    generation: Any = reader._generation
    to_come = iter(late)

    def write() -> None:
        if (next_one := next(to_come, None)) is not None:
            writer.index([next_one])

    generation.resources = Interrupted(generation.resources, write)
    generation.pages = Interrupted(generation.pages, write)
    generation.changed()
    return reader


def test_a_resource_that_is_written_between_two_reloads_is_not_found_without_its_page(tmp_path: Path) -> None:
    late = [doc(number, f"洗手{number}", "洗手步骤") for number in range(2, 6)]
    reader = reader_during(tmp_path, [doc(1, "洗手", "洗手步骤")], late)
    for _ in range(4):
        assert all(hit.pages for hit in reader.search(SearchQuery("洗手")).hits)
    assert reader.search(SearchQuery("洗手")).total == 5


def test_a_resource_that_is_replaced_between_two_reloads_has_the_pages_it_was_found_with(tmp_path: Path) -> None:
    late = [doc(1, "洗手", *["刷牙"] * number, "洗手步骤", version=number + 1) for number in range(1, 5)]
    reader = reader_during(tmp_path, [doc(1, "洗手", "洗手步骤")], late)
    places = [[page.number for page in reader.search(SearchQuery("洗手")).hits[0].pages] for _ in range(6)]
    assert all(len(each) == 1 for each in places)
    assert places == sorted(places)
    assert places[-1] == [5]


@pytest.mark.parametrize("ask", ["search", "pages"])
def test_the_pages_of_a_version_one_may_not_see_are_not_shown_while_it_arrives(tmp_path: Path, ask: str) -> None:
    closed = doc(1, "洗手", "", "洗手内部材料", version=2, access=("staff",))
    reader = reader_during(tmp_path, [doc(1, "洗手", "洗手步骤")], [closed])
    for _ in range(3):
        if ask == "pages":
            found = [reader.pages(1, SearchQuery("洗手"))]
        else:
            found = [hit.pages for hit in reader.search(SearchQuery("洗手")).hits]
        assert all(page.number == 1 for pages in found for page in pages)
    assert reader.search(SearchQuery("洗手")).total == 0


def test_what_a_write_replaced_takes_no_space_after_the_next(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, Analyzer())
    for version in range(1, 6):
        engine.index([doc(1, "洗手", "洗手步骤", version=version), doc(version + 1, "晨检", "晨检")])
    engine.remove([2], 9)
    engine.index([])
    generation: Any = engine._current()
    assert generation.pages.searcher().num_docs == 1 + 4
    engine.close()
