"""While the engine is away the site searches titles and keywords in the database, and says so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from resources.models import AgeBand, CareDomain, ResourceType
from search import engine_provider as engines
from search.models import SearchFailure
from search.query.document_search import find_pages
from search.query.failures import write_failures
from search.views import DEGRADED_HEADER
from tests.factories import ResourceFactory, SchoolFactory, person, term

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _engine_away(settings):
    settings.SEARCH_URL = NOBODY_LISTENS
    engines.forget()


def get(client, **parameters):
    return client.get(reverse("search"), parameters)


def titles(response) -> set[str]:
    return {result.resource.title for result in response.context["answer"].results}


def test_titles_and_keywords_are_found_and_the_page_says_that_this_is_all(client):
    ResourceFactory(live=True, title="洗手环节", keywords=[])
    ResourceFactory(live=True, title="照护手册", keywords=["洗手", "清洁"])
    ResourceFactory(live=True, title="别的", keywords=["别的"], files=[["洗手"]])
    response = get(client, q="洗手")
    assert response.status_code == 200
    assert titles(response) == {"洗手环节", "照护手册"}
    assert response[DEGRADED_HEADER] == "1"
    assert "现在只搜题名和关键词" in response.content.decode()


def test_every_word_must_be_there_and_case_does_not_matter(client):
    ResourceFactory(live=True, title="WHO 照护框架", keywords=["回应"])
    ResourceFactory(live=True, title="WHO 报告", keywords=[])
    assert titles(get(client, q="who 回应")) == {"WHO 照护框架"}


def test_permissions_hold_without_the_engine_too(client):
    school = SchoolFactory()
    ResourceFactory(live=True, title="洗手联盟", visibility="alliance", school=school)
    ResourceFactory(title="洗手草稿", school=school)
    assert titles(get(client, q="洗手")) == set()
    client.force_login(person("teacher"))
    assert titles(get(client, q="洗手")) == {"洗手联盟"}
    assert client.get("/api/search", {"q": "洗手"}).json()["degraded"] is True


@pytest.mark.parametrize(
    ("chosen", "value"),
    [
        ("type", "lesson-plan"),
        ("domain", "nutrition"),
        ("months", "10"),
        ("use", "adapt"),
        ("use", "anyone"),
        ("format", "pdf"),
        ("year", "2026"),
        ("school", "jia"),
        ("course", "life-care"),
        ("language", "en"),
    ],
)
def test_filters_hold_and_stay_in_sight(client, chosen, value):
    from resources.models import CourseUnit, Licence
    from tests.factories import BlobFactory

    wanted = ResourceFactory(
        live=True,
        title="要找的",
        school=SchoolFactory(slug="jia"),
        language="en",
        resource_type=term(ResourceType, "lesson-plan"),
        care_domains=[term(CareDomain, "nutrition")],
        age_bands=[term(AgeBand, "m7-12")],
        files=[BlobFactory(kind="pdf")],
    )
    other = ResourceFactory(
        live=True,
        title="别的",
        school=SchoolFactory(slug="yi"),
        licence=term(Licence, "view-only"),
        course_units=[term(CourseUnit, "observation")],
        age_bands=[term(AgeBand, "m25-36")],
        files=[BlobFactory(kind="slides")],
    )
    type(other).objects.filter(pk=other.pk).update(first_published_at="2020-05-05T00:00:00Z")
    type(wanted).objects.filter(pk=wanted.pk).update(first_published_at="2026-05-05T00:00:00Z")
    response = get(client, **{chosen: value})
    assert titles(response) == {wanted.title}
    assert len(response.context["chips"]) == 1


def test_suggestions_and_similar_resources_are_left_out_quietly(client):
    resource = ResourceFactory(live=True, title="洗手")
    assert client.get(reverse("suggest"), {"q": "洗"}).json() == {"items": []}
    answer = client.get(reverse("similar", args=[resource.pk]))
    assert answer.status_code == 200
    assert answer.content.strip() == b""


def test_a_failure_nobody_thought_of_is_answered_the_same_way(client, settings, monkeypatch):
    from search.engines.embedded import EmbeddedEngine

    settings.SEARCH_URL = ""
    engines.forget()

    def stumble(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(EmbeddedEngine, "search", stumble)
    ResourceFactory(live=True, title="洗手")
    assert titles(get(client, q="洗手")) == {"洗手"}
    assert titles(get(client, q="洗手")) == {"洗手"}
    failure = SearchFailure.objects.get()
    assert (failure.place, failure.times) == ("search", 2)
    assert failure.error.startswith("ZeroDivisionError in test_database_fallback.py:")


def test_what_a_user_typed_is_in_no_count_of_failures(client, settings, monkeypatch):
    def stumble(*args, **kwargs):
        raise ValueError("私密的词")

    monkeypatch.setattr("search.query.document_search.search_engines", stumble)
    resource = ResourceFactory(live=True, title="洗手")
    assert find_pages(resource_id=resource.pk, text="私密的词", who=person("teacher")) is None
    write_failures()
    failure = SearchFailure.objects.get(place="document")
    assert "私密" not in failure.error
    assert failure.error.startswith("ValueError")


def test_a_damaged_embedded_index_is_degraded_not_an_error(client, settings):
    settings.SEARCH_URL = ""
    engines.forget()
    ResourceFactory(live=True, title="洗手")
    settings.SEARCH_FOLDER.mkdir(parents=True)
    (settings.SEARCH_FOLDER / "CURRENT").write_text("nonsense")
    response = get(client, q="洗手")
    assert titles(response) == {"洗手"}
    assert response[DEGRADED_HEADER] == "1"
