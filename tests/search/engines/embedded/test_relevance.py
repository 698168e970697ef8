"""What a teacher means comes first, and totals count what is really there."""

import random
import re

import pytest

from search.analysis import Analyzer, Synonyms
from search.engines.embedded import EmbeddedEngine
from search.engines.types import SearchQuery
from tests.shared_data import SHARED, needs_shared

HAN_PAIR = re.compile("[\u4e00-\u9fff]{2}")


def ids(engine, text, **options):
    return [hit.id for hit in engine.search(SearchQuery(text, **options)).hits]


def test_preschool_does_not_find_the_frontier_of_science(engine, make):
    engine.index([make(number, "科学前沿讲座", "科学前沿与教育科学前沿" * 5) for number in range(30)])
    engine.index([make(100 + number, f"园所管理{number}", "谈学前教育") for number in range(12)])
    results = engine.search(SearchQuery("学前教育", size=20))
    assert {hit.id for hit in results.hits} == set(range(100, 112))
    assert (results.total, results.parsed.relaxed) == (12, 0)


@pytest.mark.parametrize("real", [1, 3, 9])
def test_nor_does_it_while_only_a_few_documents_are_real(engine, make, real):
    engine.index([make(number, "科学前沿讲座", "科学前沿与教育科学前沿" * 5) for number in range(30)])
    engine.index([make(100 + number, f"园所管理{number}", "谈学前教育") for number in range(real)])
    results = engine.search(SearchQuery("学前教育"))
    assert {hit.id for hit in results.hits} == set(range(100, 100 + real))
    assert (results.total, results.extra, results.parsed.relaxed) == (real, 0, 0)


@pytest.mark.parametrize(
    ("query", "real", "trap"),
    [
        ("学前", "学前儿童", "科学前沿"),
        ("产后", "产后护理", "国产后勤车"),
        ("国产", "国产奶粉", "中国产业报告"),
        ("后护理", "产后护理员", "午后护送孩子"),
        ("早教", "早教课程", "及早教会孩子"),
        ("保教", "保教活动", "确保教师到岗"),
        ("感统", "感统训练", "情感统一战线"),
        ("婴儿", "婴儿操", "女婴儿科门诊"),
        ("育儿", "育儿经验", "体育儿歌比赛"),
        ("食育", "食育课程", "饮食教育局"),
    ],
)
def test_a_word_is_not_found_across_the_border_of_two_others(engine, make, query, real, trap):
    engine.index([make(1, "甲", real), make(2, "乙", trap)])
    results = engine.search(SearchQuery(query))
    assert [hit.id for hit in results.hits] == [1]
    assert results.parsed.relaxed == 0


def test_words_in_a_row_come_before_the_same_words_apart(engine, make):
    engine.index([make(number, f"科学活动{number}", "科学与生活。谈谈前沿问题。科学。") for number in range(20)])
    engine.index([make(50, "讲座", "介绍科学前沿的发展，内容很多，" + "还有别的内容。" * 30)])
    assert ids(engine, "科学前沿")[0] == 50


def test_documents_with_all_words_come_before_those_with_some(engine, make):
    engine.index([make(1, "托育托育托育", "托育"), make(2, "消毒消毒", "消毒"), make(3, "园务", "谈托育与消毒")])
    results = engine.search(SearchQuery("托育 消毒"))
    assert results.hits[0].id == 3
    assert (len(results.hits), results.total, results.extra) == (3, 1, 2)


def test_a_wrong_word_does_not_empty_the_result_and_is_said(engine, make):
    engine.index([make(1, "婴幼儿辅食添加", "辅食")])
    results = engine.search(SearchQuery("辅食 量子力学"))
    assert [hit.id for hit in results.hits] == [1]
    assert results.parsed.relaxed > 0


def test_relaxing_looks_at_the_words_not_at_the_chosen_facets(engine, make):
    engine.index([make(1, "辅食添加", facets={"kind": ("课件",)}), make(2, "奶粉", facets={"kind": ("视频",)})])
    results = engine.search(SearchQuery("辅食添加", filters={"kind": ("视频",)}, facet_sizes={"kind": 5}))
    assert (results.total, results.parsed.relaxed) == (0, 0)
    assert [(each.value, each.count) for each in results.facets["kind"]] == [("课件", 1)]


def test_a_title_repeated_over_a_hundred_documents_does_not_drown_the_text(engine, make):
    engine.index([make(number, "幼儿园工作规程", f"第{number}条 其他规定") for number in range(100)])
    engine.index([make(200, "卫生保健手册", "幼儿园晨检时应当检查口腔和手心，幼儿园晨检每日进行")])
    assert ids(engine, "幼儿园晨检怎么检查口腔和手心")[0] == 200


def test_a_short_query_that_is_a_title_comes_first(engine, make):
    engine.index([make(number, f"婴幼儿托育服务与管理案例{number}", "婴幼儿托育服务" * 20) for number in range(30)])
    engine.index([make(50, "婴幼儿托育服务", "目录")])
    assert ids(engine, "婴幼儿托育服务")[0] == 50
    assert ids(engine, "嬰幼兒 托育服務")[0] == 50


