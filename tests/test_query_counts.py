"""One more row costs no more queries, on lists that have no test of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.services.lists import create_list, keep
from members.models import Notice, User
from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.factories import ResourceFactory, SchoolFactory, person
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def queries(client: Client, address: str) -> int:
    """Of a request when everything that is remembered between requests is remembered."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(captured)


def tell(user: User, count: int) -> None:
    for number in range(count):
        Notice.objects.create(user=user, key=f"{count}:{number}", subject="已发布", path="/")


def index() -> None:
    with engines.opened_writer() as writer:
        deliver_all(writer)
    engines.forget()


def more_notices(people: Cast, count: int) -> None:
    tell(people.author, count)


def more_drafts(people: Cast, count: int) -> None:
    for _number in range(count):
        people.submitted()


def more_published(people: Cast, count: int) -> None:
    for _number in range(count):
        ResourceFactory(live=True, school=people.school, contributor=people.author, files=[["洗手要用流动水"]])
    index()


def more_schools(people: Cast, count: int) -> None:
    for _number in range(count):
        ResourceFactory(live=True, school=SchoolFactory())


def more_people(people: Cast, count: int) -> None:
    for _number in range(count):
        person("teacher", school=people.school)


def more_kept(people: Cast, count: int) -> None:
    for _number in range(count):
        resource = ResourceFactory(live=True, school=people.school, contributor=people.author, files=[["洗手"]])
        keep(who=people.author, resource_id=resource.pk)
        create_list(who=people.author, title="备用")


LISTS: dict[str, tuple[str, str, Callable[[Cast, int], None]]] = {
    "notices": ("author", "notices", more_notices),
    "own favourites and lists": ("author", "my_lists", more_kept),
    "own uploads": ("author", "workspace", more_drafts),
    "people of a school": ("manager", "people_of", more_people),
    "search API": ("author", "/api/search?q=洗手", more_published),
    "search API, browsing": ("author", "/api/search", more_published),
    "schools": ("author", "schools", more_schools),
    "resources in the admin": ("editor", "/cms/resources/", more_published),
    "schools in the admin": ("administrator", "/cms/schools/", more_schools),
    "people in the admin": ("administrator", "/cms/users/", more_people),
}


@pytest.mark.parametrize("name", LISTS)
def test_more_rows_cost_no_more_queries(name: str):
    who, address, more = LISTS[name]
    people = make_cast()
    user: Any = person("administrator") if who == "administrator" else getattr(people, who)
    client = Client()
    client.force_login(user)
    arguments = [people.school.slug] if address == "people_of" else []
    path = address if address.startswith("/") else reverse(address, args=arguments)
    engines.forget()
    more(people, 2)
    few = queries(client, path)
    more(people, 5)
    many = queries(client, path)
    assert many <= few
