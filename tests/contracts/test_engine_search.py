"""What a search finds, counts and relaxes: the same in both engines."""

from __future__ import annotations

import pytest

from search.engines import Engine
from search.engines.types import FacetCount, SearchQuery
from tests.contracts.engines import EDITOR, EngineHouse, analyzer, doc


def ids(engine: Engine, text: str, **more: object) -> list[int]:
    return [hit.id for hit in engine.search(SearchQuery(text, **more)).hits]  # type: ignore[arg-type]


def test_a_word_is_found_in_the_title_the_keywords_the_headings_the_description_and_the_pages(engine: Engine) -> None:
    engine.index(
        [
            doc(1, "辅食添加指南"),
            doc(2, "喂养课程", keywords=("辅食添加",)),
            doc(3, "营养课程", headings=("辅食添加",)),
            doc(4, "六月龄照护", description="何时开始辅食添加"),
            doc(5, "婴儿营养", "第一页", "辅食添加的顺序"),
            doc(6, "洗手七步法"),
        ]
    )
    results = engine.search(SearchQuery("辅食添加"))
    assert {hit.id for hit in results.hits} == {1, 2, 3, 4, 5}
    assert results.total == 5
    assert results.parsed.relaxed == 0
    assert results.hits[0].id == 1


def test_traditional_full_width_and_upper_case_queries_find_the_same(engine: Engine) -> None:
    engine.index([doc(1, "婴幼儿回应性照护"), doc(2, "RNA-seq 数据分析"), doc(3, "嬰幼兒托育機構")])
    assert ids(engine, "嬰幼兒回應性照護") == ids(engine, "婴幼儿回应性照护")
    assert ids(engine, "嬰幼兒回應性照護")[0] == 1
    assert ids(engine, "rna-seq") == ids(engine, "ＲＮＡ-seq") == [2]
    assert ids(engine, "托育机构") == [3]


def test_a_single_character_finds_every_text_that_has_it(engine: Engine) -> None:
    engine.index([doc(1, "绘本阅读"), doc(2, "讲故事", "一本好绘本"), doc(3, "洗手")])
    assert set(ids(engine, "绘")) == {1, 2}


def test_words_that_only_share_characters_are_not_found_while_real_matches_exist(engine: Engine) -> None:
    engine.index([doc(number, "科学前沿讲座", "科学前沿与教育技术") for number in range(1, 20)])
    engine.index([doc(100, "学前教育概论"), doc(101, "教材", "学前教育史")])
    results = engine.search(SearchQuery("学前教育"))
    assert {hit.id for hit in results.hits} == {100, 101}
    assert results.total == 2


def test_a_phrase_that_is_cut_into_two_words_ranks_before_the_words_apart(engine: Engine) -> None:
    engine.index([doc(number, "科学活动", f"前沿的话题{number}，科学活动") for number in range(1, 15)])
    engine.index([doc(50, "讲座集", "科学前沿")])
    assert ids(engine, "科学前沿")[0] == 50


def test_a_page_with_every_word_comes_before_pages_that_nearly_hold_them(engine: Engine) -> None:
    near = ("登记破损书页。", "绘本角轮换。", "登记破损书页，绘本。", "绘本角。")
    engine.index([doc(number, f"照护参考{number}", *near) for number in range(1, 41)])
    other = "照护流程要点：先看表情再决定怎样回应，遇到异常按园内流程报告。"
    engine.index([doc(50, "实训课件", *([other] * 30), f"{other * 3}绘本角每周轮换并登记破损书页。{other * 3}")])
    assert ids(engine, "登记破损书页 绘本角 轮换")[0] == 50


