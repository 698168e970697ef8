"""Search by meaning: the same in both engines. The vectors are made by hand; no model is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search.engines import Engine
from search.engines.types import Meaning, PassageVector, ResourceDoc, SearchQuery
from tests.contracts.engines import EngineHouse, doc

MODEL = "f00d"
CHOKING, WASHING, SLEEP = range(3)


def vector(*axes: float) -> bytes:
    """Directions of eight dimensions as bytes."""
    values = [round(100 * value) for value in (*axes, *[0.0] * (8 - len(axes)))]
    return bytes(value % 256 for value in values)


def about(subject: int, *, like: float = 1.0) -> bytes:
    """A vector of this subject; with ``like`` below 1 it leans towards nothing that is asked for."""
    axes = [0.0] * 8
    axes[subject], axes[7] = like, 1 - like
    return vector(*axes)


def meant(subject: int, *, model: str = MODEL) -> Meaning:
    return Meaning(about(subject), model, ordinary=0.2, near=0.6)


def with_meaning(
    given: ResourceDoc, subject: int, *, page: int = 0, like: float = 1.0, model: str = MODEL
) -> ResourceDoc:
    file = given.pages[page - 1].file if page else 0
    return replace(given, vectors=(PassageVector(file, page, about(subject, like=like)),), model=model)


def ask(engine: Engine, text: str, subject: int, **more: Any) -> Any:
    return engine.search(SearchQuery(text, meaning=meant(subject), **more))


@pytest.fixture
def library(engine: Engine) -> Engine:
    engine.index(
        [
            with_meaning(doc(1, "溢奶的处理", "第一页", "海姆立克急救法"), CHOKING, page=2),
            with_meaning(doc(2, "晨间洗手"), WASHING),
            with_meaning(doc(3, "午睡的环境"), SLEEP),
            with_meaning(doc(4, "校内急救", access=("school:9",)), CHOKING, like=0.9),
            with_meaning(doc(5, "急救箱清单", facets={"type": ("list",)}, age_months=(0, 12)), CHOKING, like=0.8),
        ]
    )
    return engine


def test_what_means_the_same_is_found_marked_and_not_counted(library: Engine) -> None:
    results = ask(library, "孩子呛到了", CHOKING, facet_sizes={"type": 5})
    assert [(hit.id, hit.by_meaning) for hit in results.hits] == [(1, True), (5, True)]
    assert (results.total, results.extra) == (0, 2)
    assert results.facets["type"] == ()


def test_a_hit_by_meaning_leads_with_its_nearest_page(library: Engine) -> None:
    hit = ask(library, "孩子呛到了", CHOKING).hits[0]
    assert [(page.file, page.number) for page in hit.pages] == [(10, 2)]


def test_without_the_meaning_only_words_are_searched(library: Engine) -> None:
    assert library.search(SearchQuery("孩子呛到了")).hits == ()


def test_what_holds_the_words_comes_first_on_a_page_that_it_does_not_fill(library: Engine) -> None:
    results = ask(library, "午睡", CHOKING)
    assert [(hit.id, hit.by_meaning) for hit in results.hits] == [(3, False), (1, True), (5, True)]
    assert (results.total, results.extra) == (1, 2)


def test_access_filters_and_age_are_obeyed(library: Engine) -> None:
    def found(**more: Any) -> list[int]:
        return [hit.id for hit in ask(library, "孩子呛到了", CHOKING, **more).hits]

    assert found(access=frozenset({"public", "school:9"})) == [1, 4, 5]
    assert found(access=frozenset({"*"})) == [1, 4, 5]
    assert found(access=frozenset()) == []
    assert found(filters={"type": ("list",)}) == [5]
    assert found(age_months=6) == [5]
    assert found(age_months=20) == []


def test_another_order_than_relevance_is_by_words_alone(library: Engine) -> None:
    assert ask(library, "孩子呛到了", CHOKING, sort="newest").hits == ()


def test_vectors_of_another_model_or_dimension_are_not_compared(library: Engine) -> None:
    query = SearchQuery("孩子呛到了", meaning=replace(meant(CHOKING), model="beef"))
    assert library.search(query).hits == ()
    query = SearchQuery("孩子呛到了", meaning=Meaning(bytes(16), "cafe", 0.2, 0.6))
    assert library.search(query).hits == ()


def test_a_second_model_may_have_other_dimensions(library: Engine) -> None:
    long = with_meaning(doc(6, "气道异物"), CHOKING, model="cafe")
    library.index([replace(long, vectors=(PassageVector(0, 0, about(CHOKING) + bytes(8)),))])
    asked = Meaning(about(CHOKING) + bytes(8), "cafe", 0.2, 0.6)
    assert [hit.id for hit in library.search(SearchQuery("孩子呛到了", meaning=asked)).hits] == [6]


def test_replaced_and_removed_resources_are_not_found_by_their_old_meaning(library: Engine) -> None:
    library.index([with_meaning(doc(1, "溢奶的处理", version=2), WASHING)])
    library.remove([5], version=2)
    assert ask(library, "孩子呛到了", CHOKING).hits == ()
    assert {hit.id for hit in ask(library, "小手干净", WASHING).hits} == {1, 2}


def test_a_resource_without_vectors_is_found_by_its_words(library: Engine) -> None:
    library.index([doc(7, "海姆立克急救法")])
    results = ask(library, "海姆立克急救法", SLEEP)
    assert next(hit.id for hit in results.hits if not hit.by_meaning) == 7


def test_a_rebuilt_index_has_the_vectors_too(house: EngineHouse) -> None:
    engine = house.open()
    engine.index([doc(1, "溢奶的处理")])
    with engine.rebuild("new") as new:
        new.add([with_meaning(doc(1, "溢奶的处理"), CHOKING)])
        new.finish()
    assert [hit.id for hit in ask(engine, "孩子呛到了", CHOKING).hits] == [1]


def test_a_full_page_is_put_in_order_by_both_and_no_page_repeats_or_loses_a_hit(engine: Engine) -> None:
    engine.index(
        [
            *[doc(number, f"照护要点{number}") for number in range(1, 48)],
            with_meaning(doc(48, "要点，照护也谈别的话题，写得长一些"), CHOKING),
            with_meaning(doc(90, "溢奶的处理"), CHOKING, like=0.9),
        ]
    )
    question = "照护要点是什么"
    words = [hit.id for start in range(0, 50, 10) for hit in engine.search(SearchQuery(question, offset=start)).hits]
    assert words.index(48) >= 30
    pages = [ask(engine, question, CHOKING, offset=start) for start in range(0, 50, 10)]
    assert {page.total for page in pages} == {48}
    held = [[hit.id for hit in page.hits if not hit.by_meaning] for page in pages]
    assert [len(page) for page in held] == [10, 10, 10, 10, 8]
    assert sorted(id for page in held for id in page) == list(range(1, 49))
    assert [id for page in held for id in page].index(48) < words.index(48)
    assert [hit.id for page in pages for hit in page.hits if hit.by_meaning] in ([], [90])


def test_a_few_words_that_are_all_found_keep_their_order(engine: Engine) -> None:
    engine.index([doc(number, f"洗手流程{number}") for number in range(1, 13)])
    engine.index([with_meaning(doc(20, "流程里也有洗手，还谈别的"), CHOKING)])
    by_words = [hit.id for hit in engine.search(SearchQuery("洗手流程")).hits]
    assert [hit.id for hit in ask(engine, "洗手流程", CHOKING).hits] == by_words


def test_an_age_keeps_the_order_of_the_words(engine: Engine) -> None:
    engine.index([doc(number, f"8个月辅食{number}", age_months=(6, 12)) for number in range(1, 13)])
    engine.index([with_meaning(doc(20, "8个月辅食也谈", age_months=(6, 12)), CHOKING)])
    by_words = [hit.id for hit in engine.search(SearchQuery("8个月辅食")).hits]
    assert [hit.id for hit in ask(engine, "8个月辅食", CHOKING).hits] == by_words


def test_a_thousand_nearer_resources_that_are_hidden_do_not_hide_the_others(engine: Engine) -> None:
    engine.index([with_meaning(doc(n, f"内部{n}", access=("school:9",)), CHOKING) for n in range(1, 1102)])
    engine.index([with_meaning(doc(5000, "溢奶的处理"), CHOKING, like=0.9)])
    assert [hit.id for hit in ask(engine, "孩子呛到了", CHOKING).hits] == [5000]
