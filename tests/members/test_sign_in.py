"""Signing in and being refused: the site's pages, the limit on attempts, the admin's login."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from members.models import User
from members.services.passwords import link_path
from tests.factories import UserFactory, person, run_jobs
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def limits(settings: Any) -> None:
    """The product's own limits, which the test settings switch off."""
    from library.settings import base

    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def test_an_address_in_any_case_and_the_password_open_the_workspace(client: Client):
    user = UserFactory(email="Lin@Example.org")
    answer = sign_in(client, "LIN@example.ORG")
    assert answer.status_code == 302
    assert answer.url == "/workspace/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_in_leads_back_to_where_one_was(client: Client):
    user = UserFactory()
    assert sign_in(client, user.email, next="/r/7/?q=洗手").url.startswith("/r/7/")


def test_a_foreign_address_after_signing_in_is_not_followed(client: Client):
    user = UserFactory()
    assert sign_in(client, user.email, next="https://evil.example/").url == "/workspace/"


@pytest.mark.usefixtures("limits")
def test_a_wrong_password_says_how_many_tries_are_left(client: Client):
    user = UserFactory()
    page = sign_in(client, user.email, "wrong").content.decode()
    assert "账号或密码不对。再试 4 次后要等 15 分钟。" in page
    assert "再试 3 次后要等 15 分钟" in sign_in(client, user.email, "wrong").content.decode()


@pytest.mark.usefixtures("limits")
def test_an_unknown_address_reads_the_same_as_a_wrong_password(client: Client):
    assert "账号或密码不对。再试 4 次后" in sign_in(client, "nobody@example.org", "wrong").content.decode()


@pytest.mark.usefixtures("limits")
def test_after_five_failures_even_the_right_password_must_wait(client: Client):
    user = UserFactory()
    for _attempt in range(5):
        sign_in(client, user.email, "wrong")
    answer = sign_in(client, user.email)
    assert answer.status_code == 200
    assert "等 15 分钟再试" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("limits")
def test_a_strangers_wrong_guesses_do_not_keep_the_owner_out(client: Client):
    user = UserFactory()
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for _attempt in range(6):
        answer = sign_in(stranger, user.email, "wrong")
    assert "等 15 分钟再试" in answer.content.decode()
    assert sign_in(stranger, user.email).status_code == 200
    assert "再试 4 次后" in sign_in(client, user.email, "wrong").content.decode()
    assert sign_in(client, user.email).status_code == 302


@pytest.mark.usefixtures("limits")
def test_guesses_for_one_account_from_everywhere_end_too_and_a_new_password_ends_the_wait(client: Client):
    user = UserFactory()
    for guess in range(50):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{guess}"), user.email, "wrong")
    assert sign_in(client, user.email).status_code == 200
    client.post("/accounts/password/reset/", {"email": user.email})
    path = link_path(user)
    page = client.get(path, follow=True)
    new = "yue-liang-wan-wan-2026"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client, user.email, new).status_code == 302


@pytest.mark.usefixtures("limits")
def test_a_mailbox_gets_few_mails_for_new_passwords_a_day_and_each_page_says_the_same(
    client: Client, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
):
    """An hour between the mails, so that the limit by the minute allows each."""
    user, now = UserFactory(), time.time()
    for hour in range(12):
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda hour=hour: now + hour * 3600)
        page = client.post("/accounts/password/reset/", {"email": user.email}, follow=True)
        assert "链接已经发出" in page.content.decode()
    monkeypatch.undo()
    run_jobs(only="mail_password_link")
    assert len(mailoutbox) == 10


@pytest.mark.usefixtures("limits")
def test_signing_in_rightly_uses_up_no_tries(client: Client):
    user = UserFactory()
    for number in range(52):
        assert sign_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), user.email).status_code == 302