def test_every_word_is_required_until_nothing_is_left_and_the_result_says_so(engine: Engine) -> None:
    engine.index([doc(1, "感统训练", "滑板"), doc(2, "感统游戏"), doc(3, "绘本")])
    strict = engine.search(SearchQuery("感统 训练", facet_sizes={"kind": 5}))
    assert strict.hits[0].id == strict.total == 1
    loosened = engine.search(SearchQuery("感统 火箭"))
    assert {hit.id for hit in loosened.hits} == {1, 2}
    assert loosened.parsed.relaxed > 0


def test_a_word_of_one_character_is_no_answer_by_itself(engine: Engine) -> None:
    engine.index([doc(1, "手工", "给每个孩子发一张卡片"), doc(2, "感统训练")])
    assert 1 in ids(engine, "发")
    assert ids(engine, "阿斯顿发") == ids(engine, "火箭发") == ids(engine, "发 发火箭") == []
    assert ids(engine, "感统 发") == [2]
    assert ids(engine, "发 象") == [1], "typed by themselves, they are words"


def test_a_page_that_holds_little_is_filled_with_what_comes_near_and_that_is_not_counted(engine: Engine) -> None:
    engine.index(
        [
            doc(1, "拐卖儿童", facets={"kind": ("课件",)}),
            doc(2, "拐卖妇女、儿童罪", facets={"kind": ("视频",)}),
            doc(3, "儿童画", facets={"kind": ("视频",)}),
        ]
    )
    results = engine.search(SearchQuery("拐卖儿童", facet_sizes={"kind": 5}))
    assert [hit.id for hit in results.hits] == [1, 2]
    assert (results.total, results.extra, results.parsed.counted) == (1, 1, 0)
    assert results.parsed.relaxed > 0
    assert results.facets["kind"] == (FacetCount("课件", 1),)
    assert ids(engine, "拐卖儿童", sort="newest") == [1]
    assert ids(engine, "拐卖儿童", offset=1) == []


def test_a_misspelt_query_is_answered_as_it_sounds_and_that_is_said(engine: Engine) -> None:
    engine.index([doc(1, "辅食添加", "何时开始辅食添加"), doc(2, "洗手")])
    for text in ("辅食天加", "fushi tianjia"):
        results = engine.search(SearchQuery(text))
        assert [hit.id for hit in results.hits] == [1]
        assert results.parsed.relaxed > 0
        assert results.parsed.spellings == ("辅食添加",)


def test_pinyin_initials_are_answered_with_the_term_that_they_begin(engine: Engine) -> None:
    engine.index([doc(1, "手足口病预防", "手足口病怎么传播"), doc(2, "洗手", access=("school:1",))])
    for text in ("szkb", "shouzkb", "shouzukoub"):
        results = engine.search(SearchQuery(text))
        assert ([hit.id for hit in results.hits], results.parsed.spellings) == ([1], ("手足口病",)), text


def test_english_words_find_chinese_resources_in_the_order_of_the_chinese_query(engine: Engine) -> None:
    engine.index(
        [
            doc(1, "一日生活", "饭前洗手，饭后漱口"),
            doc(2, "七步洗手法", "洗手的七个步骤", "什么时候洗手"),
            doc(3, "Handwashing for toddlers", "Wash hands before meals."),
            doc(4, "睡眠"),
        ]
    )
    chinese = engine.search(SearchQuery("洗手"))
    english = engine.search(SearchQuery("handwashing"))
    assert [hit.id for hit in chinese.hits] == [2, 1]
    assert [hit.id for hit in english.hits if hit.id != 3] == [2, 1]
    assert {hit.id for hit in english.hits} == {1, 2, 3}
    assert english.parsed.synonyms == ("洗手",)
    found = {hit.id: [page.number for page in hit.pages] for hit in english.hits}
    assert found[1] == [1]
    assert sorted(found[2]) == [1, 2]


def test_a_misspelt_english_word_finds_what_the_right_one_would(engine: Engine) -> None:
    engine.index([doc(1, "母乳喂养", "母乳的好处"), doc(2, "洗手")])
    results = engine.search(SearchQuery("brestfeeding"))
    assert ([hit.id for hit in results.hits], results.parsed.spellings) == ([1], ("breastfeeding",))
    assert engine.did_you_mean("brestfeeding", frozenset({"public"}), 3) == ("breastfeeding",)


