"""Lists: order, notes, headings, and who sees what."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lessons.models import ResourceList
from lessons.services import lists
from members.models import Membership, School
from resources.models import Resource, UsageEvent
from resources.publishing import live
from tests.factories import ResourceFactory, SchoolFactory, person

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def owner(school):
    return person("teacher", school=school)


@pytest.fixture
def resources(school, owner) -> list[Resource]:
    return [ResourceFactory(live=True, title=f"第{n}件", school=school, contributor=owner) for n in "甲乙丙"]


@pytest.fixture
def reading(owner, resources) -> ResourceList:
    made = lists.create_list(who=owner, title="见习前一周")
    lists.add_to_list(who=owner, list_id=made.pk, resource_ids=[one.pk for one in resources])
    return made


def share(reading: ResourceList, audience: str) -> None:
    lists.edit_list(who=reading.owner, list_id=reading.pk, title=reading.title, note="", audience=audience)


def page_of(user, reading: ResourceList):
    return client_of(user).get(reverse("resource_list", args=[reading.pk]))


def titles(answer) -> list[str]:
    lines = answer.context["lines"]
    return [line.entry.heading or (line.card.resource.title if line.card else "-") for line in lines]


def change(user, reading: ResourceList, **form):
    return client_of(user).post(reverse("list_change", args=[reading.pk]), form)


def test_a_list_is_made_filled_ordered_and_annotated_by_forms_alone(owner, resources):
    client = client_of(owner)
    made = client.post(reverse("my_lists"), {"title": "辅食第一课"})
    reading = ResourceList.objects.get(title="辅食第一课")
    assert made["Location"] == reverse("resource_list", args=[reading.pk])
    for resource in resources[:2]:
        client.post(reverse("list_add"), {"resource": resource.pk, "list": reading.pk})
    first, second = reading.entries.all()
    change(owner, reading, do=f"up:{second.pk}")
    change(owner, reading, do=f"edit:{first.pk}", text="先看这一页")
    change(owner, reading, do="heading", text="进班之前")
    answer = client.get(reverse("resource_list", args=[reading.pk]))
    assert titles(answer) == ["第乙件", "第甲件", "进班之前"]
    assert "先看这一页" in answer.content.decode()
    change(owner, reading, do=f"remove:{first.pk}")
    assert titles(client.get(reverse("resource_list", args=[reading.pk]))) == ["第乙件", "进班之前"]


def test_the_script_writes_a_whole_order(owner, reading):
    ids = list(reading.entries.values_list("pk", flat=True))
    answer = client_of(owner).post(
        reverse("list_change", args=[reading.pk]),
        {"do": "order", "entries": ",".join(map(str, reversed(ids)))},
        headers={"X-Requested-With": "fetch"},
    )
    assert answer.json() == {"saved": True}
    assert list(reading.entries.values_list("pk", flat=True)) == ids[::-1]


def test_a_deleted_list_comes_back_on_request(owner, reading):
    answer = change(owner, reading, do="delete")
    assert page_of(owner, reading).status_code == 404
    assert "见习前一周" in client_of(owner).get(answer["Location"]).content.decode()
    change(owner, reading, do="restore")
    assert page_of(owner, reading).status_code == 200


READERS = ("owner", "colleague", "stranger", "without school", "suspended member", "editor")
ALLOWED = {
    "private": {"owner"},
    "school": {"owner", "colleague"},
    "alliance": {"owner", "colleague", "stranger", "editor"},
}


@pytest.mark.parametrize("audience", ALLOWED)
@pytest.mark.parametrize("reader", READERS)
def test_who_may_open_a_list(audience: str, reader: str, owner, school, reading):
    readers = {
        "owner": lambda: owner,
        "colleague": lambda: person("teacher", school=school),
        "stranger": lambda: person("teacher"),
        "without school": lambda: person(),
        "suspended member": lambda: person("teacher", school=SchoolFactory(suspended=True)),
        "editor": lambda: person("editor"),
    }
    share(reading, audience)
    user = readers[reader]()
    allowed = reader in ALLOWED[audience]
    assert page_of(user, reading).status_code == (200 if allowed else 404)
    if reader != "owner":
        assert change(user, reading, do="delete").status_code == 404
        form = {"title": "x", "note": "", "audience": "private"}
        assert client_of(user).post(reverse("resource_list", args=[reading.pk]), form).status_code == 404
    reading.refresh_from_db()
    assert (reading.title, reading.deleted_at) == ("见习前一周", None)


@pytest.mark.parametrize("end", ["the owner leaves", "the school is suspended"])
def test_a_shared_list_closes_with_its_owner(end: str, owner, school, reading):
    share(reading, "alliance")
    reader = person("teacher")
    assert page_of(reader, reading).status_code == 200
    if end == "the owner leaves":
        Membership.objects.filter(user=owner).update(active=False)
    else:
        School.objects.filter(pk=school.pk).update(state=School.State.SUSPENDED)
    assert page_of(reader, reading).status_code == 404


def test_readers_learn_nothing_of_resources_that_are_not_open_to_them(owner, resources, reading):
    share(reading, "alliance")
    Resource.objects.filter(pk=resources[1].pk).update(visibility="school")
    lists.edit_entry(
        who=owner, list_id=reading.pk, entry_id=reading.entries.get(resource=resources[1]).pk, text="这是秘密"
    )
    answer = page_of(person("teacher"), reading)
    assert titles(answer) == ["第甲件", "第丙件"]
    assert "第乙件" not in answer.content.decode()
    assert "这是秘密" not in answer.content.decode()
    assert answer.context["count"] == 2


def test_the_owner_sees_that_and_why_a_resource_is_gone(owner, resources, reading):
    live.withdraw(who=owner, resource_id=resources[0].pk, reason="版权有疑问")
    other = SchoolFactory()
    Resource.objects.filter(pk=resources[1].pk).update(visibility="school", school=other)
    page = page_of(owner, reading).content.decode()
    assert "版权有疑问" in page
    assert "第乙件" not in page
    assert "你已看不到这件资源" in page


def test_what_was_seen_and_downloaded_last_stands_below_the_favourites(owner, resources):
    from django.utils import timezone

    for kind, resource in (("view", resources[0]), ("view", resources[1]), ("download", resources[2])):
        UsageEvent.objects.create(
            resource=resource, kind=kind, user=owner, visitor=f"user:{owner.pk}", hour=timezone.now()
        )
    hidden = ResourceFactory(live=True, title="看不到了", visibility="school", school=SchoolFactory())
    UsageEvent.objects.create(resource=hidden, kind="view", user=owner, visitor="x", hour=timezone.now())
    answer = client_of(owner).get(reverse("my_lists"))
    assert [card.resource.title for card in answer.context["seen"]] == ["第乙件", "第甲件"]
    assert [card.resource.title for card in answer.context["downloaded"]] == ["第丙件"]
    assert "看不到了" not in answer.content.decode()


def test_someone_of_no_school_shares_nothing():
    user = person()
    reading = lists.create_list(who=user, title="备用")
    client = client_of(user)
    form = {"title": "备用", "note": "", "audience": "alliance"}
    assert client.post(reverse("resource_list", args=[reading.pk]), form).status_code == 400
    reading.refresh_from_db()
    assert reading.audience == "private"


def test_two_requests_at_once_make_one_list_of_favourites(owner):
    assert lists.favourites_of(owner) == lists.favourites_of(owner)
    assert ResourceList.objects.filter(owner=owner, is_favourites=True).count() == 1
