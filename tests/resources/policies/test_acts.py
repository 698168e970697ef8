"""No single act of an author lets more users read than before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from resources.models import Licence, Resource
from resources.policies import Action, may
from tests.factories import term
from tests.resources.policies.policy_table import ROLES, STATES, Alliance, Thing, reads
from tests.resources.policies.test_views import FILE_ADDRESSES, WRITES, client_of, some

pytestmark = pytest.mark.django_db
COMPLETE = True

READING = (Action.FIND, Action.VIEW, Action.DOWNLOAD, Action.SEE_TOMBSTONE)
PUBLISHED_ONCE = [state for state in STATES if state != "draft"]
OPENING: dict[str, dict[str, Any]] = {
    "draft": {"do": "submit", "commitment": "yes", "title": "改过的题名", "visibility": "public"},
    "visibility": {"visibility": "public"},
    "embargo": {"until": ""},
}
"""What opens the most, where an address takes a choice."""


def reach(alliance: Alliance, resource: Resource) -> set[tuple[str, Action]]:
    fresh = Resource.objects.get(pk=resource.pk)
    return {(role, action) for role in ROLES for action in READING if may(alliance.users[role], action, fresh)}


def act(alliance: Alliance, role: str, name: str, data: dict[str, Any], one: Thing) -> int:
    files = [one.resource.latest_revision.files.get().uid] if name in FILE_ADDRESSES else []
    if name == "draft":
        data = {**data, "licence": term(Licence, "cc-by").pk}
    answer = client_of(alliance, role).post(reverse(name, args=[one.resource.pk, *files]), data)
    return answer.status_code


@pytest.mark.parametrize(("name", "action", "data"), WRITES, ids=[row[0] for row in WRITES])
def test_no_act_of_the_author_opens_what_was_published_to_anybody(
    alliance: Alliance, name: str, action: Action, data: dict[str, Any]
):
    for one in some(alliance, downloads=("nobody",)):
        if one.state not in PUBLISHED_ONCE:
            continue
        before = reach(alliance, one.resource)
        with transaction.atomic():
            assert act(alliance, "author", name, OPENING.get(name, data), one) < 500
            opened = reach(alliance, one.resource) - before
            transaction.set_rollback(True)
        if name == "withdraw":
            # It is shown to those who can read the resource or could while it was published.
            was = replace(one, state="live") if one.state == "expired" else one
            opened -= {(role, Action.SEE_TOMBSTONE) for role in ROLES if reads(role, was)}
        assert not opened, str(one)
