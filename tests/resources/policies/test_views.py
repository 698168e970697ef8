"""URLs answer as the policy does: a hidden resource looks like one that does not exist."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from resources.policies import Action
from tests.resources.policies.policy_table import ROLES, STAFF, STATES, Alliance, Thing, expected

pytestmark = pytest.mark.django_db
COMPLETE = True
NOWHERE = 999_999_999


def client_of(alliance: Alliance, role: str) -> Client:
    client = Client()
    user = alliance.users[role]
    if user.is_authenticated and user.is_active:
        client.force_login(user)
    return client


def some(alliance: Alliance, *, downloads: tuple[str, ...] = ("anyone", "nobody")) -> list[Thing]:
    """Every state and visibility, with an open and a closed licence."""
    return [one for one in alliance.things if one.maker == "author" and one.download in downloads]


def is_signed_in(role: str) -> bool:
    return role not in ("visitor", "closed")


@pytest.mark.parametrize("role", ROLES)
def test_resource_page(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    for one in some(alliance, downloads=("anyone",)):
        answer = client.get(reverse("resource", args=[one.resource.pk]))
        if expected(role, Action.VIEW, one):
            wanted = 200
        elif expected(role, Action.SEE_TOMBSTONE, one):
            wanted = 410
        elif expected(role, Action.SEE_DRAFT, one):
            wanted = 302
        else:
            wanted = 404
        assert answer.status_code == wanted, f"{role}: {one}"


PARTS_OF_THE_PAGE = ("resource_pages", "resource_qr", "resource_report")


@pytest.mark.parametrize("name", PARTS_OF_THE_PAGE)
@pytest.mark.parametrize("role", ROLES)
def test_what_belongs_to_the_page_is_there_for_its_readers_only(alliance: Alliance, role: str, name: str):
    client = client_of(alliance, role)
    for one in some(alliance, downloads=("anyone",)):
        answer = client.get(reverse(name, args=[one.resource.pk]))
        assert answer.status_code == (200 if expected(role, Action.VIEW, one) else 404), f"{role}: {one}"


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_a_draft_are_there_for_its_people_only(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    for one in some(alliance, downloads=("anyone",)):
        address = reverse("resource_pages", args=[one.resource.pk])
        answer = client.get(address, {"revision": one.resource.latest_revision_id})
        assert answer.status_code == (200 if expected(role, Action.SEE_DRAFT, one) else 404), f"{role}: {one}"


@pytest.mark.parametrize("role", ROLES)
def test_download(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    for one in some(alliance):
        uid = one.resource.latest_revision.files.get().uid
        answer = client.get(reverse("download", args=[one.resource.pk, uid]))
        if expected(role, Action.DOWNLOAD, one) or expected(role, Action.SEE_DRAFT, one):
            wanted = 302
        elif expected(role, Action.VIEW, one):
            wanted = 403
        else:
            wanted = 404
        assert answer.status_code == wanted, f"{role}: {one}"


@pytest.mark.parametrize("role", ROLES)
def test_draft_page_and_everything_under_it(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    for one in [thing for thing in some(alliance, downloads=("anyone",)) if thing.visibility == "public"]:
        allowed = expected(role, Action.SEE_DRAFT, one)
        for name in ("draft", "draft_files"):
            answer = client.get(reverse(name, args=[one.resource.pk]))
            if not is_signed_in(role):
                assert answer.status_code == 302
                assert answer.url.startswith("/accounts/login/")
            else:
                assert answer.status_code == (200 if allowed else 404), f"{role} {name}: {one}"


WRITES: list[tuple[str, Action, dict[str, Any]]] = [
    ("draft", Action.EDIT, {"do": "save", "title": "改过的题名", "visibility": "public"}),
    ("draft_files", Action.EDIT, {"blob": "00000000-0000-4000-8000-000000000000"}),
    ("draft_file_order", Action.EDIT, {}),
    ("draft_take_back", Action.TAKE_BACK, {}),
    ("draft_discard", Action.DISCARD, {}),
    ("withdraw", Action.WITHDRAW, {"reason": "试一试"}),
    ("visibility", Action.NARROW, {"visibility": "school"}),
    ("cancel_schedule", Action.WITHDRAW, {}),
    ("embargo", Action.NARROW, {"until": ""}),
    ("draft_file_remove", Action.EDIT, {}),
    ("draft_file_rename", Action.EDIT, {"name": "另一个名字"}),
    ("draft_split", Action.EDIT, {}),
    ("draft_relation", Action.EDIT, {"other": "1", "kind": "same"}),
    ("draft_file_retry", Action.SEE_DRAFT, {}),
    ("file_take_down", Action.NARROW, {"reason": "试一试"}),
    ("hand_over", Action.HAND_OVER, {"contributor": "1"}),
]
FILE_ADDRESSES = frozenset({"draft_file_remove", "draft_file_rename", "draft_file_retry", "file_take_down"})
ELSEWHERE = {
    "review": "tests/resources/web/test_review_pages.py",
    "similar": "test_apis.py",
    "notice": "tests/resources/web/test_notices.py",
    **dict.fromkeys(
        ("person_role", "person_leave", "person_return", "person_hand_over", "invitation_again", "invitation_end"),
        "tests/resources/web/test_people.py",
    ),
}


def test_every_address_that_names_a_resource_has_a_rule():
    """A new URL needs a rule here, or its access would be untested."""
    from resources import urls as of_resources
    from search import urls as of_search

    patterns = [*of_resources.urlpatterns, *of_search.urlpatterns]
    named = {pattern.name for pattern in patterns if "pk" in pattern.pattern.converters}
    assert named == {"resource", "download", *PARTS_OF_THE_PAGE, *ELSEWHERE, *(name for name, _action, _data in WRITES)}


@pytest.mark.parametrize(("name", "action", "data"), WRITES, ids=[row[0] for row in WRITES])
def test_writing_follows_the_policy(alliance: Alliance, name: str, action: Action, data: dict[str, Any]):
    """404 for roles that may not see the draft, 403 for those that may not act, never a success."""
    from resources.models import Resource

    for state in STATES:
        one = next(thing for thing in some(alliance) if thing.state == state and thing.visibility == "alliance")
        before = Resource.objects.filter(pk=one.resource.pk).values().get()
        uid = one.resource.latest_revision.files.get().uid
        address = reverse(name, args=[one.resource.pk, uid] if name in FILE_ADDRESSES else [one.resource.pk])
        for role in ROLES:
            if expected(role, action, one) or not is_signed_in(role):
                continue
            answer = client_of(alliance, role).post(address, data)
            wanted = 403 if expected(role, Action.SEE_DRAFT, one) else 404
            assert answer.status_code == wanted, f"{role}: {one}"
        assert Resource.objects.filter(pk=one.resource.pk).values().get() == before


@pytest.mark.parametrize("role", sorted(set(ROLES) - STAFF - {"author", "reviewer", "manager"}))
def test_a_hidden_resource_answers_like_one_that_does_not_exist(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    hidden = next(one for one in some(alliance) if not any(expected(role, action, one) for action in Action))
    for name in ("resource", "draft", "review"):
        there = client.get(reverse(name, args=[hidden.resource.pk]))
        nowhere = client.get(reverse(name, args=[NOWHERE]))
        assert there.status_code == nowhere.status_code
        assert len(there.content) == pytest.approx(len(nowhere.content), abs=40)


@pytest.mark.parametrize("path", ["/workspace/resources/0/", "/workspace/resources/99999999999999999999999/", "/r/-1/"])
def test_numbers_no_database_holds_are_404(alliance: Alliance, path: str):
    assert client_of(alliance, "editor").get(path).status_code == 404
