"""Page hits and highlights lead to the slide and mark the same words on both engines."""

from __future__ import annotations

from search.engines import Engine
from search.engines.types import ParsedQuery, SearchQuery
from tests.contracts.engines import EDITOR, PUBLIC, EngineHouse, doc


def test_the_best_page_comes_first_and_at_most_three_are_shown(engine: Engine) -> None:
    pages = [f"洗手的一般说明，第{number}段，讲讲卫生与健康。" for number in range(1, 9)]
    pages[5] = "七步洗手法：内外夹弓大立腕。七步洗手法每步十五秒。"
    engine.index([doc(1, "卫生课件", *pages)])
    hit = engine.search(SearchQuery("七步洗手法")).hits[0]
    assert (hit.pages[0].file, hit.pages[0].number) == (10, 6)
    assert len(hit.pages) <= 3
    assert [page.score for page in hit.pages] == sorted((page.score for page in hit.pages), reverse=True)


def test_a_title_alone_gives_a_hit_without_pages(engine: Engine) -> None:
    engine.index([doc(1, "辅食添加", "与此无关的一页")])
    hit = engine.search(SearchQuery("辅食添加")).hits[0]
    assert hit.pages == ()
    assert hit.page_total in (0, None)


def test_all_matching_pages_of_one_resource_are_found_best_first(engine: Engine) -> None:
    pages = ["晨检流程" if number % 3 == 0 else "午睡" for number in range(1, 31)]
    engine.index([doc(1, "保育", *pages), doc(2, "晨检", "晨检流程")])
    found = engine.pages(1, SearchQuery("晨检", access=PUBLIC))
    assert {page.number for page in found} == set(range(3, 31, 3))
    assert {page.file for page in found} == {10}


def test_pages_of_a_resource_one_may_not_see_are_nothing(engine: Engine) -> None:
    engine.index([doc(1, "保育", "晨检流程", access=("school:1",))])
    assert engine.pages(1, SearchQuery("晨检", access=PUBLIC)) == ()
    assert len(engine.pages(1, SearchQuery("晨检", access=EDITOR))) == 1
    assert engine.pages(404, SearchQuery("晨检", access=EDITOR)) == ()


def test_pages_of_a_version_that_was_replaced_are_gone(engine: Engine) -> None:
    engine.index([doc(1, "保育", "晨检流程", "晨检表格", "晨检照片")])
    engine.index([doc(1, "保育", "午睡", "晨检", version=2)])
    assert [page.number for page in engine.pages(1, SearchQuery("晨检"))] == [2]
    assert [page.number for page in engine.search(SearchQuery("晨检")).hits[0].pages] == [2]


def test_a_long_document_does_not_drown_a_title_nor_a_title_the_right_page(engine: Engine) -> None:
    long = [f"保育工作记录第{number}天，晨检、午睡、户外。" for number in range(1, 300)]
    engine.index([doc(1, "工作记录大全", *long), doc(2, "晨检操作规范", "一摸二看三问四查")])
    assert engine.search(SearchQuery("晨检")).hits[0].id == 2
    long[150] = "手足口病的晨检要点"
    engine.index([doc(1, "工作记录大全", *long, version=2)])
    hit = engine.search(SearchQuery("手足口病 晨检")).hits[0]
    assert (hit.id, hit.pages[0].number) == (1, 151)


def test_a_book_among_the_hits_hides_neither_its_own_number_of_pages_nor_the_pages_of_a_deck(engine: Engine) -> None:
    book = [f"晨检、午睡、户外，第{number}天的晨检记录。" for number in range(1, 351)]
    deck = ["封面", "晨检要点", "午睡", "晨检用具"]
    engine.index([doc(1, "工作记录", *book), doc(2, "保育", *deck), doc(3, "只在标题里的晨检", "午睡")])
    hits = {hit.id: hit for hit in engine.search(SearchQuery("晨检")).hits}
    assert {hit: found.page_total or 0 for hit, found in hits.items()} == {1: 350, 2: 2, 3: 0}
    assert len(hits[1].pages) == 3
    assert {page.number for page in hits[2].pages} == {2, 4}


def test_what_an_engine_says_it_looked_for_is_the_same_in_both(house: EngineHouse) -> None:
    engine = house.open()
    engine.index([doc(1, "婴幼儿托育机构管理", "托育服务"), doc(2, "感统训练")])
    found = {text: engine.search(SearchQuery(text)).parsed for text in ("托育机构", "感统 火箭", "训", "10个月感统")}
    assert found["托育机构"].relaxed == 0
    assert found["感统 火箭"].relaxed > 0
    assert all(isinstance(parsed, ParsedQuery) and parsed.terms for parsed in found.values())
    assert found["训"].terms == ("训",)
