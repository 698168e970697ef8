"""The results page as people meet it: over HTTP, on both engines."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from resources.models import CareDomain, FileRemoval, Resource, ResourceType
from search.models import QueryLog, SynonymGroup
from search.views import DEGRADED_HEADER
from tests.factories import BlobFactory, PageFactory, ResourceFactory, SchoolFactory, person, term

pytestmark = pytest.mark.django_db

DECK = [
    "托育机构一日生活",
    "七步洗手：内外夹弓大立腕",
    "什么时候要洗手",
    "换尿布的步骤",
    "带着孩子洗手",
    "洗手歌",
    "洗手环节的观察记录",
]


def get(client, **parameters):
    return client.get(reverse("search"), parameters)


def titles(response) -> list[str]:
    return [result.resource.title for result in response.context["answer"].results]


def test_a_phrase_on_a_slide_finds_the_deck_and_leads_to_that_slide(both_engines, client, bring_index_up_to_date):
    deck = ResourceFactory(live=True, title="生活照护实训", keywords=[], description="", files=[DECK])
    ResourceFactory(live=True, title="辅食添加", keywords=[], files=[["六个月起添加辅食"]])
    bring_index_up_to_date()
    response = get(client, q="内外夹弓大立腕")
    assert titles(response) == ["生活照护实训"]
    (result,) = response.context["answer"].results
    assert result.lead.number == 2
    assert result.lead.url == f"/r/{deck.pk}/?q=%E5%86%85%E5%A4%96%E5%A4%B9%E5%BC%93%E5%A4%A7%E7%AB%8B%E8%85%95&p=2"
    page = response.content.decode()
    assert "第 2 页" in page
    assert "<mark>" in result.lead.snippet
    assert DEGRADED_HEADER not in response


def test_a_row_shows_three_pages_and_says_how_many_more_there_are(both_engines, client, bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手", keywords=[], description="", files=[DECK])
    bring_index_up_to_date()
    response = get(client, q="洗手")
    (result,) = response.context["answer"].results
    assert len(result.pages) == 3
    assert result.more == 2
    assert "这份课件里另有 2 页" in response.content.decode()


def test_traditional_characters_find_simplified_text_and_mark_it(both_engines, client, bring_index_up_to_date):
    ResourceFactory(live=True, title="辅食", keywords=[], files=[["嬰幼兒營養與餵養指南", "另一页"]])
    bring_index_up_to_date()
    (result,) = get(client, q="营养").context["answer"].results
    assert result.lead.number == 1
    assert "<mark>營養</mark>" in result.lead.snippet


def test_facets_count_what_the_other_choices_leave_and_take_several_values(
    both_engines, client, bring_index_up_to_date
):
    plan = term(ResourceType, "lesson-plan")
    for domain in ("health", "nutrition"):
        ResourceFactory(live=True, title=f"洗手 {domain}", care_domains=[term(CareDomain, domain)])
    ResourceFactory(live=True, title="洗手教案", resource_type=plan, care_domains=[term(CareDomain, "health")])
    bring_index_up_to_date()
    response = get(client, q="洗手", domain="health", type="courseware")
    assert titles(response) == ["洗手 health"]
    groups = {group.name: {o.value: o.count for o in group.shown} for group in response.context["groups"]}
    assert groups["domain"]["health"] == 1
    assert groups["domain"]["nutrition"] == 1
    assert groups["type"] == {"courseware": 1, "lesson-plan": 1}
    both = get(client, q="洗手", domain=["health", "nutrition"])
    assert both.context["answer"].total == 3
    assert [chip.label for chip in both.context["chips"]] == ["身心健康", "营养喂养"]


def test_a_month_keeps_what_concerns_a_child_of_that_age(both_engines, client, bring_index_up_to_date):
    from resources.models import AgeBand

    ResourceFactory(live=True, title="洗手 小", age_bands=[term(AgeBand, "m7-12")])
    ResourceFactory(live=True, title="洗手 大", age_bands=[term(AgeBand, "m25-36")])
    bring_index_up_to_date()
    assert titles(get(client, q="洗手", months="10")) == ["洗手 小"]


def test_what_one_may_not_see_is_in_no_hit_count_facet_or_suggestion(both_engines, client, bring_index_up_to_date):
    own, other = SchoolFactory(name="甲校", slug="jia"), SchoolFactory(name="乙校", slug="yi")
    ResourceFactory(live=True, title="洗手公开", visibility="public", school=own)
    ResourceFactory(live=True, title="洗手联盟", visibility="alliance", school=own, files=[["联盟内的洗手页"]])
    ResourceFactory(live=True, title="洗手乙校内部", visibility="school", school=other)
    embargoed = ResourceFactory(live=True, title="洗手未到期", visibility="public", school=other)
    Resource.objects.filter(pk=embargoed.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    ResourceFactory(title="洗手草稿", school=own)
    bring_index_up_to_date()
    expected = {
        "visitor": {"洗手公开"},
        "teacher": {"洗手公开", "洗手联盟"},
        "theirs": {"洗手公开", "洗手联盟", "洗手乙校内部"},
        "editor": {"洗手公开", "洗手联盟", "洗手乙校内部", "洗手未到期"},
    }
    people = {
        "visitor": None,
        "teacher": person("teacher", school=own),
        "theirs": person("teacher", school=other),
        "editor": person("editor"),
    }
    for role, seen in expected.items():
        client.logout()
        if people[role]:
            client.force_login(people[role])
        response = get(client, q="洗手")
        assert set(titles(response)) == seen, role
        assert response.context["answer"].total == len(seen), role
        schools = {c.value: c.count for c in response.context["answer"].facets["school"]}
        assert sum(schools.values()) == len(seen), role
        offered = {item["text"] for item in client.get(reverse("suggest"), {"q": "洗手"}).json()["items"]}
        assert offered & {t for ts in expected.values() for t in ts} <= seen, role
        api = client.get("/api/search", {"q": "洗手"}).json()
        assert {row["title"] for row in api["results"]} == seen, role
        assert api["total"] == len(seen), role


def test_a_stale_index_neither_leaks_nor_sends_anybody_to_a_missing_page(both_engines, client, bring_index_up_to_date):
    narrowed = ResourceFactory(live=True, title="洗手收窄")
    deleted = ResourceFactory(live=True, title="洗手删除")
    ResourceFactory(live=True, title="洗手还在")
    bring_index_up_to_date()
    Resource.objects.filter(pk=narrowed.pk).update(visibility="school")
    Resource.objects.filter(pk=deleted.pk).update(live=False)
    response = get(client, q="洗手")
    assert titles(response) == ["洗手还在"]
    assert response.context["answer"].total == 1
    assert "洗手收窄" not in response.content.decode()


def test_a_page_of_a_file_taken_down_is_not_shown_though_the_index_still_has_it(client, bring_index_up_to_date):
    secret = BlobFactory(pages=["洗手名单"])
    resource = ResourceFactory(live=True, title="资料", keywords=[], description="", files=[secret, ["别的一页"]])
    bring_index_up_to_date()
    FileRemoval.objects.create(
        resource=resource, uid=resource.files.get(blob=secret).uid, reason="隐私", removed_by=person("editor")
    )
    response = get(client, q="洗手名单")
    assert "洗手名单" not in re.sub(r"(?s)<title>.*?</title>|<h1>.*?</h1>|<input[^>]*>", "", response.content.decode())


def test_editors_synonyms_work_at_the_next_search_and_can_be_left_out(both_engines, client, bring_index_up_to_date):
    ResourceFactory(live=True, title="奶嘴消毒", keywords=[], description="", files=[["安抚奶嘴"]])
    bring_index_up_to_date()
    assert titles(get(client, q="咬咬乐")) == []
    SynonymGroup.objects.create(words="咬咬乐\n奶嘴")
    response = get(client, q="咬咬乐")
    assert titles(response) == ["奶嘴消毒"]
    page = response.content.decode()
    assert "也搜了“奶嘴”" in page
    assert "只搜“咬咬乐”" in page
    literal = client.get("/search/" + response.context["literal_url"])
    assert titles(literal) == []


def test_nothing_found_offers_the_nearest_words_and_looser_filters(both_engines, client, bring_index_up_to_date):
    ResourceFactory(live=True, title="七步洗手法", keywords=["七步洗手法"])
    bring_index_up_to_date()
    response = get(client, q="七步洗手法", type="textbook")
    assert response.context["answer"].total == 0
    assert response.context["answer"].looser == 1
    assert "去掉筛选" in response.content.decode()


def test_without_words_the_newest_come_first(both_engines, client, bring_index_up_to_date):
    for number in range(3):
        resource = ResourceFactory(live=True, title=f"第{number}件")
        Resource.objects.filter(pk=resource.pk).update(first_published_at=timezone.now() - timedelta(days=number))
    bring_index_up_to_date()
    assert titles(get(client)) == ["第0件", "第1件", "第2件"]


def test_pages_are_turned_and_a_page_too_far_goes_to_the_last(client, bring_index_up_to_date):
    for number in range(12):
        ResourceFactory(live=True, title=f"洗手 {number}")
    bring_index_up_to_date()
    first, second = get(client, q="洗手"), get(client, q="洗手", page="2")
    assert len(titles(first)) == 10
    assert len(titles(second)) == 2
    assert not set(titles(first)) & set(titles(second))
    far = get(client, q="洗手", page="99")
    assert far.status_code == 302
    assert far["Location"].endswith("page=2")


def test_the_number_of_queries_does_not_grow_with_the_results(client, bring_index_up_to_date):
    def cost() -> int:
        get(client, q="洗手")
        with CaptureQueriesContext(connection) as captured:
            assert get(client, q="洗手").status_code == 200
        return len([q for q in captured if "search_querylog" not in q["sql"] and "SAVEPOINT" not in q["sql"]])

    ResourceFactory(live=True, title="洗手", files=[DECK])
    bring_index_up_to_date()
    one = cost()
    for _number in range(8):
        ResourceFactory(live=True, title="洗手", files=[DECK, ["洗手"]])
    bring_index_up_to_date()
    assert cost() == one


def test_searches_are_counted_without_anybody(client, bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手")
    bring_index_up_to_date()
    for text in ("洗手", " 洗手 ", "someone@example.org", "13800138000 洗手"):
        get(client, q=text)
    row = QueryLog.objects.get()
    assert (row.text, row.times, row.found, row.audience) == ("洗手", 2, 1, "public")


def offered(client, text="洗手") -> set[str]:
    items = client.get(reverse("suggest"), {"q": text}).json()["items"]
    return {item["text"] for item in items if item["kind"] == "often"}


def test_an_often_asked_query_is_offered_but_members_words_only_to_members(
    both_engines, client, bring_index_up_to_date
):
    ResourceFactory(live=True, title="洗手歌与内部考核")
    bring_index_up_to_date()
    QueryLog.objects.create(text="洗手歌", audience="public", times=5, people=5, found=2)
    QueryLog.objects.create(text="洗手考核", audience="member", times=5, people=5, found=2)
    QueryLog.objects.create(text="洗手内部", audience="public", times=9, people=1, found=2)
    assert offered(client) == {"洗手歌"}
    client.force_login(person("teacher"))
    assert offered(client) == {"洗手歌", "洗手考核"}


def test_nobody_can_put_a_sentence_before_everybody_by_searching_for_it(client, bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手歌")
    bring_index_up_to_date()
    for text in ("洗手某某校长贪污", "洗手台旁边某某校长贪污腐败被查处"):
        get(client, q=text)
        QueryLog.objects.filter(text=text).update(people=5, found=1)
    assert offered(client) == set()


def test_one_person_who_asks_often_is_one_asker(client, bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手歌")
    bring_index_up_to_date()
    for _time in range(4):
        get(client, q="洗手歌")
    row = QueryLog.objects.get()
    assert (row.times, row.people) == (4, 1)
    assert offered(client) == set()
    client.get(reverse("search"), {"q": "洗手歌"}, REMOTE_ADDR="203.0.113.9")
    client.get(reverse("search"), {"q": "洗手歌"}, REMOTE_ADDR="203.0.113.10")
    assert QueryLog.objects.get().people == 3
    assert offered(client) == {"洗手歌"}


def test_the_words_of_a_title_are_offered_only_to_those_who_may_find_it(client, bring_index_up_to_date):
    school = SchoolFactory()
    ResourceFactory(live=True, title="洗手内部考核", school=school, visibility="school")
    bring_index_up_to_date()
    QueryLog.objects.create(text="洗手内部考核", audience="member", times=5, people=5, found=1)
    client.force_login(person("teacher", school=school))
    assert offered(client) == {"洗手内部考核"}
    client.force_login(person("teacher"))
    assert offered(client) == set()


def test_similar_resources_are_a_fragment_and_foreign_drafts_have_none(both_engines, client, bring_index_up_to_date):
    first = ResourceFactory(live=True, title="七步洗手法实训", files=[["七步洗手法 揉搓"]])
    ResourceFactory(live=True, title="七步洗手法教案", files=[["七步洗手法 揉搓"]])
    draft = ResourceFactory(title="七步洗手法草稿")
    bring_index_up_to_date()
    page = client.get(reverse("similar", args=[first.pk])).content.decode()
    assert "七步洗手法教案" in page
    assert "七步洗手法实训" not in page
    assert client.get(reverse("similar", args=[draft.pk])).status_code == 404


def test_the_resource_page_asks_the_index_for_all_matching_pages(both_engines, bring_index_up_to_date):
    from resources.catalogue.document_search import search_index

    blob = BlobFactory(pages=[])
    PageFactory(blob=blob, number=1, text="洗手的时机")
    PageFactory(blob=blob, number=2, text="别的", notes="备注里讲洗手")
    PageFactory(blob=blob, number=3, text="无关")
    resource = ResourceFactory(live=True, visibility="alliance", files=[blob])
    bring_index_up_to_date()
    found = search_index(resource_id=resource.pk, text="洗手", who=person("teacher"))
    assert {(page.file, page.number) for page in found.pages} == {(blob.pk, 1), (blob.pk, 2)}
    assert found.spans("先洗手再吃饭") == [(1, 3)]
    assert search_index(resource_id=resource.pk, text="洗手", who=None) is None
