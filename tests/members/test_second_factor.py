"""The second step of signing in, for whom the CMS insists on it, and signing out elsewhere."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import User
from tests.factories import UserFactory, person
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CMS = "/cms/"


@pytest.fixture(autouse=True)
def unused_codes() -> None:
    cache.clear()


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def signed_in(user: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def set_up(client: Client) -> str:
    """Switch the second step on; returns its secret."""
    asked = client.get(reverse("mfa_activate_totp")).url
    client.post(asked, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    cache.clear()  # the next sign-in happens later than 30 seconds, for people
    return secret


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_after_setting_it_up_a_password_alone_does_not_sign_in():
    user = UserFactory()
    secret = set_up(signed_in(user))
    client = signed_in(user)
    assert not is_in(client)
    page = client.get(reverse("mfa_authenticate"))
    assert "六位数字" in page.content.decode()
    client.post(reverse("mfa_authenticate"), {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_that_was_used_does_not_sign_in_again():
    user = UserFactory()
    secret = set_up(signed_in(user))
    code = code_of(secret)
    signed_in(user).post(reverse("mfa_authenticate"), {"code": code})
    replay = signed_in(user)
    page = replay.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(replay)
    assert "已经用过" in page.content.decode()


def test_a_code_of_an_hour_ago_does_not_sign_in():
    user = UserFactory()
    secret = set_up(signed_in(user))
    client = signed_in(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, -120)})
    assert not is_in(client)


def test_a_recovery_code_signs_in_once():
    user = UserFactory()
    owner = signed_in(user)
    set_up(owner)
    code = re.findall(r"<code>(\d{8})</code>", owner.get(reverse("mfa_view_recovery_codes")).content.decode())[0]
    for expected in (True, False):
        client = signed_in(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_in(client) is expected


def test_a_foreign_address_after_the_second_step_is_not_followed():
    user = UserFactory()
    secret = set_up(signed_in(user))
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": "https://evil.example/"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret), "next": "https://evil.example/"})
    assert answer.url == "/workspace/"


def test_no_one_reaches_the_second_step_without_the_first():
    assert Client().get(reverse("mfa_authenticate")).status_code == 302
    assert Client().post(reverse("mfa_authenticate"), {"code": "000000"}).url.startswith(LOGIN)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_the_cms_opens_to_staff_only_with_a_second_factor(role: str):
    user = person(role)
    client = signed_in(user)
    for path in (CMS, "/cms/resources/", "/cms/users/"):
        assert client.get(path).url == reverse("mfa_activate_totp")
    secret = set_up(client)
    assert client.get(CMS).status_code == 200
    again = signed_in(user)
    assert again.get(CMS).status_code == 302
    again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert again.get(CMS).status_code == 200


@pytest.mark.usefixtures("required")
def test_it_is_optional_for_the_people_of_schools():
    client = signed_in(person("manager"))
    assert client.get(reverse("workspace")).status_code == 200
    assert client.get(CMS).status_code == 403 or client.get(CMS).url.startswith("/cms/login")


def test_a_demonstration_offers_it_and_says_so():
    client = signed_in(person("editor"))
    assert client.get(CMS).status_code == 200
    assert "演示站不强制" in client.get(reverse("account")).content.decode()


def test_the_database_holds_no_secret_in_clear():
    user = UserFactory()
    secret = set_up(signed_in(user))
    stored = str([row.data for row in Authenticator.objects.filter(user=user)])
    assert secret not in stored


def test_a_secret_of_another_key_signs_nobody_in_and_breaks_nothing(settings: Any):
    user = UserFactory()
    secret = set_up(signed_in(user))
    settings.SECRET_KEY = "another key " * 6
    client = signed_in(user)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code in (200, 302)
    assert not is_in(client)


def test_the_owner_is_told_and_the_audit_log_knows(django_capture_on_commit_callbacks: Any):
    user = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(signed_in(user))
    assert user.notices.filter(subject__contains="两步登录").exists()
    assert ModelLogEntry.objects.filter(action="members.second_factor", user=user).count() == 1


def test_an_administrator_removes_it_when_the_phone_is_lost():
    user = UserFactory()
    set_up(signed_in(user))
    address = reverse("members_remove_second_factor", args=[user.pk])
    assert signed_in(person("editor")).post(address).status_code in (302, 403)
    assert Authenticator.objects.filter(user=user).exists()
    administrator = signed_in(person("administrator"))
    assert address in administrator.get(reverse("wagtailusers_users:edit", args=[user.pk])).content.decode()
    administrator.post(address)
    assert is_in(signed_in(user))


def test_an_operator_removes_it_when_no_administrator_can_sign_in():
    user = UserFactory()
    set_up(signed_in(user))
    call_command("remove_second_factor", user.email.upper())
    assert is_in(signed_in(user))
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@example.org")


def test_signing_out_elsewhere_ends_the_other_sessions_only():
    user = UserFactory()
    here, there, stranger = signed_in(user), signed_in(user), signed_in(UserFactory())
    page = here.get(reverse("usersessions_list"))
    assert page.context["session_count"] == 2
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("account")).status_code == 200
    assert stranger.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert UserSession.objects.filter(user=user).count() == 1


def test_removing_it_asks_to_confirm_first():
    user = UserFactory()
    client = signed_in(user)
    set_up(client)
    session = client.session
    session["account_authentication_methods"] = [
        {**method, "at": method["at"] - 3600} for method in session["account_authentication_methods"]
    ]
    session.save()
    assert "reauthenticate" in client.post(reverse("mfa_deactivate_totp")).url
    assert Authenticator.objects.filter(user=user).exists()