def test_another_spelling_is_taken_only_from_what_the_viewer_may_see(engine: Engine) -> None:
    engine.index([doc(1, "辅食添加", access=("school:1",)), doc(2, "洗手")])
    results = engine.search(SearchQuery("辅食天加"))
    assert (results.hits, results.total, results.parsed.spellings) == ((), 0, ())


def test_choosing_a_facet_never_loosens_the_words(engine: Engine) -> None:
    engine.index([doc(1, "感统训练", facets={"kind": ("课件",)}), doc(2, "感统游戏", facets={"kind": ("视频",)})])
    results = engine.search(SearchQuery("感统训练", filters={"kind": ("视频",)}))
    assert results.total == 0
    assert results.parsed.relaxed == 0


def test_a_short_query_that_is_a_title_comes_first(engine: Engine) -> None:
    engine.index([doc(number, f"洗手洗手洗手 {number}", "洗手 洗手 洗手") for number in range(1, 12)])
    engine.index([doc(40, "洗手")])
    assert ids(engine, "洗手")[0] == 40


def test_a_synonym_is_found_after_the_word_itself(house: EngineHouse) -> None:
    engine = house.open(analyzer(words=("托育", "托幼"), synonyms=(("托育", "托幼"),)))
    engine.index([doc(1, "托幼服务", "托幼 托幼 托幼"), doc(2, "关于托育的一页长文", "内容" * 50), doc(3, "绘本")])
    results = engine.search(SearchQuery("托育"))
    assert [hit.id for hit in results.hits] == [2, 1]
    assert results.parsed.terms == ("托育",)
    assert results.parsed.synonyms == ("托幼",)


def test_synonyms_changed_by_an_editor_act_without_a_rebuild(house: EngineHouse) -> None:
    writer = house.open(analyzer())
    writer.index([doc(1, "尿布疹护理")])
    assert ids(writer, "红屁股") == []
    reader = house.open(analyzer(synonyms=(("红屁股", "尿布疹"),)), read_only=True)
    assert ids(reader, "红屁股") == [1]


def test_a_query_without_words_lists_everything_the_viewer_may_see(engine: Engine) -> None:
    engine.index([doc(1, "甲"), doc(2, "乙"), doc(3, "丙", access=("school:1",))])
    for text in ("", "   ", "，。！"):
        assert engine.search(SearchQuery(text)).total == 2
    assert engine.search(SearchQuery("", access=EDITOR)).total == 3


def test_facets_react_to_the_others_and_ignore_their_own_choice(engine: Engine) -> None:
    engine.index(
        [
            doc(1, "洗手课件", facets={"kind": ("课件",), "school": ("甲校",)}),
            doc(2, "洗手视频", facets={"kind": ("视频",), "school": ("甲校",)}),
            doc(3, "洗手视频二", facets={"kind": ("视频",), "school": ("乙校",)}),
            doc(4, "洗手文章", facets={"kind": ("文章",), "school": ("丙校",)}),
            doc(5, "绘本", facets={"kind": ("课件",), "school": ("甲校",)}),
        ]
    )
    results = engine.search(
        SearchQuery("洗手", filters={"kind": ("课件", "视频")}, facet_sizes={"kind": 10, "school": 10, "none": 5})
    )
    assert results.total == 3
    assert results.facets["kind"] == (FacetCount("视频", 2), FacetCount("文章", 1), FacetCount("课件", 1))
    assert results.facets["school"] == (FacetCount("甲校", 2), FacetCount("乙校", 1))
    assert results.facets["none"] == ()
    both = SearchQuery("洗手", filters={"kind": ("视频",), "school": ("甲校",)}, facet_sizes={"kind": 10, "school": 1})
    results = engine.search(both)
    assert [hit.id for hit in results.hits] == [2]
    assert results.facets["kind"] == (FacetCount("视频", 1), FacetCount("课件", 1))
    assert results.facets["school"] == (FacetCount("乙校", 1),)


