"""The audit log and its export: user, action, time, origin, reason."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from common import audit
from home.models import ContentPage
from members.roles import EDITORS
from resources.models import Resource
from tests.factories import MembershipFactory, ResourceFactory, person
from tests.factories.cast import make_cast
from tests.resources.web.review_form_data import review_form

pytestmark = pytest.mark.django_db
ADDRESS = "/cms/reports/audit-log/"


def signed_in(user: Any, **extra: str) -> Client:
    client = Client(**extra)
    client.force_login(user)
    return client


@pytest.fixture
def administrator() -> Client:
    return signed_in(person("administrator"))


def exported(client: Client, kind: str = "csv") -> list[dict[str, str]]:
    answer = client.get(ADDRESS, {"export": kind})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    body = b"".join(answer)
    if kind == "csv":
        assert body.startswith("\ufeff".encode())
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    head, *rows = openpyxl.load_workbook(io.BytesIO(body)).active.values
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_withdrawal_is_exported_with_its_reason_and_the_address_it_came_from(administrator: Client, kind: str):
    people = make_cast()
    resource = people.published()
    author = signed_in(people.author, REMOTE_ADDR="203.0.113.7")
    author.post(reverse("withdraw", args=[resource.pk]), {"reason": "图片没有授权"})
    row = next(row for row in exported(administrator, kind) if "图片没有授权" in (row["详情"] or ""))
    assert row["网络地址"] == "203.0.113.7"
    assert row["电子邮箱"] == people.author.email
    assert str(row["ID"]) == str(resource.pk)
    assert row["日期/时间"][:2] == "20"


def test_what_wagtail_itself_records_has_the_address_too(administrator: Client):
    page = ContentPage.objects.get(slug="terms")
    editor = signed_in(person("editor"), REMOTE_ADDR="203.0.113.8")
    assert editor.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    assert editor.post(f"/cms/pages/{page.pk}/lock/").status_code in (200, 302)
    assert "203.0.113.8" in {row["网络地址"] for row in exported(administrator)}


def test_the_report_shows_files_reason_address_and_a_link(administrator: Client):
    people = make_cast()
    resource = people.submitted(title="洗手课件")
    name = resource.latest_revision.files.get().name
    wish = review_form(resource, "return", comment="请补依据")
    reviewer = signed_in(people.reviewer, REMOTE_ADDR="203.0.113.9")
    assert reviewer.post(reverse("review", args=[resource.pk]), wish).status_code == 302
    page = BeautifulSoup(administrator.get(ADDRESS).content, "html.parser")
    rows = [row for row in page.select("tbody tr") if "退回" in row.get_text()]
    assert len(rows) == 1
    words = " ".join(rows[0].get_text(" ", strip=True).split())
    for shown in (f"文件： {name}", "给提交人的话： 请补依据", "203.0.113.9", str(people.reviewer)):
        assert shown in words, shown
    assert rows[0].find("a", string="洗手课件")["href"] == reverse("draft", args=[resource.pk])


def test_a_change_of_rights_is_recorded_from_what_to_what(administrator: Client):
    membership = MembershipFactory(role="teacher")
    page = {"school": membership.school_id, "role": "manager", "active": "on", "since": "2026-09-01"}
    assert administrator.post(reverse("memberships:edit", args=[membership.pk]), page).status_code == 302
    user, groups = membership.user, Group.objects.get(name=EDITORS).pk
    page = {"email": user.email, "last_name": "林", "first_name": "新", "groups": groups, "is_active": "on"}
    assert administrator.post(reverse("wagtailusers_users:edit", args=[user.pk]), page).status_code == 302
    del page["is_active"]
    assert administrator.post(reverse("wagtailusers_users:edit", args=[user.pk]), page).status_code == 302
    shown = administrator.get(ADDRESS).content.decode()
    for words in ("角色：教师 → 院校管理员", "联盟角色：无 → 联盟编辑", "有效：是 → 否"):
        assert words in shown, words
    kept = [json.loads(row["详情"])["changes"] for row in exported(administrator) if "changes" in (row["详情"] or "")]
    assert kept == [{"is_active": [True, False]}, {"groups": [[], ["Editors"]]}, {"role": ["teacher", "manager"]}]


@pytest.mark.parametrize("groups", [[EDITORS], []])
def test_a_new_persons_role_in_the_alliance_is_recorded(administrator: Client, groups: list[str]):
    keys = list(Group.objects.filter(name__in=groups).values_list("pk", flat=True))
    page = {"email": "new@example.org", "last_name": "林", "first_name": "新", "groups": keys}
    assert administrator.post(reverse("wagtailusers_users:add"), page).status_code == 302
    noted = ModelLogEntry.objects.filter(action="members.change_rights")
    assert [entry.data["changes"] for entry in noted] == ([{"groups": [[], groups]}] if groups else [])


def test_an_edit_that_changes_no_right_says_nothing_of_rights(administrator: Client):
    membership = MembershipFactory(role="teacher")
    page = {"school": membership.school_id, "role": "teacher", "active": "on", "since": "2020-09-01"}
    assert administrator.post(reverse("memberships:edit", args=[membership.pk]), page).status_code == 302
    assert not ModelLogEntry.objects.filter(action="members.change_rights").exists()


def test_the_export_is_newest_first_and_holds_more_than_a_screen(administrator: Client):
    resource = ResourceFactory()
    for number in range(60):
        audit.record(resource, "resources.create", old=number)
    details = [row["详情"] for row in exported(administrator) if row["详情"].startswith('{"old"')]
    assert details == [f'{{"old": {number}}}' for number in reversed(range(60))]


def test_other_peoples_words_are_no_formulas_and_break_no_export(administrator: Client):
    resource = ResourceFactory(title="=HYPERLINK(1)")
    audit.record(resource, "resources.create")
    resource.title = "两\x0b行"
    audit.record(resource, "resources.create")
    names = [row["名称"] for row in exported(administrator)]
    assert "'=HYPERLINK(1)" in names
    assert not any(name.startswith("=") for name in names)
    assert "两 行" in [row["名称"] for row in exported(administrator, "xlsx")]


def test_nor_are_they_in_the_reports_of_wagtail_itself():
    resource = ResourceFactory(title="=HYPERLINK(1)")
    audit.record(resource, "resources.create")
    history = b"".join(signed_in(person("editor")).get("/cms/reports/site-history/", {"export": "csv"})).decode()
    assert "'=HYPERLINK(1)" in history
    assert ",=HYPERLINK" not in history


def test_administrators_look_through_it_and_nobody_else(administrator: Client):
    audit.record(ResourceFactory(title="洗手课件"), "resources.create")
    assert "洗手课件" in administrator.get(ADDRESS).content.decode()
    assert administrator.get(f"{ADDRESS}results/").status_code == 200
    assert ADDRESS in administrator.get("/cms/").content.decode()
    for role in ("editor", "manager", "teacher"):
        client = signed_in(person(role))
        assert client.get(ADDRESS).status_code in (302, 403)
        assert client.get(ADDRESS, {"export": "csv"}).status_code in (302, 403)
    assert ADDRESS not in signed_in(person("editor")).get("/cms/").content.decode()


def test_a_draft_that_has_no_title_yet_is_named_in_the_readers_words(administrator: Client):
    people = make_cast()
    signed_in(people.author).post(reverse("draft_create"), {"school": people.school.pk})
    made = Resource.objects.latest("pk")
    assert f"资源 {made.pk}" in [row["名称"] for row in exported(administrator)]
