"""What a school published stays while the school is suspended, wherever a reader meets it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from members.models import School
from resources.models import Resource
from resources.publishing import live
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person
from tests.resources.processing import made_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="望海职业学院")


@pytest.fixture
def resource(school: School) -> Resource:
    return published(school)


def published(school: School, **fields: object) -> Resource:
    blob = BlobFactory(content=made_files.simple_deck("晨检"), pages=["晨检流程"], school=school)
    return ResourceFactory(live=True, title="晨检流程", school=school, files=[blob], **fields)


def suspend(school: School) -> None:
    school.state = School.State.SUSPENDED
    school.save(update_fields=["state"])


def found(client: Client) -> list[str]:
    page = client.get(reverse("search"), {"q": "晨检流程"})
    rows = client.get("/api/search", {"q": "晨检流程"}).json()["results"]
    titles = [result.resource.title for result in page.context["answer"].results]
    assert titles == [row["title"] for row in rows]
    return titles


def test_a_visitor_still_finds_opens_and_downloads_it(
    both_engines: str, client: Client, school: School, resource: Resource, bring_index_up_to_date
) -> None:
    suspend(school)
    bring_index_up_to_date()
    assert found(client) == ["晨检流程"]
    page = client.get(resource.get_absolute_url()).content.decode()
    assert school.get_absolute_url() in page
    download = client.get(reverse("download", args=[resource.pk, resource.files.get().uid]))
    assert client.get(download["Location"]).status_code == 200
    for address in (reverse("feed"), reverse("school_feed", args=[school.slug]), "/sitemap-resources.xml"):
        assert resource.get_absolute_url() in client.get(address).content.decode(), address


def test_the_schools_page_says_so_and_no_list_names_it(client: Client, school: School, resource: Resource) -> None:
    suspend(school)
    page = client.get(school.get_absolute_url()).content.decode()
    assert "该院校目前没有参加联盟" in page
    assert "晨检流程" in page
    for address in (reverse("schools"), "/sitemap-schools.xml"):
        assert school.get_absolute_url() not in client.get(address).content.decode(), address


def test_the_page_of_a_withdrawn_resource_still_leads_to_the_school(
    client: Client, school: School, resource: Resource
) -> None:
    suspend(school)
    live.withdraw(who=person("administrator"), resource_id=resource.pk, reason="停用")
    assert school.get_absolute_url() in client.get(resource.get_absolute_url()).content.decode()


def test_what_only_the_school_could_see_is_seen_by_the_alliances_staff_alone(client: Client, school: School) -> None:
    teacher = person("teacher", school=school)
    inner = published(school, visibility="school")
    suspend(school)
    client.force_login(teacher)
    assert client.get(inner.get_absolute_url()).status_code == 404
    client.force_login(person("editor"))
    assert client.get(inner.get_absolute_url()).status_code == 200


def test_a_school_that_comes_back_is_as_before(client: Client, school: School, resource: Resource) -> None:
    suspend(school)
    school.state = School.State.ACTIVE
    school.save(update_fields=["state"])
    assert "没有参加联盟" not in client.get(school.get_absolute_url()).content.decode()
    assert school.get_absolute_url() in client.get(reverse("schools")).content.decode()
