"""An older version is open to those whom both its own terms and today's allow."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from django.urls import reverse

from resources.models import Licence, Resource
from tests.factories import BlobFactory, ResourceFactory, publish, term
from tests.resources.policies.policy_table import LICENCES, VISIBILITIES, Alliance, Thing, downloads, looks_after, reads
from tests.resources.policies.test_views import client_of

pytestmark = pytest.mark.django_db

READERS = ("visitor", "foreign_teacher", "colleague", "author", "editor")
TERMS = [*product(VISIBILITIES, ("cc-by",)), ("public", "alliance"), ("public", "school"), ("public", "view-only")]
UNDER = [(old, new) for old, new in product(TERMS, TERMS) if old != new]


def two_versions(alliance: Alliance, old: tuple[str, str], new: tuple[str, str]) -> tuple[Thing, Thing]:
    """As version 1 was, and as version 2 is."""
    author, ours = alliance.users["author"], alliance.schools["ours"]
    resource = ResourceFactory(
        school=ours,
        contributor=author,
        visibility=old[0],
        licence=term(Licence, old[1]),
        live=True,
        files=[BlobFactory(school=ours, uploaded_by=author)],
    )
    Resource.objects.filter(pk=resource.pk).update(visibility=new[0])
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    draft.licence = term(Licence, new[1])
    draft.save_revision(user=author, clean=False)
    now = Thing(publish(Resource.objects.get(pk=resource.pk)), "live", new[0], LICENCES[new[1]])
    return replace(now, visibility=old[0], download=LICENCES[old[1]]), now


def test_the_file_of_an_older_version_keeps_its_own_terms_beside_todays(alliance: Alliance):
    clients = {role: client_of(alliance, role) for role in READERS}
    for old, new in UNDER:
        past, now = two_versions(alliance, old, new)
        address = reverse("download", args=[now.resource.pk, now.resource.latest_revision.files.get().uid])
        for role, client in clients.items():
            if (downloads(role, past) and downloads(role, now)) or looks_after(role, now):
                wanted = 302
            else:
                wanted = 403 if reads(role, past) and reads(role, now) else 404
            assert client.get(address, {"v": 1}).status_code == wanted, f"{role}: {old} then {new}"
            assert (client.get(address, {"v": 2}).status_code == 302) == (
                downloads(role, now) or looks_after(role, now)
            ), f"{role}: {old} then {new}"


@pytest.mark.parametrize("old", VISIBILITIES)
@pytest.mark.parametrize("new", VISIBILITIES)
def test_an_older_version_is_listed_and_opened_where_both_audiences_agree(alliance: Alliance, old: str, new: str):
    past, now = two_versions(alliance, (old, "cc-by"), (new, "cc-by"))
    address = now.resource.get_absolute_url()
    for role in READERS:
        client = client_of(alliance, role)
        both = reads(role, past) and reads(role, now)
        assert (client.get(address, {"v": 1}).status_code == 200) == both, role
        if reads(role, now):
            page = client.get(address)
            assert page.status_code == 200
            assert (f"{address}?v=1" in page.content.decode()) == both, role
