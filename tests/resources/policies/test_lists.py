"""Lists hold what the policy opens, and nothing in them leads nowhere."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.resources.policies.policy_table import ROLES, Alliance, looks_after
from tests.resources.policies.test_views import client_of, is_signed_in

pytestmark = pytest.mark.django_db

SIGNED_IN = [role for role in ROLES if is_signed_in(role)]
REVIEWING = ("foreign_reviewer", "reviewer", "manager", "lonely_reviewer", "two_schools", "editor", "editing_teacher")


def listed(alliance: Alliance, role: str, **query: str) -> set[int]:
    client, found, number, more = client_of(alliance, role), set(), 1, True
    while more:
        page = client.get(reverse("workspace"), {**query, "page": number}).content.decode()
        new = {int(pk) for pk in re.findall(r'href="/workspace/resources/(\d+)/"', page)} - found
        found, number, more = found | new, number + 1, bool(new)
    return found


@pytest.mark.parametrize("role", SIGNED_IN)
def test_my_resources_are_those_i_contributed_and_may_still_open(alliance: Alliance, role: str):
    wanted = {one.resource.pk for one in alliance.things if one.maker == role and looks_after(role, one)}
    assert listed(alliance, role, state="all") == wanted


@pytest.mark.parametrize("role", REVIEWING)
def test_all_drafts_are_those_i_look_after(alliance: Alliance, role: str):
    wanted = {one.resource.pk for one in alliance.things if looks_after(role, one)}
    assert listed(alliance, role, scope="all") == wanted
