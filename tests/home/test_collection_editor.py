"""Editors arrange a collection in one list: a compact row per resource, and section titles that move alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import CollectionEntry, CollectionIndexPage, CollectionPage
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


FIELDS: dict[str, Any] = {
    "title": "",
    "slug": "",
    "say": "",
    "slip": "",
    "domain": "",
    "compiled_by": "",
    "introduction": streamfield([]),
    "entries": inline_formset([]),
    "comments": inline_formset([]),
    "seo_title": "",
    "search_description": "",
    "go_live_at": "",
    "expire_at": "",
}
"""The form of a collection without anything in it."""


def form_data(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = nested_form_data({**FIELDS, **fields})
    return data


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(person("editor"))
    return client


def test_a_new_collection_saves_itself_before_it_has_a_title(editor):
    index = CollectionIndexPage.objects.get()
    url = f"/cms/pages/add/home/collectionpage/{index.pk}/"
    answer = editor.post(url, form_data(say="一句话"), headers={"Accept": "application/json"})
    assert answer.status_code == 200
    draft = CollectionPage.objects.get()
    assert (draft.title, draft.live) == ("还没起名的选辑", False)
    refused = editor.post(url, form_data(say="一句话", **{"action-publish": "1"}))
    assert "先给选辑写上题名" in refused.content.decode()


def collection(*rows: CollectionEntry) -> CollectionPage:
    page = CollectionPage(title="辅食第一课")
    for order, row in enumerate(rows):
        row.sort_order = order
        page.entries.add(row)
    CollectionIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return page


def test_the_editor_shows_a_row_per_resource_and_a_row_per_section_title(editor):
    shown = ResourceFactory(live=True, title="辅食性状", files=[["封面", "台阶"]])
    gone = ResourceFactory(live=False, title="撤回了的")
    page = collection(
        CollectionEntry(heading="什么时候开始"),
        CollectionEntry(resource=shown, number=2, note="一页讲清"),
        CollectionEntry(resource=gone),
    )
    text = editor.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    rows = [part.split('"')[0] for part in text.split('data-kind="')[1:]]
    assert rows == ["title", "resource", "resource", "resource"], "the last is the template of new rows"
    assert "第 2 页" in text
    assert "已撤回，读者看不到" in text


def test_a_section_title_moves_alone(editor):
    first, second = (ResourceFactory(live=True, title=title) for title in ("一", "二"))
    page = collection(
        CollectionEntry(heading="开始"), CollectionEntry(resource=first), CollectionEntry(resource=second)
    )
    heading, one, two = page.entries.all()
    empty = {"resource": "", "note": "", "number": "", "heading": "", "heading_note": "", "DELETE": ""}
    entries = inline_formset([empty] * 3, initial=3)
    entries["0"] = {**empty, "id": heading.pk, "heading": "开始", "ORDER": "2"}
    entries["1"] = {**empty, "id": one.pk, "resource": first.pk, "ORDER": "1"}
    entries["2"] = {**empty, "id": two.pk, "resource": second.pk, "ORDER": "3"}
    data = nested_form_data({**FIELDS, "title": page.title, "slug": page.slug, "entries": entries})
    answer = editor.post(f"/cms/pages/{page.pk}/edit/", data)
    assert answer.status_code == 302
    draft = CollectionPage.objects.get().get_latest_revision_as_object()
    rows = [(entry.heading, entry.resource_id) for entry in draft.entries.all()]
    assert rows == [("", first.pk), ("开始", None), ("", second.pk)]


def test_a_page_is_picked_from_a_strip(editor):
    resource = ResourceFactory(live=True, title="辅食性状", files=[["封面", "台阶", "附录"]])
    strip = editor.get(f"/cms/collections/strip/{resource.pk}/", {"number": "2"}).content.decode()
    info = editor.get(f"/cms/collections/entry/{resource.pk}/", {"number": "2"}).content.decode()
    assert "第 2 页" in info
    for number in (1, 2, 3):
        assert f'data-page="{number}"' in strip
    assert 'data-page="2" aria-current="true"' in strip
    draft = ResourceFactory(live=False)
    assert editor.get(f"/cms/collections/strip/{draft.pk}/").status_code == 404
    teacher = Client()
    teacher.force_login(person("teacher"))
    assert teacher.get(f"/cms/collections/entry/{resource.pk}/").status_code in (302, 403)


def test_thirty_rows_cost_as_many_queries_as_three(editor):
    def pages(rows: int) -> CollectionPage:
        return collection(*(CollectionEntry(resource=ResourceFactory(live=True)) for _ in range(rows)))

    few, many = pages(3), pages(12)
    counts = []
    for page in (few, many):
        editor.get(f"/cms/pages/{page.pk}/edit/")
        with CaptureQueriesContext(connection) as queries:
            editor.get(f"/cms/pages/{page.pk}/edit/")
        counts.append(len(queries))
    # Wagtail's chooser reads each chosen resource for its title.
    assert counts[1] - counts[0] <= 9


def test_a_heading_on_an_entry_becomes_a_row_of_its_own():
    migration = import_module("home.migrations.0005_collection_sections")
    resource = ResourceFactory(live=True)
    page = collection(
        CollectionEntry(resource=resource, heading="洗手", heading_note="先洗干净", note="看第 8 页"),
        CollectionEntry(resource=resource),
    )
    migration.split_headings(apps, None)
    expected = [("洗手", None), ("", resource.pk), ("", resource.pk)]
    assert [(row.heading, row.resource_id) for row in page.entries.order_by("sort_order")] == expected
    draft = CollectionPage.objects.get().get_latest_revision_as_object()
    assert [(row.heading, row.resource_id) for row in draft.entries.order_by("sort_order")] == expected
    assert draft.entries.all()[0].heading_note == "先洗干净"


def test_a_section_without_a_resource_may_be_kept_in_a_draft_and_not_published(editor):
    page = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食第一课", live=False))
    resource = ResourceFactory(live=True)
    title = {"resource": "", "note": "", "number": "", "heading": "进餐", "heading_note": ""}
    entry = {"resource": resource.pk, "note": "", "number": "", "heading": "", "heading_note": ""}
    url = f"/cms/pages/{page.pk}/edit/"
    filled = {"title": page.title, "slug": page.slug}
    empty = form_data(**filled, entries=inline_formset([entry, title]))
    assert editor.post(url, empty).status_code == 302
    refused = editor.post(url, {**empty, "action-publish": "1"}).content.decode()
    assert "这个节标题下面没有资源。加一件" in refused
    assert not CollectionPage.objects.get(pk=page.pk).live
    whole = form_data(**filled, entries=inline_formset([title, entry]))
    assert editor.post(url, {**whole, "action-publish": "1"}).status_code == 302
    assert CollectionPage.objects.get(pk=page.pk).live