def test_a_closed_account_can_not_sign_in(client: Client):
    user = UserFactory(is_active=False)
    answer = sign_in(client, user.email)
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/"])
def test_nobody_signs_up_or_changes_their_address(client: Client, path: str):
    assert client.get(path).status_code == 404
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404


def test_a_forgotten_password_is_set_by_the_link_in_the_mail(client: Client, mailoutbox: list[Any]):
    user = UserFactory()
    answer = client.post("/accounts/password/reset/", {"email": user.email.upper()}, follow=True)
    assert "链接已经发出" in answer.content.decode()
    assert not mailoutbox, "mail goes out from a task, never in the request"
    run_jobs(only="mail_password_link")
    link = next(word for word in mailoutbox[0].body.split() if "/accounts/password/reset/key/" in word)
    path = link.split("//", 1)[1].partition("/")[2]
    page = client.get("/" + path, follow=True)
    assert "设置密码" in page.content.decode()
    new = "yue-liang-wan-wan-2026"
    done = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "新密码已设置" in done.content.decode()
    assert User.objects.get(pk=user.pk).check_password(new)
    assert "这个链接不能用了" in Client().get("/" + path, follow=True).content.decode()


def set_password(client: Client, form: str, new: str = "yue-liang-wan-wan-2026") -> str:
    return client.post(form, {"password1": new, "password2": new}, follow=True).content.decode()


def opened(path: str) -> tuple[Client, str]:
    """A browser that followed the link, and the address of the form it was led to."""
    browser = Client()
    return browser, browser.get(path, follow=True).request["PATH_INFO"]


@pytest.mark.parametrize(
    "event",
    [
        lambda user: set_password(*opened(link_path(user)), "another-long-word-1"),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).update(email="taken-over@example.org"),
    ],
    ids=["another link was used", "the account was closed", "the address was changed"],
)
def test_a_link_for_a_new_password_ends_with(event: Callable[[User], Any]):
    user = UserFactory()
    path, (browser, form) = link_path(user), opened(link_path(user))
    event(user)
    before = User.objects.get(pk=user.pk).password
    set_password(browser, form)
    set_password(*opened(path))
    assert User.objects.get(pk=user.pk).password == before


def test_a_form_for_a_new_password_that_stays_open_sets_it_once():
    user = UserFactory()
    browser, form = opened(link_path(user))
    assert "新密码已设置" in set_password(browser, form)
    assert "这个链接不能用了" in set_password(browser, form, "a-second-long-word")
    assert not User.objects.get(pk=user.pk).check_password("a-second-long-word")


def test_a_link_for_a_new_password_serves_its_own_account_only():
    victim, attacker = UserFactory(), UserFactory()
    key_of_attacker = link_path(attacker).rstrip("/").rpartition("/")[2].partition("-")[2]
    start, _slash, key = link_path(victim).rstrip("/").rpartition("/")
    forged = f"{start}/{key.partition('-')[0]}-{key_of_attacker}/"
    assert "这个链接不能用了" in Client().get(forged, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client, mailoutbox: list[Any]):
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "链接已经发出" in answer.content.decode()
    run_jobs(only="mail_password_link")
    assert not mailoutbox


def test_the_password_is_changed_with_the_present_one(client: Client):
    user = UserFactory()
    client.force_login(user)
    new = "yue-liang-wan-wan-2026"
    wrong = client.post("/accounts/password/change/", {"oldpassword": "x", "password1": new, "password2": new})
    assert wrong.status_code == 200
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert User.objects.get(pk=user.pk).check_password(new)


@pytest.mark.parametrize(
    "path", [LOGIN, "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]
)
def test_the_screens_are_in_chinese_and_in_our_frame(client: Client, path: str):
    page = client.get(path).content.decode()
    assert 'lang="zh-Hans"' in page
    assert 'class="masthead"' in page
    assert "style=" not in page


def test_my_account_names_schools_and_roles(client: Client):
    user = person("reviewer")
    client.force_login(user)
    page = client.get(reverse("account")).content.decode()
    assert user.memberships.get().school.name in page
    assert user.email in page


# --- the door of the admin


@pytest.mark.parametrize("path", ["/cms/", "/cms/login/", "/cms/settings/members/school/", "/cms/users/"])
def test_the_admin_sends_visitors_to_our_own_sign_in(client: Client, path: str):
    answer = client.get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN) or answer.status_code == 404


