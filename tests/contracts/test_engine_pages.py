"""Page hits and highlights lead to the slide and mark the same words on both engines."""

from __future__ import annotations

from dataclasses import replace

from search.engines import Engine
from search.engines.types import PageDoc, ParsedQuery, ResourceDoc, SearchQuery
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


# which page leads


def deck(title: str, *pages: tuple[str, str] | tuple[str, str, str], school: str = "青杉卫生学校") -> ResourceDoc:
    """A resource with one file of (heading, text, notes)."""
    made = [PageDoc(10, number, page[0], "\n".join(page[:2]), *page[2:]) for number, page in enumerate(pages, 1)]
    return replace(doc(1, title, headings=(school,)), pages=tuple(made))


def leading(engine: Engine, text: str) -> list[int]:
    """The page hits of the first result, which ``pages()`` must lead with too."""
    numbers = [page.number for page in engine.search(SearchQuery(text)).hits[0].pages]
    assert [page.number for page in engine.pages(1, SearchQuery(text))][: len(numbers)] == numbers
    return numbers


COVER = ("安全睡眠", "环境准备与巡视\n青杉卫生学校\n演示内容\n1", "先问：安全睡眠是什么，安全睡眠靠谁？")
LONG = "床垫要硬，床单要紧，床里没有枕头、被子和玩具，孩子仰卧，有人看着，这样才是安全睡眠的开始。\n演示内容"


def test_a_cover_never_leads_when_a_content_page_matches(engine: Engine) -> None:
    pages = [("小床", f"{LONG}\n2"), ("交接", "报人数，双方签名，带好记录。\n演示内容\n3")]
    engine.index([deck("安全睡眠：环境准备与巡视", COVER, *pages)])
    assert leading(engine, "安全睡眠") == [2, 1]


def test_a_cover_is_found_when_no_other_page_matches(engine: Engine) -> None:
    engine.index([deck("安全睡眠：环境准备与巡视", COVER, ("交接", "报人数。"), ("小床", "只有床单。"))])
    assert leading(engine, "安全睡眠") == [1]


def test_a_page_under_the_running_title_is_no_cover(engine: Engine) -> None:
    title = "手卫生操作规程"
    pages = [
        ("", f"{title}\n{number} 洗手方法：{text}\n演示内容 {number}")
        for number, text in enumerate(("湿手", "取液", "冲净") * 3, 1)
    ]
    long = "洗手时机：接触孩子之前，更换尿布之后，处理呕吐物之后，户外活动之后，擦鼻涕之后，进食之前，如厕之后，" * 2
    engine.index([deck(title, ("", f"{title}\n青杉卫生学校\n演示内容"), ("", f"{title}\n{long}"), *pages)])
    assert leading(engine, "手卫生操作规程 尿布")[0] == 2


def test_the_heading_of_a_page_says_more_than_its_text_and_its_text_more_than_its_notes(engine: Engine) -> None:
    filler = "照护者蹲下来，看着孩子的眼睛，慢慢说，等他回应。"
    engine.index(
        [
            deck(
                "一日照护",
                ("问候", filler, "说说巡视，巡视，再说巡视。"),
                ("交接", f"{filler}午睡时巡视。"),
                ("巡视看六样", f"{filler * 3}脸、色、息、温、姿、物。"),
                ("家长", filler),
            )
        ]
    )
    assert leading(engine, "巡视") == [3, 2, 1]


def test_what_stands_before_the_colon_is_the_topic_of_a_heading(engine: Engine) -> None:
    text = "照护者蹲下来，看着孩子的眼睛，慢慢说，等他回应。"
    engine.index([deck("一日照护", ("交班：报数、签名、巡视", text), ("巡视：走近、俯身、细看", text), ("家长", text))])
    assert leading(engine, "巡视") == [2, 1]


def test_a_page_that_asks_follows_the_page_that_answers(engine: Engine) -> None:
    text = "消毒之前先清洁，玩具每天擦，台面用后擦，毛巾一人一条，每天煮。"
    pages = [("判断题：对还是错", "消毒之前先清洁。消毒以后要晾干。"), ("一天里的事", text), ("洗手", "流动水。")]
    engine.index([deck("日常卫生", *pages)])
    assert leading(engine, "消毒") == [2, 1]


def test_a_part_of_a_compound_in_a_heading_is_a_match(engine: Engine) -> None:
    pages = [("体重", "归零、脱衣、读稳。"), ("误差从哪里来", "器械、衣物、姿势。")]
    engine.index([deck("生长监测：测量误差", *pages)])
    assert leading(engine, "测量误差") == [2]


def test_a_last_page_of_a_few_words_follows_the_page_that_says_it(engine: Engine) -> None:
    text = "每一次睡，都放成仰卧，白天的小睡也是，孩子自己会翻身以后也先放成这样，之后不必反复翻回来。"
    engine.index([deck("午睡", ("每一次睡着，都放成仰卧", text), ("交接", "报人数。"), ("空床、仰卧、看得见", ""))])
    assert leading(engine, "仰卧") == [1, 3]
