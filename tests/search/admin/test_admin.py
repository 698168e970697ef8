"""Editors maintain words, administrators see health; other users are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.models import BackupReport, Lease
from members.tasks import mail_notice
from resources.models import FilePreview
from search.admin import health
from search.indexing.relay import LEASE
from search.models import DictionaryTerm, IndexState, Outbox, RebuildRequest, SearchFailure, SynonymGroup
from tests.factories import BlobFactory, person

pytestmark = pytest.mark.django_db

HEALTH = "/cms/health/"


@pytest.fixture
def failed_job():
    result = mail_notice.enqueue(1)
    DBTaskResult.objects.filter(pk=result.id).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now(), traceback="Traceback\nValueError: no such notice"
    )
    return DBTaskResult.objects.get(pk=result.id)


def test_editors_add_synonyms_and_bad_groups_are_explained(client):
    client.force_login(person("editor"))
    address = reverse(SynonymGroup.snippet_viewset.get_url_name("add"))
    refused = client.post(address, {"words": "洗手", "note": "", "active": "on"})
    assert "一组至少要有两个不同的词" in refused.content.decode()
    saved = client.post(address, {"words": "洗手、 净手\n手卫生\n洗手", "note": "", "active": "on"})
    assert saved.status_code == 302
    assert SynonymGroup.objects.get().as_tuple() == ("洗手", "净手", "手卫生")
    listing = client.get(reverse(SynonymGroup.snippet_viewset.get_url_name("list")), {"q": "净手"})
    assert "洗手、净手、手卫生" in listing.content.decode()


def test_a_dictionary_word_asks_for_one_rebuild_however_many_are_added(client):
    client.force_login(person("editor"))
    address = reverse(DictionaryTerm.snippet_viewset.get_url_name("add"))
    for word in ("回应性照护", "感觉统合"):
        assert client.post(address, {"text": word, "note": "", "active": "on"}).status_code == 302
    request = RebuildRequest.objects.get()
    assert request.state == RebuildRequest.State.WAITING
    assert request.not_before > timezone.now()


@pytest.mark.parametrize("role", ["visitor", "teacher", "manager", "editor"])
def test_only_administrators_see_health(client, role):
    client.force_login(person(role))
    response = client.get(HEALTH)
    assert response.status_code in (302, 403)
    assert client.post(HEALTH, {"do": "rebuild"}).status_code in (302, 403)
    assert not RebuildRequest.objects.exists()


def test_health_shows_what_waits_what_failed_and_why(client, failed_job):
    Outbox.objects.create(resource_id=77, dead=True, attempts=12, last_error="the field is too long")
    Outbox.objects.create(resource_id=78)
    RebuildRequest.enqueue(reason="dictionary: 感觉统合")
    client.force_login(person("administrator"))
    response = client.get(HEALTH)
    assert response.status_code == 200
    page = response.content.decode()
    for words in ("resource 77", "the field is too long", "dictionary: 感觉统合", "ValueError: no such notice"):
        assert words in page
    assert response.context["health"].outbox.count == 1
    assert not response.context["lights"].is_well


def test_health_says_in_words_what_the_last_comparison_found(client):
    client.force_login(person("administrator"))
    IndexState.set(reconciled_at=timezone.now(), differences={"missing": 3, "ghosts": 0, "stale": 1, "used": 9})
    page = client.get(HEALTH).content.decode()
    assert "索引里缺 3 个资源" in page
    assert "不该有的资源" not in page
    assert "有 1 个资源在索引里还是旧的" in page
    IndexState.set(reconciled_at=timezone.now(), differences={"missing": 0, "ghosts": 0, "stale": 0, "used": 9})
    assert "没有发现差别" in client.get(HEALTH).content.decode()


def test_health_counts_searches_that_failed_of_the_last_week(client):
    client.force_login(person("administrator"))
    today = timezone.localdate()
    for days, times in ((0, 3), (6, 2), (7, 90)):
        SearchFailure.objects.create(
            day=today - timedelta(days=days), place="search", error="KeyError in results.py:88", times=times
        )
    response = client.get(HEALTH)
    page = response.content.decode()
    assert "KeyError in results.py:88" in page
    assert response.context["health"].failures_count == 5
    assert not response.context["lights"].is_well


def test_health_is_shown_while_the_engine_is_away(client, settings):
    settings.SEARCH_URL = "http://127.0.0.1:9"
    client.force_login(person("administrator"))
    assert "没有应答" in client.get(HEALTH).content.decode()


def test_dead_letters_and_failed_jobs_go_again_one_by_one_or_all(client, failed_job):
    first = Outbox.objects.create(resource_id=1, dead=True)
    second = Outbox.objects.create(resource_id=2, dead=True)
    client.force_login(person("administrator"))
    client.post(HEALTH, {"do": "send-again", "id": str(first.pk)})
    assert list(Outbox.objects.dead_letters()) == [second]
    client.post(HEALTH, {"do": "send-again"})
    assert not Outbox.objects.dead_letters().exists()
    client.post(HEALTH, {"do": "retry-jobs", "id": str(failed_job.pk)})
    failed_job.refresh_from_db()
    assert failed_job.status == TaskResultStatus.READY
    assert client.post(HEALTH, {"do": "send-again", "id": "x"}).status_code == 302
    assert client.post(HEALTH, {"do": "nonsense"}).status_code == 302


def test_failed_previews_are_listed_with_their_reason_and_go_again(client):
    rows = [
        FilePreview.objects.create(blob=BlobFactory(declared_name=name), state="failed", reason="timed_out")
        for name in ("照护.pptx", "喂养.pptx", "睡眠.pptx")
    ]
    client.force_login(person("administrator"))
    response = client.get(HEALTH)
    page = response.content.decode()
    assert "照护.pptx" in page
    assert "生成预览超时" in page
    assert response.context["health"].previews_failed_count == 3
    client.post(HEALTH, {"do": "retry-previews", "id": str(rows[0].pk)})
    assert [row.state for row in FilePreview.objects.order_by("pk")] == ["waiting", "failed", "failed"]
    client.post(HEALTH, {"do": "retry-previews"})
    assert not FilePreview.objects.filter(state="failed").exists()
    assert DBTaskResult.objects.filter(task_path="resources.tasks.process_blob").count() == 3
    assert client.post(HEALTH, {"do": "retry-previews", "id": "x"}).status_code == 302


def test_asking_for_a_rebuild_is_in_the_audit_log(client):
    from wagtail.models import ModelLogEntry

    client.force_login(person("administrator"))
    client.post(HEALTH, {"do": "rebuild"})
    assert RebuildRequest.objects.get().state == RebuildRequest.State.WAITING
    assert ModelLogEntry.objects.filter(action="search.rebuild").exists()


def test_the_report_menu_names_health_to_administrators_only(client):
    client.force_login(person("administrator"))
    assert HEALTH in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(person("editor"))
    assert HEALTH not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_health_marks_what_needs_a_hand_before_everything_else(client, failed_job):
    Lease.objects.create(name=LEASE, holder="relay", until=timezone.now() + timedelta(minutes=1))
    BackupReport.objects.create(when=timezone.now() - timedelta(days=4))
    client.force_login(person("administrator"))
    response = client.get(HEALTH)
    page = response.content.decode()
    states = [light.state for light in response.context["lights"].urgent]
    assert states == sorted(states)
    assert set(states) == {"bad", "warn"}
    first = page.index('class="light is-bad"')
    assert page.index("件事要处理：") < first < page.index('class="light is-warn"') < page.index("is-ok")
    assert "最近备份" in page[first : first + 400]
    assert not response.context["lights"].is_well


def test_health_in_order_says_so_in_one_sentence(client, monkeypatch):
    monkeypatch.setattr(health, "is_outdated", lambda *_: False)
    DBTaskResult.objects.all().delete()
    Lease.objects.create(name=LEASE, holder="relay", until=timezone.now() + timedelta(minutes=1))
    BackupReport.objects.create(size=42 * 1024**3)
    client.force_login(person("administrator"))
    response = client.get(HEALTH)
    assert response.context["lights"].urgent == []
    assert "一切正常。" in response.content.decode()


def test_the_list_of_synonyms_leads_to_the_form_of_each_group(client):
    group = SynonymGroup.objects.create(words="洗手，净手")
    client.force_login(person("editor"))
    page = client.get(reverse(SynonymGroup.snippet_viewset.get_url_name("list"))).content.decode()
    assert f'href="{reverse(SynonymGroup.snippet_viewset.get_url_name("edit"), args=[group.pk])}"' in page