@pytest.mark.parametrize("role", ["visitor", "teacher", "reviewer", "manager"])
def test_schools_people_are_refused_once_not_sent_in_circles(client: Client, role: str):
    client.force_login(person(role))
    answer = client.get("/cms/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) <= 2


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_the_alliances_staff_come_in(client: Client, role: str):
    client.force_login(person(role))
    assert client.get("/cms/", follow=True).status_code == 200
    assert client.get("/cms/login/").status_code == 302


def test_the_admin_has_no_password_screens_of_its_own(client: Client):
    assert client.get("/cms/password_reset/", follow=True).status_code in (200, 404)
    assert client.get("/cms/password_reset/").status_code in (302, 404)


def test_the_gate_does_not_lead_to_other_sites(client: Client):
    client.force_login(person("editor"))
    assert client.get("/cms/login/?next=https://evil.example/").url.startswith("/cms/")


def test_a_password_too_short_is_said_in_chinese():
    path = link_path(UserFactory())
    client = Client()
    page = client.get(path, follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": "123", "password2": "123"})
    assert "密码太短，至少要 10 个字符" in answer.content.decode()


def test_who_may_not_come_in_is_told_why():
    client = Client()
    client.force_login(UserFactory())
    answer = client.get(reverse("upload"))
    assert answer.status_code == 403
    assert "有院校把你加为成员后" in answer.content.decode()


def test_wagtails_door_for_private_pages_leads_to_ours_and_opens_nothing():
    client, user = Client(), UserFactory()
    answer = client.get("/_util/login/?next=/workspace/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/workspace/")
    client.post("/_util/login/", {"username": user.email, "password": PASSWORD})
    assert "sessionid" not in client.cookies


def test_any_number_of_searches_leaves_the_limit_on_guessing_passwords():
    limits, marks = caches["default"], caches["marks"]
    limits.set("wrong-passwords", 5, 900)
    before = marks._list_cache_files()  # type: ignore[attr-defined]
    client = Client()
    for number in range(4):
        assert client.get(reverse("search"), {"q": f"洗手{number}"}).status_code == 200
    assert len(marks._list_cache_files()) == len(before) + 4  # type: ignore[attr-defined]
    for number in range(400):
        marks.add(f"asked:{number}", 1, 900)
        limits.add(f"another:{number}", 1, 900)
    assert limits.get("wrong-passwords") == 5
    limits.clear()
    marks.clear()


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("teacher", ["上传资源，提交审核"], ["审核本校同事", "编辑后台"]),
        ("reviewer", ["上传资源，提交审核", "审核本校同事"], ["接手", "编辑后台"]),
        ("manager", ["审核本校同事", "接手"], ["编辑后台"]),
        ("editor", ["联盟复审", "编辑后台"], ["管理院校", "还没有院校"]),
        ("administrator", ["联盟复审", "管理院校", "编辑后台"], ["还没有院校"]),
    ],
)
def test_the_account_page_says_what_the_user_may_do(client: Client, role: str, may: list[str], may_not: list[str]):
    user = person(role)
    client.force_login(user)
    page = client.get(reverse("account")).content.decode().split("<main", 1)[1].split("</main>")[0]
    assert user.email in page
    assert reverse("account_change_password") in page
    assert [words for words in may if words not in page] == []
    assert [words for words in may_not if words in page] == []


def test_the_account_page_of_a_user_without_a_school_says_so(client: Client):
    client.force_login(UserFactory())
    assert "公开的资源都可以看" in client.get(reverse("account")).content.decode()
