"""The editors' screens of resources in the Wagtail admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from resources.models import VOCABULARIES, AgeBand, CourseUnit, Level, Resource
from resources.publishing import review
from search.facets import unit_chain
from tests.factories import MembershipFactory, ResourceFactory, person, term
from tests.factories.cast import make_cast

pytestmark = pytest.mark.django_db
NAMES = [model._meta.model_name for model in VOCABULARIES]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(person("editor"))
    return client


@pytest.mark.parametrize("name", NAMES)
def test_editors_look_after_every_vocabulary(editor: Client, name: str):
    assert editor.get(reverse(f"vocabulary_{name}:index")).status_code == 200
    assert editor.get(reverse(f"vocabulary_{name}:index"), {"q": "a", "active": "true"}).status_code == 200
    assert editor.get(reverse(f"vocabulary_{name}:add")).status_code == 200


@pytest.mark.parametrize("role", ["editor", "superuser"])
@pytest.mark.parametrize("name", NAMES)
def test_nobody_deletes_a_term(client: Client, name: str, role: str):
    client.force_login(person("administrator", is_superuser=True) if role == "superuser" else person("editor"))
    model = next(model for model in VOCABULARIES if model._meta.model_name == name)
    one = model.objects.first()
    client.post(reverse(f"vocabulary_{name}:delete", args=[one.pk]))
    assert model.objects.filter(pk=one.pk).exists()


def test_a_term_is_renamed_and_retired_but_keeps_its_code(editor: Client):
    level = term(Level, "training")
    data = {"code": "other", "label_zh": "培训（职前）", "label_en": "Training", "position": 4}
    answer = editor.post(reverse("vocabulary_level:edit", args=[level.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    level.refresh_from_db()
    assert (level.code, level.label_zh, level.active) == ("training", "培训（职前）", False)


def test_an_age_band_the_wrong_way_round_is_refused_in_words(editor: Client):
    data = {"code": "m9-3", "label_zh": "9～3 月", "position": 9, "min_months": 9, "max_months": 3, "active": "on"}
    page = editor.post(reverse("vocabulary_ageband:add"), data)
    assert page.status_code == 200
    assert "后一个不小于前一个" in page.content.decode()
    assert not AgeBand.objects.filter(code="m9-3").exists()


@pytest.mark.parametrize(
    ("code", "kind", "parent"),
    [
        ("life-care", "project", "life-care"),
        ("life-care", "project", ""),
        ("life-care", "course", "daily-care"),
        ("daily-care", "task", "life-care"),
    ],
)
def test_a_course_unit_can_not_belong_where_nothing_of_its_kind_does(editor: Client, code: str, kind: str, parent: str):
    course = CourseUnit.objects.create(code="daily-care", label_zh="日常照护", kind="course", position=1)
    project = CourseUnit.objects.create(code="p", label_zh="项目", kind="project", position=1, parent=course)
    CourseUnit.objects.create(code="t", label_zh="任务", kind="task", position=1, parent=project)
    unit = CourseUnit.objects.get(code=code)
    above = CourseUnit.objects.get(code=parent).pk if parent else ""
    data = {"code": code, "label_zh": "别的", "position": 1, "kind": kind, "parent": above, "active": "on"}
    page = editor.post(reverse("vocabulary_courseunit:edit", args=[unit.pk]), data)
    assert page.status_code == 200
    assert "属于" in page.content.decode()
    unit.refresh_from_db()
    assert unit.kind == "course"


@pytest.mark.parametrize("kind", ["", "book"])
def test_a_course_unit_of_no_kind_is_refused_in_words(editor: Client, kind: str):
    data = {"code": "x", "label_zh": "别的", "position": 1, "kind": kind, "active": "on"}
    page = editor.post(reverse("vocabulary_courseunit:add"), data)
    assert page.status_code == 200
    assert page.context["form"].errors["kind"]
    assert not CourseUnit.objects.filter(code="x").exists()


def test_units_that_belong_to_each_other_all_the_same_end_somewhere():
    one, other = [CourseUnit.objects.create(code=code, label_zh=code, kind="course") for code in ("a", "b")]
    CourseUnit.objects.filter(pk=one.pk).update(kind="project", parent=other)
    CourseUnit.objects.filter(pk=other.pk).update(kind="project", parent=one)
    assert [unit.code for unit in unit_chain(CourseUnit.objects.get(code="a"))] == ["a", "b"]


def test_the_list_of_resources_is_searched_filtered_and_leads_to_our_own_pages(editor: Client):
    here = ResourceFactory(live=True, title="洗手的七个步骤")
    other = ResourceFactory(title="辅食添加")
    index = reverse("resources_admin:index")
    page = editor.get(index, {"q": "洗手"}).content.decode()
    assert here.title in page
    assert other.title not in page
    assert reverse("draft", args=[here.pk]) in page
    page = editor.get(index, {"live": "false", "school": other.school_id}).content.decode()
    assert other.title in page
    assert here.title not in page


def test_the_tick_of_a_published_resource_is_a_word_of_the_users_language(editor: Client):
    ResourceFactory(live=True)
    page = editor.get(reverse("resources_admin:index")).content.decode()
    table = page[page.index("<tbody") :]
    assert "True" not in table
    assert "是" in table


@pytest.mark.parametrize("role", ["teacher", "reviewer", "manager"])
def test_schools_people_see_none_of_it(client: Client, role: str):
    client.force_login(person(role))
    for name in ("resources_admin:index", "vocabulary_level:index"):
        assert client.get(reverse(name)).status_code in (302, 403)


def test_no_screen_of_the_admin_edits_or_publishes_a_resource():
    from django.urls import get_resolver

    resource = ResourceFactory(live=True)
    model = Resource._meta.model_name
    namespaces = set(get_resolver().namespace_dict) | {
        name
        for resolver in get_resolver().url_patterns
        if hasattr(resolver, "namespace_dict")
        for name in resolver.namespace_dict
    }
    assert not [name for name in namespaces if name and name.startswith(f"wagtailsnippets_resources_{model}")]
    assert resource.live


def test_the_menu_leads_to_the_review_page(editor: Client):
    page = editor.get("/cms/", follow=True).content.decode()
    assert reverse("review_queue") in page


def test_the_first_page_works_with_reviews_waiting_and_own_submissions(client: Client):
    people = make_cast()
    MembershipFactory(user=people.editor, school=people.school)
    people.in_alliance_review()
    own = people.draft(contributor=people.editor)
    review.submit(who=people.editor, resource_id=own.pk, commitment=True)
    client.force_login(people.editor)
    answer = client.get("/cms/", follow=True)
    assert answer.status_code == 200
    assert reverse("review_queue") in answer.content.decode()
