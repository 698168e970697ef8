"""Reporting a resource (举报)."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import Notice
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_reports():
    cache.clear()


SAID = {"reason": "privacy", "text": "第 3 页有能认出来的孩子。", "contact": "parent@example.org"}


def test_a_visitors_report_reaches_every_editor_and_administrator_and_the_audit_log(client):
    editor, administrator, teacher = person("editor"), person("administrator"), person("teacher")
    resource = ResourceFactory(title="晨检课件", live=True)
    answer = client.post(reverse("resource_report", args=[resource.pk]), SAID, follow=True)
    assert "已提交举报" in answer.content.decode()
    told = Notice.objects.filter(subject__contains="晨检课件")
    assert set(told.values_list("user_id", flat=True)) == {editor.pk, administrator.pk}
    assert teacher.pk not in told.values_list("user_id", flat=True)
    notice = told.first()
    assert "儿童与家庭的肖像或隐私" in notice.body
    assert "第 3 页有能认出来的孩子。" in notice.body
    assert "parent@example.org" in notice.body
    assert "举报理由：" in notice.body
    assert "退回" not in notice.body
    assert notice.path == resource.get_absolute_url()
    assert ModelLogEntry.objects.filter(action="resources.reported", object_id=str(resource.pk)).count() == 1


@pytest.mark.parametrize(
    "wrong", [{}, {"reason": "nonsense", "text": "五个字以上"}, {"reason": "wrong", "text": ""}, {"text": "x" * 3000}]
)
def test_an_incomplete_report_is_answered_with_what_is_missing(client, wrong):
    person("editor")
    resource = ResourceFactory(live=True)
    answer = client.post(reverse("resource_report", args=[resource.pk]), wrong)
    assert answer.status_code == 400
    assert "还没有保存" in answer.content.decode()
    assert not Notice.objects.exists()


def test_what_one_may_not_see_can_not_be_reported(client):
    resource = ResourceFactory(live=True, visibility="school")
    assert client.get(reverse("resource_report", args=[resource.pk])).status_code == 404
    assert client.post(reverse("resource_report", args=[resource.pk]), SAID).status_code == 404


def test_the_hour_is_an_hour(client, monkeypatch):
    address = reverse("resource_report", args=[ResourceFactory(live=True).pk])
    answered, now = [], time.time()
    for minutes in (0, 0, 0, 0, 0, 1, 10, 59, 61):
        monkeypatch.setattr("common.errors.time.time", lambda later=minutes: now + 60 * later)
        answered.append(client.post(address, SAID).status_code)
    assert answered == [302] * 5 + [400] * 3 + [302]


def test_after_several_reports_in_an_hour_the_form_asks_to_wait(client):
    resource = ResourceFactory(live=True)
    address = reverse("resource_report", args=[resource.pk])
    for _one in range(5):
        assert client.post(address, SAID).status_code == 302
    answer = client.post(address, SAID)
    assert answer.status_code == 400
    assert "请稍后再提交" in answer.content.decode()