def test_where_nothing_is_found_the_totals_without_each_choice_are_known(engine: Engine) -> None:
    engine.index(
        [
            doc(1, "洗手课件", facets={"kind": ("课件", "教案"), "school": ("甲校",)}),
            doc(2, "洗手视频", facets={"kind": ("视频",), "school": ("甲校",)}),
            doc(3, "洗手讲义", facets={"school": ("甲校",)}),
            doc(4, "洗手教案", facets={"kind": ("教案",), "school": ("乙校",)}),
            doc(5, "洗手机密", facets={"kind": ("教案",), "school": ("甲校",)}, access=("school:1",)),
        ]
    )
    sizes = {"kind": 5, "school": 5}
    filters = {"kind": ("题库", "标准"), "school": ("甲校", "丙校")}
    results = engine.search(SearchQuery("洗手", filters=filters, facet_sizes=sizes))
    assert (results.total, results.without) == (0, {"kind": 3, "school": 0})
    found = engine.search(SearchQuery("洗手", filters={"kind": ("视频",)}, facet_sizes=sizes))
    assert (found.total, found.without) == (1, {})


def test_ages_filter_by_the_month_inside_the_range(engine: Engine) -> None:
    engine.index([doc(1, "爬行游戏", age_months=(7, 12)), doc(2, "走路游戏", age_months=(12, 18)), doc(3, "游戏")])
    assert ids(engine, "游戏", age_months=10) == [1]
    assert set(ids(engine, "游戏", age_months=12)) == {1, 2}
    assert ids(engine, "游戏", age_months=19) == []


def test_an_age_in_the_words_finds_resources_for_that_age(engine: Engine) -> None:
    engine.index([doc(1, "爬行游戏", age_months=(7, 12)), doc(2, "走路游戏", age_months=(13, 18))])
    results = engine.search(SearchQuery("10个月 游戏"))
    assert (results.hits[0].id, results.total) == (1, 1)


@pytest.mark.parametrize(("sort", "expected"), [("newest", [3, 1, 2]), ("most_used", [2, 3, 1])])
def test_results_can_be_sorted_by_date_and_by_use(engine: Engine, sort: str, expected: list[int]) -> None:
    from datetime import UTC, datetime

    engine.index(
        [
            doc(1, "洗手", published=datetime(2024, 5, 1, tzinfo=UTC), popularity=1.0),
            doc(2, "洗手歌", published=datetime(2023, 5, 1, tzinfo=UTC), popularity=90.0),
            doc(3, "洗手操", published=datetime(2025, 5, 1, tzinfo=UTC), popularity=8.0),
        ]
    )
    assert ids(engine, "洗手", sort=sort) == expected


def test_paging_shows_every_hit_once(engine: Engine) -> None:
    engine.index([doc(number, f"洗手课件{number}") for number in range(1, 24)])
    seen = [id for offset in range(0, 30, 5) for id in ids(engine, "洗手", offset=offset, size=5)]
    assert sorted(seen) == list(range(1, 24))


@pytest.mark.parametrize(
    "text", ['"', 'abc"', "a AND (b", "\\", "+-*~^:/", "x" * 5000, "\ud800洗手", "洗手\x00", "𠮷野家", "%_'"]
)
def test_no_query_text_is_an_error(engine: Engine, text: str) -> None:
    engine.index([doc(1, "洗手")])
    engine.search(SearchQuery(text, filters={"kind": (text,)}, facet_sizes={"kind": 3}))
    engine.suggest(text, EDITOR, 5)
    engine.did_you_mean(text, EDITOR, 5)
    engine.pages(1, SearchQuery(text))
