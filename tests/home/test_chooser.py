"""The dialog in which editors choose resources."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from resources import models
from tests.factories import ResourceFactory, SchoolFactory, person, term

pytestmark = pytest.mark.django_db

CHOOSE, RESULTS = "resource_chooser:choose", "resource_chooser:choose_results"


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(person("editor"))
    return client


def listed(client: Client, **asked: str) -> str:
    answer = client.get(reverse(RESULTS), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_finds_by_words_of_title_author_and_school_in_any_order(editor):
    school = SchoolFactory(name="临溪职业学院")
    ResourceFactory(title="七步洗手法：晨间照护", creators="周老师", school=school, live=True)
    ResourceFactory(title="辅食添加", live=True)
    for asked in ("洗手", "晨间 七步", "周老师 洗手", "临溪 照护"):
        shown = listed(editor, q=asked)
        assert "七步洗手法" in shown, asked
        assert "辅食添加" not in shown, asked


def test_it_finds_by_number_school_type_and_domain(editor):
    wanted = ResourceFactory(
        title="想要的",
        live=True,
        school=SchoolFactory(name="甲学院", slug="a"),
        resource_type=term(models.ResourceType, "case"),
        care_domains=[term(models.CareDomain, "safety")],
    )
    ResourceFactory(title="别的", live=True, school=SchoolFactory(name="乙学院", slug="b"))
    for asked in (
        {"q": str(wanted.pk)},
        {"school": str(wanted.school_id)},
        {"resource_type": str(wanted.resource_type_id)},
        {"domain": str(term(models.CareDomain, "safety").pk)},
    ):
        shown = listed(editor, **asked)
        assert "想要的" in shown, asked
        assert "别的" not in shown, asked


def test_drafts_can_be_chosen_by_no_address(editor):
    draft = ResourceFactory(title="没有发布的")
    assert "没有发布的" not in listed(editor)
    assert "没有发布的" not in listed(editor, q=str(draft.pk))
    assert editor.get(reverse("resource_chooser:chosen", args=[draft.pk])).status_code == 404
    several = editor.get(reverse("resource_chooser:chosen_multiple"), {"id": draft.pk})
    assert "没有发布的" not in several.content.decode()


def test_ten_thousand_resources_are_searched_in_few_queries(editor, django_assert_max_num_queries):
    school = SchoolFactory()
    contributor = person("teacher", school=school)
    models.Resource.objects.bulk_create(
        models.Resource(title=f"课件第 {number} 份", school=school, contributor=contributor, live=True)
        for number in range(10_000)
    )
    ResourceFactory(title="要找的洗手课件", live=True)
    listed(editor)
    with django_assert_max_num_queries(12):
        assert "要找的洗手课件" in listed(editor, q="洗手")


def test_every_row_has_its_picture_without_a_query_each(editor, django_assert_max_num_queries):
    for title in ("一", "二", "三", "四"):
        ResourceFactory(title=title, live=True, files=[["封面"]])
    listed(editor)
    with django_assert_max_num_queries(18):
        assert listed(editor).count('class="chooserpic"') == 4


@pytest.mark.parametrize("role", ["teacher", "reviewer", "manager"])
def test_people_of_schools_do_not_get_in(role):
    client = Client()
    client.force_login(person(role))
    assert client.get(reverse(CHOOSE)).status_code in (302, 403)


def test_editors_may_publish_pages_but_not_resources():
    editor = person("editor")
    assert editor.has_perm("home.change_sitesettings")
    assert not editor.has_perm("resources.publish_resource")
    from home.models import CollectionIndexPage

    assert CollectionIndexPage.objects.get().permissions_for_user(editor).can_publish_subpage()
