"""The admin's dashboard and the pages editors work on there."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from common.models import BackupReport
from home.models import CollectionIndexPage, CollectionPage, HomePage
from resources.publishing import review
from search.models import QueryLog, SynonymGroup
from tests.factories import ResourceFactory, SchoolFactory, person
from tests.factories.concurrency import HELD_OPEN, run_concurrently

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
    resource = waiting_for_the_alliance()
    page = client.get("/cms/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "刚送来" in text
    assert reverse("review", args=[resource.pk]) in text


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


def test_the_dashboard_counts_what_users_searched_for_in_vain_and_leads_to_synonyms():
    today = timezone.localdate()
    for text, times, found, days in [("哭闹不止", 20, 0, 0), ("抚触", 9, 0, 6), ("抚触", 9, 0, 1), ("洗手", 50, 8, 0)]:
        QueryLog.objects.create(text=text, times=times, found=found, day=today - timedelta(days=days))
    QueryLog.objects.create(text="很久以前", times=99, found=0, day=today - timedelta(days=7))
    editor = signed_in("editor")
    for address in ("/cms/", reverse("missed_queries")):
        page = editor.get(address).content.decode()
        assert 0 < page.index("哭闹不止") < page.index("抚触"), address
        assert "18" in page
        assert "很久以前" not in page
        assert "洗手</b>" not in page
    form = editor.get(reverse(SynonymGroup.snippet_viewset.get_url_name("add")), {"words": "抚触"})
    assert "抚触" in form.content.decode()


def test_the_searches_in_vain_are_among_the_reports():
    page = signed_in("editor").get("/cms/reports/site-history/").content.decode()
    assert reverse("missed_queries") in page


def test_a_new_resource_goes_to_the_end_of_a_collections_draft():
    collection = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食第一课"))
    resource = ResourceFactory(title="辅食性状", live=True)
    editor = signed_in("editor")
    assert reverse("collect_resource", args=[resource.pk]) in editor.get("/cms/").content.decode()
    assert "辅食第一课" in editor.get(reverse("collect_resource", args=[resource.pk])).content.decode()
    answer = editor.post(reverse("collect_resource", args=[resource.pk]), {"collection": collection.pk})
    assert answer.url == f"/cms/pages/{collection.pk}/edit/"
    draft = CollectionPage.objects.get(pk=collection.pk).get_latest_revision_as_object()
    assert [entry.resource_id for entry in draft.entries.all()] == [resource.pk]
    assert not collection.entries.exists(), "readers see it only once it is published"


def test_a_locked_collection_takes_no_entry():
    collection = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食第一课"))
    Page.objects.filter(pk=collection.pk).update(locked=True, locked_by=person("administrator"))
    resource = ResourceFactory(live=True)
    url = reverse("collect_resource", args=[resource.pk])
    answer = signed_in("editor").post(url, {"collection": collection.pk}, follow=True)
    assert answer.redirect_chain[0][0] == url
    assert "“辅食第一课”已锁定" in answer.content.decode()
    assert not CollectionPage.objects.get(pk=collection.pk).get_latest_revision_as_object().entries.exists()


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_add_in_the_same_instant_both_keep_their_entry(monkeypatch):
    collection = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食第一课"))
    resources = [ResourceFactory(live=True) for _one in range(2)]
    editors = [signed_in("editor"), signed_in("editor")]
    save = CollectionPage.save_revision

    def slowly(*args, **kwargs):
        time.sleep(HELD_OPEN)
        return save(*args, **kwargs)

    monkeypatch.setattr(CollectionPage, "save_revision", slowly)

    def add(editor, resource):
        return editor.post(reverse("collect_resource", args=[resource.pk]), {"collection": collection.pk}).status_code

    acts = [partial(add, editor, resource) for editor, resource in zip(editors, resources, strict=True)]
    assert run_concurrently(*acts) == [302, 302]
    draft = CollectionPage.objects.get(pk=collection.pk).get_latest_revision_as_object()
    assert {entry.resource_id for entry in draft.entries.all()} == {resource.pk for resource in resources}


def test_administrators_see_the_last_backup_and_editors_do_not():
    administrator, editor = signed_in("administrator"), signed_in("editor")
    assert "还没有登记过备份" in administrator.get("/cms/").content.decode()
    assert "最近备份" not in editor.get("/cms/").content.decode()
    call_command("record_backup", "--bytes", "1048576")
    call_command("record_backup", "--restored")
    page = administrator.get("/cms/").content.decode()
    assert "1.0\xa0MB" in page
    assert "试着恢复过一次" in page
    BackupReport.objects.update(when=timezone.now() - timedelta(days=3))
    assert "badge--bad" in administrator.get("/cms/").content.decode()


def test_the_admin_has_our_look_and_name():
    page = signed_in("editor").get("/cms/").content.decode()
    assert staticfiles_storage.url("css/admin.css") in page
    assert "编辑后台</title>" in page
    assert '<span class="brand__desk">编辑后台</span>' in page
