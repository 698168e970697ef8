"""The admin's dashboard and the pages editors work on there."""

from __future__ import annotations

import pytest
from django.test import Client

from home.models import HomePage
from resources.publishing import review
from tests.factories import ResourceFactory, SchoolFactory, person

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def waiting_for_the_alliance():
    """A submission of a school without another reviewer: both reviews are the alliance's."""
    school = SchoolFactory()
    author = person("teacher", school=school)
    resource = ResourceFactory(school=school, contributor=author, files=[["洗手"]])
    review.submit(who=author, resource_id=resource.pk, commitment=True)
    return resource


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_the_dashboard_opens_while_a_review_waits_and_leads_to_it(role):
    client = signed_in(role)
    assert "没有在等你审核的资源" in client.get("/cms/").content.decode()
    waiting_for_the_alliance()
    page = client.get("/cms/")
    assert page.status_code == 200
    assert "有 1 件资源在等你审核" in page.content.decode()
    assert "/workspace/review/" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/cms/reports/workflow/",
        "/cms/reports/workflow_tasks/",
        "/cms/reports/site-history/",
        "/cms/reports/locked/",
        "/cms/pages/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/settings/home/sitesettings/",
    ],
)
def test_what_editors_can_reach_opens_while_a_review_waits(path):
    waiting_for_the_alliance()
    assert signed_in("editor").get(path, follow=True).status_code == 200


def test_an_editor_edits_the_home_page():
    home = HomePage.objects.get()
    page = signed_in("editor").get(f"/cms/pages/{home.pk}/edit/")
    assert page.status_code == 200
    assert "id_tries" in page.content.decode()
