"""The tokens in the index agree with the policy for every viewer and state."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import School
from resources.models import Resource
from search.access import document_tokens, viewer_tokens
from search.engines.types import EVERYTHING
from search.indexing.documents import build
from tests.factories import MembershipFactory, ResourceFactory, SchoolFactory, UserFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

VISIBILITIES = ("public", "alliance", "school")
STATES = ("live", "embargoed", "embargo over", "draft", "withdrawn")


@pytest.fixture
def schools():
    return {"own": SchoolFactory(), "other": SchoolFactory(), "suspended": SchoolFactory(suspended=True)}


@pytest.fixture
def everything(schools):
    """One resource of every visibility, state and school."""
    for visibility, state, school in product(VISIBILITIES, STATES, schools.values()):
        resource = ResourceFactory(
            live=state != "draft", visibility=visibility, school=school, title=f"{visibility} {state} {school.slug}"
        )
        if state.startswith("embargo"):
            days = 2 if state == "embargoed" else -2
            Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() + timedelta(days=days))
        if state == "withdrawn":
            Resource.objects.filter(pk=resource.pk).update(
                live=False, withdrawn_at=timezone.now(), withdrawal_reason="版权", withdrawn_by=resource.contributor
            )
    return Resource.objects.all()


def viewers(schools: dict[str, School]):
    yield "visitor", AnonymousUser()
    yield "signed in, no member", UserFactory()
    for role in ("teacher", "reviewer", "manager"):
        yield role, person(role, school=schools["own"])
    yield "of a suspended school", person("teacher", school=schools["suspended"])
    yield "editor", person("editor")
    yield "administrator", person("administrator")
    two = person("teacher", school=schools["own"])
    MembershipFactory(user=two, school=schools["other"])
    yield "of two schools", two
    left = person("teacher", school=schools["own"])
    left.memberships.update(active=False)
    yield "left the school", left
    yield "deactivated", person("teacher", school=schools["own"], is_active=False)


def test_index_tokens_and_policy_agree_for_every_viewer_and_state(schools, everything):
    docs = build([row.pk for row in everything], version=1).docs
    for name, who in viewers(schools):
        tokens = viewer_tokens(who)
        by_index = {doc.id for doc in docs if EVERYTHING in tokens or tokens & set(doc.access)}
        by_policy = set(Resource.objects.visible_to(who).values_list("pk", flat=True))
        assert by_index == by_policy, name


def test_every_token_a_document_may_carry_is_some_viewers_or_nobodys(schools):
    resource = ResourceFactory(live=True, visibility="school", school=schools["own"])
    assert document_tokens(resource) == (f"school:{schools['own'].pk}",)
    assert document_tokens(resource)[0] in viewer_tokens(person("teacher", school=schools["own"]))
    assert document_tokens(resource)[0] not in viewer_tokens(person("teacher", school=schools["other"]))