def test_five_hundred_pages_do_not_drown_a_title_nor_the_reverse(engine, make):
    long = ["讲义正文，偶尔提到辅食。" + "其他内容很多。" * 40] * 300
    engine.index(
        [
            make(1, "营养学教材", *long),
            make(2, "辅食制作", "一页"),
            make(3, "大部头", *(["无关"] * 300), "七步洗手法口诀"),
        ]
    )
    assert ids(engine, "辅食")[0] == 2
    results = engine.search(SearchQuery("七步洗手法"))
    assert [(hit.id, hit.pages[0].number) for hit in results.hits] == [(3, 301)]


def test_the_right_page_comes_first_and_three_are_shown(engine, make):
    engine.index([make(1, "课件", "封面", "尿布更换", "尿布更换的步骤：尿布更换前洗手", "小结尿布", "尿布更换要点")])
    query = SearchQuery("尿布更换步骤")
    (hit,) = engine.search(query).hits
    assert hit.pages[0].number == 3
    assert len(hit.pages) == 3
    assert {page.number for page in engine.pages(1, query)} == {2, 3, 5}
    assert hit.page_total == 3


def test_a_synonym_is_found_but_never_before_the_word_itself(tmp_path, make):
    analyzer = Analyzer(synonyms=Synonyms((("孤独症", "自闭症"),)))
    engine = EmbeddedEngine(tmp_path / "index", analyzer)
    # The word is everywhere and the synonym rare: BM25 alone would put the rare one first.
    engine.index([make(number, f"讲义{number}", "孤独症儿童的教育") for number in range(200)])
    engine.index([make(999, "自闭症", "自闭症儿童的教育，自闭症")])
    results = engine.search(SearchQuery("孤独症", size=300))
    assert results.total == 201
    assert results.hits[-1].id == 999
    assert results.parsed.synonyms == ("自闭症",)


def test_an_age_finds_resources_meant_for_it_and_texts_that_name_it(engine, make):
    engine.index(
        [
            make(1, "辅食添加", age_months=(7, 12)),
            make(2, "辅食添加", age_months=(25, 36)),
            make(3, "辅食添加", "十個月大的寶寶"),
        ]
    )
    results = engine.search(SearchQuery("10个月 辅食"))
    assert ({hit.id for hit in results.hits[:2]}, results.total) == ({1, 3}, 2)
    assert ids(engine, "辅食", age_months=30) == [2]


def test_one_character_finds_the_titles_that_have_it(engine, make):
    engine.index([make(1, "牛奶与健康"), make(2, "绘本", "讲奶牛"), make(3, "睡眠")])
    results = engine.search(SearchQuery("奶"))
    assert ({hit.id for hit in results.hits}, results.total) == ({1, 2}, 2)
    assert results.hits[0].id == 1


def test_quality_use_and_freshness_decide_between_equals(engine, make):
    engine.index(
        [make(1, "晨检流程"), make(2, "晨检流程", popularity=500.0), make(3, "晨检流程", quality=1.0, popularity=900.0)]
    )
    assert ids(engine, "晨检") == [3, 2, 1]
    assert ids(engine, "", sort="most_used") == [3, 2, 1]


@pytest.mark.parametrize(
    "text", ["\ud800", "a" * 100_000, '"()[]{}:*?~^\\/', "的的的", "\x00", "OR AND NOT", "🇨🇳", "-", " "]
)
def test_any_text_is_a_query(engine, make, text):
    engine.index([make(1, "晨检", "正文")])
    engine.search(SearchQuery(text, facet_sizes={"kind": 3}, filters={"kind": ("\ud800",)}))
    engine.suggest(text, frozenset({"public"}), 5)
    engine.did_you_mean(text, frozenset({"public", "\ud800"}), 5)
    engine.pages(1, SearchQuery(text))


@needs_shared
def test_no_trap_of_the_law_articles_is_on_the_first_page(engine, analyzer, make):
    """Two-character words that real text holds only across the border of two others, found by looking."""
    import gzip
    import json

    with gzip.open(SHARED / "data/catalog/law_articles.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = [str(row.get("text") or "") for row in random.Random(7).sample(rows, 6_000)]
    engine.index([make(number, f"条文{number}", text) for number, text in enumerate(texts)])
    words = sorted({word for text in texts[:600] for word in analyzer.coarse(text) if HAN_PAIR.fullmatch(word)})
    tried = 0
    for word in words:
        if not analyzer.query(word).terms[0].form.certain:
            continue
        holding = {number for number, text in enumerate(texts) if word in text}
        real = {number for number in holding if word in analyzer.index(texts[number]).words.split()}
        if len(real) >= 5 and len(holding - real) >= 3:
            results = engine.search(SearchQuery(word))
            assert {hit.id for hit in results.hits} <= real, word
            assert results.total == len(real), word
            tried += 1
        if tried == 20:
            return
    assert tried >= 10
