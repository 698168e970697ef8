"""Every refusal of a draft endpoint has a stable code for scripts and a sentence for people."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import UserError
from resources.models import Resource, review_guard
from resources.publishing import abuse_reports, drafts, live, review, transfer
from tests.factories import BlobFactory
from tests.factories.cast import Cast, make_cast

JSON = {"Accept": "application/json"}


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.mark.parametrize("module", [abuse_reports, drafts, live, review, review_guard, transfer])
def test_every_refusal_has_a_code_and_a_message_of_its_own(module: object):
    refusals = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, UserError) and each.__module__ == module.__name__  # type: ignore[attr-defined]
    ]
    assert refusals
    for refusal in refusals:
        assert "code" in vars(refusal), refusal
        assert refusal.code != UserError.code
        assert str(refusal.message) != str(UserError.message)
        assert 400 <= refusal.http_status < 500


@pytest.mark.django_db
def test_scripts_get_the_code_of_a_refusal(client: Client, people: Cast):
    client.force_login(people.author)
    draft, under_review = people.draft(), people.submitted()
    blob = BlobFactory(school=people.school, uploaded_by=people.author)

    def answer(resource: Resource, uid: object) -> tuple[int, str]:
        posted = client.post(reverse("draft_files", args=[resource.pk]), {"blob": str(uid)}, headers=JSON)
        assert posted.json()["message"]
        return posted.status_code, posted.json()["code"]

    assert answer(draft, uuid4()) == (404, "upload_gone")
    assert answer(draft, "no uuid") == (404, "upload_gone")
    assert answer(under_review, blob.uid) == (409, "under_review")


@pytest.mark.django_db
def test_people_get_the_message_of_a_refusal(client: Client, people: Cast):
    client.force_login(people.author)
    draft = people.draft()
    remove = reverse("draft_file_remove", args=[draft.pk, uuid4()])
    page = client.post(remove, follow=True)
    assert page.redirect_chain[0][0] == reverse("draft", args=[draft.pk]) + "#files"
    assert str(drafts.FileGone.message) in page.content.decode()
