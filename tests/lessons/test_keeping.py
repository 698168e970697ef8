"""Keeping a resource in one tap: from results, viewer and resource page, with and without script."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.models import ListEntry
from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.factories import ResourceFactory, SchoolFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return person("teacher")


@pytest.fixture
def client(teacher) -> Client:
    client = Client()
    client.force_login(teacher)
    return client


def kept_by(user) -> list[int]:
    return list(ListEntry.objects.filter(list__owner=user).values_list("resource_id", flat=True))


def index() -> None:
    with engines.opened_writer() as writer:
        deliver_all(writer)
    engines.forget()


def test_the_form_of_the_results_keeps_a_resource_and_comes_back(client, teacher):
    resource = ResourceFactory(live=True, title="七步洗手", files=[["洗手要用流动水"]])
    index()
    page = client.get("/search/?q=洗手").content.decode()
    assert f'name="keep"\n  value="{resource.pk}"' in page
    answer = client.post(reverse("keep"), {"keep": resource.pk, "next": "/search/?q=x"})
    assert answer.status_code == 302
    assert answer["Location"] == "/search/?q=x"
    assert kept_by(teacher) == [resource.pk]
    page = client.get("/search/?q=洗手").content.decode()
    assert f'name="drop"\n  value="{resource.pk}"' in page
    assert 'aria-pressed="true"' in page


def test_the_script_gets_the_new_state(client, teacher):
    resource = ResourceFactory(live=True)
    headers = {"X-Requested-With": "fetch"}
    assert client.post(reverse("keep"), {"keep": resource.pk}, headers=headers).json() == {"pressed": True}
    assert client.post(reverse("keep"), {"drop": resource.pk}, headers=headers).json() == {"pressed": False}
    assert kept_by(teacher) == []


def test_keeping_twice_is_keeping_once(client, teacher):
    resource = ResourceFactory(live=True)
    for _time in range(2):
        client.post(reverse("keep"), {"keep": resource.pk})
    assert kept_by(teacher) == [resource.pk]


def test_resource_page_and_viewer_offer_it_to_signed_in_users_only(client):
    resource = ResourceFactory(live=True, files=[["洗手要用流动水"]])
    address = resource.get_absolute_url()
    assert client.get(address).content.decode().count('data-desk="keep drop"') == 2
    assert "data-desk" not in Client().get(address).content.decode()


def test_the_way_back_leads_to_no_other_host(client):
    resource = ResourceFactory(live=True)
    answer = client.post(reverse("keep"), {"keep": resource.pk, "next": "https://evil.example/"})
    assert answer["Location"] == reverse("my_lists")


def test_what_is_hidden_from_the_user_cannot_be_kept(client, teacher):
    other = SchoolFactory()
    hidden = [ResourceFactory(), ResourceFactory(live=True, visibility="school", school=other)]
    for resource in hidden:
        assert client.post(reverse("keep"), {"keep": resource.pk}).status_code == 404
    assert client.post(reverse("keep"), {"keep": 999_999}).status_code == 404
    assert kept_by(teacher) == []


def test_visitors_are_asked_to_sign_in():
    answer = Client().post(reverse("keep"), {"keep": 1})
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_more_results_and_favourites_cost_no_more_queries(client, teacher):
    def queries() -> int:
        client.get("/search/?q=洗手")
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=洗手")
        return len(captured)

    def more(count: int) -> None:
        for _number in range(count):
            resource = ResourceFactory(live=True, title="洗手", files=[["洗手要用流动水"]])
            client.post(reverse("keep"), {"keep": resource.pk})
        index()

    more(2)
    few = queries()
    more(5)
    assert queries() <= few
