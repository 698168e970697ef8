"""Invitations: who may use one, what comes of it, and everything an attacker could try with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.models import Invitation, Membership, School, User
from members.services import memberships
from members.services.joining import accepting, invitations
from members.services.joining.rows import Row, report_on
from members.services.joining.tokens import NoLongerValid, NotValid, path_of, token_of
from members.services.memberships import UnknownRole
from tests.factories import MembershipFactory, SchoolFactory, UserFactory, person, run_jobs
from tests.factories.concurrency import run_concurrently

pytestmark = pytest.mark.django_db
NEW = "liu@linxi.example"
FORM = {"name": "刘一禾", "password": "correct-horse-battery"}


@pytest.fixture(autouse=True)
def no_limits_reached() -> None:
    cache.clear()


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def manager(school: School) -> User:
    return person("manager", school=school)


def invite(manager: User, school: School, email: str = NEW, role: str = "teacher") -> Invitation:
    report = report_on([Row(1, email, "刘一禾", role)], who=manager, school=school, usual_role="teacher")
    invitations.invite_rows(who=manager, school_id=school.pk, rows=report)
    return Invitation.objects.get(email=email, school=school, withdrawn_at=None)


def make_link(manager: User, school: School, *, role: str = "teacher", max_uses: int = 30) -> Invitation:
    until = timezone.localdate() + timedelta(days=3)
    return invitations.make_link(who=manager, school_id=school.pk, role=role, max_uses=max_uses, until=until)


def mailed_path(to: str) -> str:
    """The link of the newest mail to an address."""
    run_jobs(only="mail_invitation")
    text = next(message.body for message in reversed(mail.outbox) if message.to == [to])
    return re.search(r"/join/\S+", text)[0]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_invited_address_becomes_an_account_and_a_member_by_the_link_in_the_mail(
    client: Client, manager: User, school: School
):
    invite(manager, school, role="reviewer")
    path = mailed_path(NEW)
    assert NEW in client.get(path).content.decode()
    answer = client.post(path, FORM)
    assert answer.url == "/workspace/"
    user = User.objects.get(email=NEW)
    assert (user.get_full_name(), user.memberships.get().role) == ("刘一禾", "reviewer")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert ModelLogEntry.objects.filter(action="members.join", user=user).exists()
    assert manager.notices.filter(subject__contains="刘一禾").exists()


def test_a_signed_in_user_joins_with_one_button(manager: User, school: School):
    other = person("teacher", email=NEW)
    path = path_of(invite(manager, school))
    client = signed_in(other)
    assert "加入" in client.get(path).content.decode()
    client.post(path)
    assert set(other.memberships.values_list("school", "role")) >= {(school.pk, "teacher")}


def test_an_address_with_an_account_must_sign_in_and_its_password_stays(client: Client, manager: User, school: School):
    user = UserFactory(email=NEW)
    path = path_of(invite(manager, school))
    assert f"next={path}".split(":")[0] in client.get(path).content.decode()
    answer = client.post(path, FORM)
    assert answer.status_code == 409
    before = user.password
    user.refresh_from_db()
    assert user.password == before
    assert not user.memberships.exists()


def test_an_address_entered_at_a_link_joins_only_by_the_mail_sent_there(client: Client, manager: User, school: School):
    path = path_of(make_link(manager, school))
    answer = client.post(path, {"name": "刘一禾", "email": NEW})
    assert NEW in answer.content.decode()
    assert not Membership.objects.filter(user__email=NEW).exists()
    assert not User.objects.filter(email=NEW).exists()
    client.post(mailed_path(NEW), FORM)
    assert Membership.objects.get(user__email=NEW).school == school
    assert Invitation.objects.links().get().uses == 1


def test_a_link_answers_the_same_for_known_and_unknown_addresses(client: Client, manager: User, school: School):
    known = person("teacher", school=school)
    path = path_of(make_link(manager, school))
    pages = []
    for email in (known.email, NEW):
        pages.append(client.post(path, {"name": "人", "email": email}).content.decode().replace(email, ""))
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", pages[0]) == token.sub("", pages[1])


def test_the_list_of_addresses_says_nothing_of_accounts_elsewhere(manager: User, school: School):
    elsewhere = person("teacher")
    rows = [Row(1, elsewhere.email), Row(2, NEW)]
    report = report_on(rows, who=manager, school=school, usual_role="teacher")
    assert [(row.can_be_invited, row.note) for row in report] == [(True, ""), (True, "")]


def test_an_invitation_works_once(client: Client, manager: User, school: School):
    path = path_of(invite(manager, school))
    client.post(path, FORM)
    again = Client().post(path, {**FORM, "name": "别人"})
    assert again.status_code == 410
    assert User.objects.filter(email=NEW).count() == 1


@pytest.mark.parametrize("how", ["expired", "withdrawn", "renewed", "suspended"])
def test_an_invitation_that_is_over_lets_no_one_in(client: Client, manager: User, school: School, how: str):
    invitation = invite(manager, school)
    path = path_of(invitation)
    if how == "expired":
        Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    elif how == "withdrawn":
        invitations.withdraw(who=manager, school_id=school.pk, invitation_id=invitation.pk)
    elif how == "renewed":
        invitations.send_again(who=manager, school_id=school.pk, invitation_id=invitation.pk)
    else:
        School.objects.filter(pk=school.pk).update(state="suspended")
    assert client.get(path).status_code in (404, 410)
    assert client.post(path, FORM).status_code in (404, 410)
    assert not User.objects.filter(email=NEW).exists()


def test_the_end_of_a_link_ends_the_mails_that_came_of_it(client: Client, manager: User, school: School):
    client.post(path_of(make_link(manager, school)), {"name": "刘一禾", "email": NEW})
    path = mailed_path(NEW)
    invitations.end_link(who=manager, school_id=school.pk)
    assert client.post(path, FORM).status_code == 410


def test_a_link_takes_no_more_people_than_it_is_for(manager: User, school: School):
    link = make_link(manager, school, max_uses=1)
    first, second = person(), person()
    signed_in(first).post(path_of(link))
    assert signed_in(second).post(path_of(link)).status_code == 410
    assert list(Membership.objects.filter(role="teacher").values_list("user", flat=True)) == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_last_place_of_a_link_one_joins():
    school = SchoolFactory()
    link = make_link(person("manager", school=school), school, max_uses=1)
    people = [person(), person()]
    run_concurrently(*(lambda who=who: accepting.accept(who=who, token=token_of(link)) for who in people))
    assert Membership.objects.filter(user__in=people).count() == 1
    link.refresh_from_db()
    assert link.uses == 1


def test_an_edited_form_raises_no_role_and_reaches_no_other_school(client: Client, manager: User, school: School):
    other = SchoolFactory()
    edited = {**FORM, "role": "manager", "school": other.pk, "email": "boss@linxi.example", "is_superuser": "on"}
    client.post(path_of(invite(manager, school)), edited)
    user = User.objects.get(email=NEW)
    assert not user.is_superuser
    assert [(row.school, row.role) for row in user.memberships.all()] == [(school, "teacher")]


def test_a_forwarded_invitation_does_not_serve_another_account(manager: User, school: School):
    stranger = person("teacher")
    path = path_of(invite(manager, school, role="manager"))
    client = signed_in(stranger)
    assert "别的邮箱" in client.get(path).content.decode()
    assert client.post(path).status_code == 409
    assert not stranger.memberships.filter(school=school).exists()


def test_a_person_whose_role_was_ended_cannot_come_back_by_a_link(manager: User, school: School):
    former = MembershipFactory(school=school, active=False).user
    assert signed_in(former).post(path_of(make_link(manager, school))).status_code == 409
    assert not former.memberships.get().active


def test_a_member_who_opens_a_link_for_managers_keeps_the_role(manager: User, school: School):
    teacher = person("teacher", school=school)
    link = make_link(manager, school, role="manager")
    signed_in(teacher).post(path_of(link))
    assert [row.role for row in teacher.memberships.all()] == ["teacher"]
    link.refresh_from_db()
    assert link.uses == 0


@pytest.mark.parametrize(
    "change", [lambda token: token[:-2], lambda token: "x" + token, lambda token: token.split(":")[0]]
)
def test_a_guessed_or_cut_token_is_unknown(client: Client, manager: User, school: School, change: Any):
    token = change(token_of(invite(manager, school)))
    assert client.get(reverse("join", args=[token])).status_code == 404


def test_the_database_alone_opens_no_invitation(manager: User, school: School):
    invitation = invite(manager, school)
    stored = [str(value) for value in Invitation.objects.filter(pk=invitation.pk).values().get().values()]
    assert token_of(invitation) not in stored
    with pytest.raises(NotValid):
        accepting.accept(who=person(email="x@example.org"), token=invitation.seed)


def test_a_weak_password_is_refused_with_its_reason(client: Client, manager: User, school: School):
    answer = client.post(path_of(invite(manager, school)), {**FORM, "password": "password"})
    assert answer.status_code == 400
    assert "密码" in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_strangers_cannot_fill_a_mailbox_by_a_link(client: Client, manager: User, school: School):
    path = path_of(make_link(manager, school))
    for _attempt in range(10):
        assert client.post(path, {"name": "人", "email": NEW}).status_code == 200
    run_jobs(only="mail_invitation")
    assert len(mail.outbox) == accepting.MAILS_AN_HOUR


def test_a_link_mails_no_endless_list_of_addresses(client: Client, manager: User, school: School):
    path = path_of(make_link(manager, school, max_uses=2))
    codes = [client.post(path, {"name": "人", "email": f"p{n}@linxi.example"}).status_code for n in range(8)]
    assert codes[:6] == [200] * 6
    assert codes[6:] == [429] * 2


def test_a_strangers_request_at_the_link_does_not_change_a_managers_invitation(
    client: Client, manager: User, school: School
):
    invitation = invite(manager, school, role="reviewer")
    client.post(path_of(make_link(manager, school)), {"name": "别人", "email": NEW})
    again = Invitation.objects.get(email=NEW)
    assert (again.pk, again.seed, again.role, again.name) == (invitation.pk, invitation.seed, "reviewer", "刘一禾")


def test_inviting_an_address_again_ends_the_earlier_link(client: Client, manager: User, school: School):
    earlier = path_of(invite(manager, school))
    later = path_of(invite(manager, school))
    assert client.get(earlier).status_code == 404
    assert client.get(later).status_code == 200
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("role", ["teacher", "reviewer", "editor", "visitor"])
def test_only_managers_and_administrators_invite(school: School, role: str):
    who = person(role, school=school) if role in ("teacher", "reviewer") else person(role)
    with pytest.raises(PermissionDenied):
        make_link(who, school)
    report = report_on([Row(1, NEW)], who=who, school=school, usual_role="teacher")
    with pytest.raises(PermissionDenied):
        invitations.invite_rows(who=who, school_id=school.pk, rows=report)


def test_a_manager_invites_to_no_other_school_and_to_no_unknown_role(manager: User, school: School):
    with pytest.raises(PermissionDenied):
        make_link(manager, SchoolFactory())
    with pytest.raises(UnknownRole):
        make_link(manager, school, role="administrator")


def test_who_no_longer_manages_a_school_has_left_no_way_to_a_high_role(client: Client, manager: User, school: School):
    boss = person("manager", school=school)
    high = path_of(make_link(manager, school, role="manager"))
    low = path_of(invite(manager, school))
    seen = memberships.state_of(list(manager.memberships.all()))
    memberships.deactivate(who=boss, school_id=school.pk, user_id=manager.pk, seen=seen)
    assert client.get(high).status_code == 410
    assert client.get(low).status_code == 200


def test_an_invitation_cannot_be_used_more_often_than_allowed_even_by_mistake(manager: User, school: School):
    link = make_link(manager, school, max_uses=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=link.pk).update(uses=F("uses") + 2)
    Invitation.objects.filter(pk=link.pk).update(uses=1)
    with pytest.raises(NoLongerValid):
        accepting.accept(who=person(), token=token_of(link))
