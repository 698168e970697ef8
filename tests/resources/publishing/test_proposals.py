"""Proposals for the record: the rules alone, and what the draft page makes of them."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.test import Client

from resources.models import Audience, CareDomain, Level, Resource
from resources.publishing.proposals import sources
from resources.publishing.proposals.rules import Material, Page, Proposal, Source, Term, pages_with, propose, ranges
from resources.publishing.proposals.sources import proposals_for
from tests.factories import BlobFactory, ResourceFactory, term
from tests.factories.cast import Cast, make_cast
from tests.resources.web.test_draft_page import page_of, record

BANDS = (
    Term("1", "0～6 月", "m0-6", ("0～6 月",), (0, 6)),
    Term("2", "7～12 月", "m7-12", ("7～12 月",), (7, 12)),
    Term("3", "13～24 月", "m13-24", ("13～24 月",), (13, 24)),
    Term("4", "25～36 月", "m25-36", ("25～36 月",), (25, 36)),
    Term("5", "全龄段", "all-ages", ("全龄段",), (0, 36)),
)
DOMAINS = tuple(
    Term(code, label, code, (label,))
    for code, label in (("health", "身心健康"), ("nutrition", "营养喂养"), ("safety", "保障安全"))
)
TYPES = (Term("1", "课件", "courseware", ("课件",)), Term("2", "教案", "lesson-plan", ("教案", "教学设计")))
COURSES = (
    Term("1", "婴幼儿营养与喂养", "nutrition-feeding", ("婴幼儿营养与喂养",)),
    Term("2", "体育", "pe", ("体育",)),
)


def propositions(field: str, **material: object) -> list[Proposal]:
    vocabularies = {
        "age_bands": BANDS,
        "care_domains": DOMAINS,
        "resource_type": TYPES,
        "course_units": COURSES,
    }
    said = propose(Material(vocabularies=vocabularies, **material))  # type: ignore[arg-type]
    return [one for one in said if one.field == field]


def pages(*texts: str) -> tuple[Page, ...]:
    return tuple(Page(number, text) for number, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("7～12 月", (7, 12)),
        ("13-24个月", (13, 24)),
        ("满6至12月龄", (6, 12)),
        ("2～3岁", (24, 36)),
        ("10个月～2岁", None),
        ("第 3-5 页", None),
        ("12～7 月", None),
    ],
)
def test_ages_are_read_from_texts(text: str, months: tuple[int, int] | None):
    found = [range_ for _said, range_ in ranges(text)]
    assert found == ([months] if months else []) or (months is None and found == [(10, 24)])


def test_an_age_in_the_title_proposes_its_band_alone():
    assert [one.label for one in propositions("age_bands", title="13～24 月龄的户外活动")] == ["13～24 月"]


def test_ages_on_pages_say_where_they_stand():
    found = propositions("age_bands", pages=pages("封面", "软烂块状，13～24 月龄", "又是13-24月"))
    assert [(one.label, one.pages, one.page_count) for one in found] == [("13～24 月", (2, 3), 2)]


def test_all_ages_propose_nothing():
    assert propositions("age_bands", title="0～36 月婴幼儿照护") == []


def test_words_of_the_field_propose_a_care_domain():
    found = propositions("care_domains", title="辅食添加", pages=pages("气道异物", "窒息", "异物"))
    assert [(one.value, one.source) for one in found] == [("nutrition", Source.TITLE), ("safety", Source.PAGES)]
    assert found[1].words == ("异物", "窒息")


def test_a_word_on_a_single_page_is_not_enough():
    assert propositions("care_domains", pages=pages("洗手", "别的")) == []


def test_at_most_two_domains_are_proposed():
    assert len(propositions("care_domains", title="洗手、辅食与急救")) == 2


def test_the_type_follows_the_title_before_the_format():
    assert propositions("resource_type", title="晨检教学设计", kinds=("slides",))[0].label == "教案"
    assert propositions("resource_type", title="晨检", kinds=("image", "slides"))[0].source == Source.KIND
    assert propositions("resource_type", title="晨检", kinds=("image",)) == []


def test_a_long_name_counts_from_one_page_and_a_short_one_does_not():
    found = propositions("course_units", pages=pages("婴幼儿营养与喂养　单元四", "体育"))
    assert [one.label for one in found] == ["婴幼儿营养与喂养"]


def test_keywords_of_other_resources_are_proposed_where_they_occur():
    found = propositions(
        "keywords",
        title="顺应喂养",
        keywords=("喂养", "顺应喂养", "富铁食物", "洗手"),
        pages=pages("富铁食物", "富铁食物"),
    )
    assert [one.value for one in found] == ["顺应喂养", "富铁食物"]


@pytest.fixture
def people() -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def author(client: Client, people: Cast) -> Client:
    client.force_login(people.author)
    return client


def bare(people: Cast, **fields: object) -> Resource:
    """A draft with a deck and an empty record."""
    empty = {"levels": [], "programmes": [], "audiences": [], "age_bands": [], "care_domains": [], "course_units": []}
    return people.draft(**(empty | {"resource_type": None, "creators": "", "keywords": [], "licence": None} | fields))


@pytest.mark.django_db
def test_the_page_shows_a_proposal_with_its_reason_and_takes_it_without_javascript(author: Client, people: Cast):
    resource = bare(people, title="辅食添加的时机", pages=["7～12 月", "x"])
    page = author.get(page_of(resource)).content.decode()
    nutrition = term(CareDomain, "nutrition")
    assert f'value="care_domains:{nutrition.pk}"' in page
    assert "题名里有“辅食”" in page
    assert "“7～12 月”出现在 1 页里" in page
    posted = record(resource, do=None, accept=f"care_domains:{nutrition.pk}", creators="")
    assert author.post(page_of(resource), posted).status_code == 302
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert [one.code for one in draft.care_domains.all()] == ["nutrition"]
    assert f'value="care_domains:{nutrition.pk}"' not in author.get(page_of(resource)).content.decode()


@pytest.mark.django_db
def test_accepting_all_takes_what_the_files_and_the_last_resource_say(author: Client, people: Cast):
    people.draft(levels=[term(Level, "secondary")], audiences=[term(Audience, "teachers")])
    resource = bare(people, title="辅食添加课件")
    empty = {"title": "辅食添加课件", "accept": "all", "visibility": "alliance"}
    assert author.post(page_of(resource), empty).status_code == 302
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert [one.code for one in draft.levels.all()] == ["secondary"]
    assert [one.code for one in draft.audiences.all()] == ["teachers"]
    assert draft.resource_type.code == "courseware"
    assert draft.creators == people.author.get_full_name()


@pytest.mark.django_db
def test_what_is_filled_in_is_not_proposed_again(people: Cast):
    people.draft()
    resource = people.draft(title="普通的题名")
    assert {one.field for one in proposals_for(resource)} == set()


@pytest.mark.django_db
def test_a_proposal_nobody_made_is_not_accepted(author: Client, people: Cast):
    resource = bare(people, title="普通的题名")
    author.post(
        page_of(resource), {"title": "普通的题名", "visibility": "alliance", "accept": ["creators:别人", "x", ""]}
    )
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["creators"] == ""


@pytest.mark.django_db
def test_many_pages_cost_as_many_queries_as_one(people: Cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one, many = bare(people), bare(people, pages=["洗手"] * 30)
    blobs = [BlobFactory(school=people.school, uploaded_by=people.author, pages=["洗手"] * 5) for _number in range(5)]
    many.files = [*many.files.all(), *(many.files.model(blob=blob, name=blob.declared_name) for blob in blobs)]
    many.save_revision(user=people.author, clean=False)
    costs = []
    for resource in (one, many):
        fresh = Resource.objects.get(pk=resource.pk)
        with CaptureQueriesContext(connection) as queries:
            proposals_for(fresh)
        costs.append(len(queries))
    assert costs[0] >= costs[1]


def test_words_are_found_on_the_pages_that_have_them():
    where = pages_with(["辅食", "辅食添加", "食", "洗手"], pages("辅食添加", "吃辅食", "睡眠", "辅"))
    assert {word: [page.number for page in found] for word, found in where.items()} == {
        "辅食": [1, 2],
        "辅食添加": [1],
    }


def test_thousands_of_keywords_on_hundreds_of_pages_take_a_moment():
    words = tuple(f"照护{chr(0x5000 + number)}{chr(0x5001 + number)}" for number in range(4000))
    law = "为了规范学前教育，促进学前教育普及普惠安全优质发展，提高全民族素质，根据宪法，制定本法。照护" * 45
    material = {"keywords": (*words, "学前教育"), "pages": pages(*[law] * 400)}
    started = time.process_time()
    assert [one.value for one in propositions("keywords", **material)] == ["学前教育"]
    assert time.process_time() - started < 0.5  # a search for each word on each page takes seconds


@pytest.mark.django_db
def test_the_same_files_are_searched_once(people: Cast, monkeypatch: pytest.MonkeyPatch):
    resource = bare(people, title="辅食添加", pages=["7～12 月", "x"])
    searches: list[Material] = []
    monkeypatch.setattr(sources, "propose", lambda material: searches.append(material) or propose(material))
    assert proposals_for(resource) == proposals_for(Resource.objects.get(pk=resource.pk))
    assert len(searches) == 1
    proposals_for(bare(people, title="辅食添加", pages=["7～12 月", "辅食"]))
    assert len(searches) == 2


def test_spaces_without_end_cost_no_more_than_words():
    text = "11" + "\u2003" * 200_000 + "x"  # a quadratic search takes minutes, over the budget of a test
    assert ranges(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", ["school", "alliance"])
def test_keywords_of_resources_that_not_everyone_may_see_are_not_proposed(people: Cast, visibility: str):
    cache.clear()
    ResourceFactory(live=True, keywords=["内部代号"], visibility=visibility)
    draft = bare(people, files=[["内部代号", "内部代号"]])
    assert "内部代号" not in [one.value for one in proposals_for(draft)]
