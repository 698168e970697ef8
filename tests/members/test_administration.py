"""The administrators' pages in the Wagtail admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from home.models import HomePage
from members.models import Membership, School, User
from members.roles import ADMINISTRATORS, EDITORS
from tests.factories import MembershipFactory, SchoolFactory, UserFactory, person, run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(person("administrator"))
    return client


def test_an_administrator_adds_a_school(admin: Client):
    answer = admin.post(
        reverse("schools:add"), {"name": "新成员学院", "slug": "new-member", "kind": "college", "state": "active"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert School.objects.get(slug="new-member").code is None


def test_lists_say_yes_and_no_in_words(admin: Client):
    SchoolFactory(name="发起学院", founding=True)
    schools = admin.get(reverse("schools:index")).content.decode()
    MembershipFactory(active=False)
    memberships = admin.get(reverse("memberships:index")).content.decode()
    assert re.search(r"<td[^>]*>\s*是\s*</td>", schools)
    assert "已停用" in memberships
    for answer in (schools, memberships):
        assert "w-text-positive-100" not in answer
        assert 'w-text-text-error"' not in answer


def test_two_schools_without_a_code_can_both_be_saved(admin: Client):
    for number in (1, 2):
        data = {"name": f"无代码{number}", "slug": f"none-{number}", "kind": "college", "state": "active", "code": ""}
        assert admin.post(reverse("schools:add"), data).status_code == 302


def test_a_person_is_added_without_a_password_and_gets_the_link(admin: Client, mailoutbox: list[Any]):
    data = {"email": "New.Teacher@Example.org", "last_name": "林", "first_name": "新"}
    answer = admin.post(reverse("wagtailusers_users:add"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    user = User.objects.get(email="new.teacher@example.org")
    assert not user.has_usable_password()
    run_jobs(only="mail_password_link")
    assert mailoutbox[0].to == [user.email]
    assert "/accounts/password/reset/key/" in mailoutbox[0].body
    path = "/accounts/" + mailoutbox[0].body.split("/accounts/", 1)[1].split()[0]
    assert "设置密码" in Client().get(path, follow=True).content.decode()


def test_the_same_address_in_another_case_is_the_same_person(admin: Client):
    UserFactory(email="lin@example.org")
    data = {"email": "LIN@example.org", "last_name": "林", "first_name": "新"}
    answer = admin.post(reverse("wagtailusers_users:add"), data)
    assert answer.status_code == 200
    assert "这个邮箱已经有人用了" in answer.content.decode()


def test_the_forms_offer_neither_passwords_nor_superuser_rights(admin: Client):
    user = UserFactory()
    for path in (reverse("wagtailusers_users:add"), reverse("wagtailusers_users:edit", args=[user.pk])):
        page = admin.get(path).content.decode()
        assert 'name="email"' in page
        assert 'type="password"' not in page
        assert 'name="password' not in page
        assert 'name="is_superuser"' not in page
    admin.post(
        reverse("wagtailusers_users:edit", args=[user.pk]),
        {"email": user.email, "last_name": "林", "first_name": "新", "is_active": "on", "is_superuser": "on"},
    )
    assert not User.objects.get(pk=user.pk).is_superuser


def test_a_person_is_closed_not_deleted(admin: Client):
    user = UserFactory()
    data = {"email": user.email, "last_name": "林", "first_name": "新"}
    assert admin.post(reverse("wagtailusers_users:edit", args=[user.pk]), data).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active


def test_an_administrator_can_not_lock_themselves_out(client: Client):
    me = person("administrator")
    client.force_login(me)
    client.post(
        reverse("wagtailusers_users:edit", args=[me.pk]), {"email": me.email, "last_name": "林", "first_name": "新"}
    )
    me.refresh_from_db()
    assert me.is_active
    assert me.groups.filter(name=ADMINISTRATORS).exists()


def test_a_membership_is_given_by_address(admin: Client):
    user, school = UserFactory(), SchoolFactory()
    data = {"email": user.email, "school": school.pk, "role": "reviewer", "active": "on", "since": "2026-09-01"}
    answer = admin.post(reverse("memberships:add"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Membership.objects.get(user=user).role == "reviewer"
    again = admin.post(reverse("memberships:add"), data)
    assert "已有这个角色" in again.content.decode()


def test_a_membership_of_nobody_is_refused(admin: Client):
    data = {"email": "x@example.org", "school": SchoolFactory().pk, "role": "teacher", "since": "2026-09-01"}
    assert "没有用这个邮箱的人员" in admin.post(reverse("memberships:add"), data).content.decode()


def test_a_membership_ends_by_switching_it_off(admin: Client):
    membership = MembershipFactory()
    address = reverse("memberships:edit", args=[membership.pk])
    admin.post(address, {"school": membership.school_id, "role": "teacher", "since": "2026-09-01"})
    membership.refresh_from_db()
    assert not membership.active


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_deletes_people_schools_or_memberships(client: Client, superuser: bool):
    me = person("administrator", is_superuser=superuser)
    client.force_login(me)
    membership = MembershipFactory()
    for name, pk in (
        ("wagtailusers_users:delete", membership.user_id),
        ("schools:delete", membership.school_id),
        ("memberships:delete", membership.pk),
    ):
        answer = client.post(reverse(name, args=[pk]))
        assert answer.status_code in (302, 403)
    assert Membership.objects.filter(pk=membership.pk).exists()
    assert User.objects.filter(pk=membership.user_id).exists()


@pytest.mark.parametrize("name", ["schools:index", "memberships:index", "wagtailusers_users:index"])
def test_lists_are_found_and_searched(admin: Client, name: str):
    MembershipFactory()
    assert admin.get(reverse(name)).status_code == 200
    assert admin.get(reverse(name), {"q": "测"}).status_code == 200


@pytest.mark.parametrize("name", ["memberships:index", "wagtailusers_users:index"])
@pytest.mark.parametrize("text", ["王小明", "王 小明", "小明", "xiaoming@"])
def test_people_are_found_by_their_whole_name_as_it_is_written(admin: Client, name: str, text: str):
    sought = UserFactory(last_name="王", first_name="小明", email="xiaoming@example.org")
    other = UserFactory(last_name="李", first_name="小红", email="xiaohong@example.org")
    for user in (sought, other):
        MembershipFactory(user=user)
    page = admin.get(reverse(name), {"q": text}).content.decode()
    assert "王小明" in page
    assert "李小红" not in page


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_nobody_is_changed_in_bulk_past_the_audit_log(admin: Client, action: str):
    user = UserFactory()
    address = reverse("wagtail_bulk_action", args=["members", "user", action])
    role = Group.objects.get(name=ADMINISTRATORS).pk
    admin.post(f"{address}?id={user.pk}", {"role": role, "mark_as_active": "False"})
    user.refresh_from_db()
    assert user.is_active
    assert not user.groups.exists()
    assert "data-bulk-action-checkbox" not in admin.get(reverse("wagtailusers_users:index")).content.decode()


def test_wagtails_moderators_are_nobody():
    assert not Group.objects.filter(name="Moderators").exists()
    assert HomePage.objects.get().get_workflow() is None


def test_a_quota_is_typed_in_gigabytes(admin: Client):
    data = {"name": "新", "slug": "new", "kind": "college", "state": "active", "quota_bytes": "1.5"}
    assert admin.post(reverse("schools:add"), data).status_code == 302
    school = School.objects.get(slug="new")
    assert school.quota_bytes == 1536 * 1024**2
    form = admin.get(reverse("schools:edit", args=[school.pk])).content.decode()
    assert 'value="1.5"' in form
    assert "存储配额（GB）" in form


def test_a_quota_is_not_negative(admin: Client):
    data = {"name": "新", "slug": "new", "kind": "college", "state": "active", "quota_bytes": "-1"}
    assert admin.post(reverse("schools:add"), data).status_code == 200
    assert not School.objects.filter(slug="new").exists()


@pytest.mark.parametrize(
    "name", ["schools:index", "schools:add", "memberships:index", "memberships:add", "wagtailusers_users:add"]
)
def test_editors_do_not_manage_people(client: Client, name: str):
    client.force_login(person("editor"))
    assert client.get(reverse(name)).status_code in (302, 403)
    assert client.post(reverse(name), {}).status_code in (302, 403)


def test_the_link_is_sent_again_on_request(admin: Client, mailoutbox: list[Any]):
    user = UserFactory()
    link = reverse("members_password_link", args=[user.pk])
    assert f'action="{link}"' in admin.get(reverse("wagtailusers_users:edit", args=[user.pk])).content.decode()
    assert admin.post(link).status_code == 302
    run_jobs(only="mail_password_link")
    assert mailoutbox[0].to == [user.email]


def test_an_editor_can_not_send_password_links(client: Client):
    client.force_login(person("editor"))
    user = UserFactory()
    assert client.post(reverse("members_password_link", args=[user.pk])).status_code in (302, 403)
    assert run_jobs(only="mail_password_link") == 0


def test_groups_have_no_publish_permission():
    """Whoever has it can publish own work past the review."""
    from django.contrib.auth.models import Group

    for group in Group.objects.filter(name__in=[EDITORS, ADMINISTRATORS]):
        assert not group.permissions.filter(codename="publish_resource").exists()


# --- the first account


def test_the_first_administrator_comes_from_the_command_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "yue-liang-wan-wan-2026")
    call_command("create_administrator", "First@Example.org")
    user = User.objects.get(email="first@example.org")
    assert user.is_superuser
    assert user.check_password("yue-liang-wan-wan-2026")


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "123456")
    with pytest.raises(CommandError):
        call_command("create_administrator", "first@example.org")
    assert not User.objects.exists()


def test_a_taken_address_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "yue-liang-wan-wan-2026")
    UserFactory(email="first@example.org")
    with pytest.raises(CommandError):
        call_command("create_administrator", "first@example.org")
