"""Every URL of the editing desk: none fails, and each answers only those it is for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import WorkflowState

from home.models import CollectionIndexPage, CollectionPage
from members.models import User
from tests.factories import person
from tests.factories.cast import make_cast
from tests.hostile.cms_urls import CmsUrl, cms_urls

pytestmark = pytest.mark.django_db

FOR_ALL = {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}
"""Icons and texts of the editing desk."""

FOR_ADMINISTRATORS = ("wagtailusers_", "schools:", "memberships:", "audit_log", "system_health", "wagtailsites:")

WAGTAILS_FAULTS = {
    "wagtailadmin_pages:set_page_position",
    "wagtailadmin_pages:lock",
    "wagtailadmin_pages:unlock",
    "wagtailadmin_choose_page_external_link",
    "wagtailsnippetchoosers_search_synonymgroup:create",
    "wagtailsnippetchoosers_search_dictionaryterm:create",
}
"""Fail in Wagtail when an editor posts what no page of the desk sends, and change nothing. The list only shrinks."""

ONE_VOCABULARY = "vocabulary_licence:"
"""The vocabularies share their views."""


def urls() -> list[CmsUrl]:
    found = cms_urls()
    assert len(found) > 300
    return [url for url in found if not url.name.startswith("vocabulary_") or url.name.startswith(ONE_VOCABULARY)]


@pytest.fixture
def samples() -> defaultdict[str, list[Any]]:
    """Values of the placeholders: a collection with two revisions, a resource in review, and the root of pages."""
    people = make_cast()
    resource = people.in_alliance_review()
    page = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食第一课"))
    revisions = []
    for title in ("辅食", "辅食第二课"):
        page.title = title
        revision = page.save_revision(user=people.editor)
        revision.publish()
        revisions.append(revision.pk)
    workflow = WorkflowState.objects.get(object_id=str(resource.pk))
    found: defaultdict[str, list[Any]] = defaultdict(lambda: [page.pk])
    found |= {
        "pk": [1, page.pk],
        "page_id": [1, page.pk],
        "revision_id": [revisions[0]],
        "revision_id_a": [revisions[0]],
        "revision_id_b": [revisions[1], "live"],
        "workflow_state_id": [workflow.pk],
        "task_state_id": [workflow.current_task_state_id],
        "content_type_app_name": ["home"],
        "content_type_model_name": ["collectionpage"],
        "app_name": ["home"],
        "app_label": ["resources"],
        "model_name": ["resource"],
        "action_name": ["approve"],
        "action": ["delete", "unpublish"],
        "filter_spec": ["max-100x100"],
        "token": ["x"],
        "uidb64": ["MQ"],
    }
    return found


def statuses(url: CmsUrl, samples: defaultdict[str, list[Any]], user: User | None, method: str) -> dict[str, int]:
    """The status of each path of the URL. What a request did to the database is undone."""
    client, found = Client(raise_request_exception=False), {}
    if user is not None:
        client.force_login(user)
    for path in url.filled(samples):
        with transaction.atomic():
            found[path] = client.generic(method, path).status_code
            transaction.set_rollback(True)
    return found


@pytest.mark.budget(120)  # every URL of the editing desk
def test_none_fails_for_an_editor_and_those_of_administrators_refuse(samples) -> None:
    editor, failed, opened = person("editor"), set(), []
    for url in urls():
        for method in ("GET", "POST"):
            codes = statuses(url, samples, editor, method)
            failed |= {url.name for code in codes.values() if code >= 500}
            opened += [path for path, code in codes.items() if code == 200 and url.name.startswith(FOR_ADMINISTRATORS)]
    assert failed - WAGTAILS_FAULTS == set()
    assert opened == []


def test_none_answers_people_who_are_no_staff(samples) -> None:
    found = []
    for user in (None, person("manager")):
        for url in urls():
            if url.name in FOR_ALL:
                continue
            codes = statuses(url, samples, user, "GET")
            found += [path for path, code in codes.items() if code not in (302, 403, 404)]
    assert found == []
