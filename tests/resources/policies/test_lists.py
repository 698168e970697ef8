"""Lists hold what the policy opens, and nothing in them leads nowhere."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.resources.policies.test_views import client_of, is_signed_in
from tests.resources.policies.world import ROLES, World, looks_after

pytestmark = pytest.mark.django_db

SIGNED_IN = [role for role in ROLES if is_signed_in(role)]
REVIEWING = ("foreign_reviewer", "reviewer", "manager", "lonely_reviewer", "two_schools", "editor", "editing_teacher")


def listed(world: World, role: str, **query: str) -> set[int]:
    client, found, number, more = client_of(world, role), set(), 1, True
    while more:
        page = client.get(reverse("workspace"), {**query, "page": number}).content.decode()
        new = {int(pk) for pk in re.findall(r'href="/workspace/resources/(\d+)/"', page)} - found
        found, number, more = found | new, number + 1, bool(new)
    return found


@pytest.mark.parametrize("role", SIGNED_IN)
def test_my_resources_are_those_i_contributed_and_may_still_open(world: World, role: str):
    wanted = {one.resource.pk for one in world.things if one.maker == role and looks_after(role, one)}
    assert listed(world, role) == wanted


@pytest.mark.parametrize("role", REVIEWING)
def test_all_drafts_are_those_i_look_after(world: World, role: str):
    wanted = {one.resource.pk for one in world.things if looks_after(role, one)}
    assert listed(world, role, scope="all") == wanted
