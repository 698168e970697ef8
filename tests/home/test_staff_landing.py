"""The editors' first page in the workspace: collections and searches in vain, which upper apps register."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.models import CollectionEntry, CollectionIndexPage, CollectionPage
from search.models import QueryLog
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


def landing(who: Any) -> str:
    client = Client()
    client.force_login(who)
    return client.get(reverse("workspace")).content.decode()


def test_editors_land_on_what_was_searched_in_vain_and_add_synonyms_from_there():
    QueryLog.objects.create(text="哭闹不止", times=7, found=0, day=timezone.localdate())
    QueryLog.objects.create(text="洗手", times=7, found=3, day=timezone.localdate())
    page = landing(person("editor"))
    section = page[page.index('id="missed-head"') :]
    assert "哭闹不止" in section
    assert "words=%E5%93%AD" in section
    assert "洗手" not in section


def test_editors_land_on_the_collections_changed_last_with_their_state():
    index = CollectionIndexPage.objects.get()
    draft = index.add_child(instance=CollectionPage(title="睡得安稳", live=False))
    draft.save_revision()
    live = index.add_child(instance=CollectionPage(title="辅食第一课"))
    for number, resource in enumerate([ResourceFactory(live=True), ResourceFactory(live=False)]):
        CollectionEntry.objects.create(page=live, resource=resource, sort_order=number)
    live.save_revision()
    page = landing(person("editor"))
    section = page[page.index('id="collections-head"') : page.index('id="missed-head"')]
    assert section.index("辅食第一课") < section.index("睡得安稳")
    assert "要换 1 件" in section
    assert "草稿" in section
    assert reverse("wagtailadmin_pages:edit", args=[live.pk]) in section


def test_teachers_and_reviewers_see_neither():
    for role in ("teacher", "reviewer", "manager"):
        page = landing(person(role))
        assert 'id="missed-head"' not in page
        assert 'id="collections-head"' not in page
