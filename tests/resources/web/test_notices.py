"""The list of notices: by day and subject, read and unread apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Notice, User
from resources.models import FilePage
from tests.factories import BlobFactory, UserFactory
from tests.factories.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


def notice(user: User, subject: str, *, path: str = "", days_ago: int = 0) -> Notice:
    made = Notice.objects.create(user=user, subject=subject, path=path, key=f"{subject}:{days_ago}:{user.pk}")
    Notice.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(days=days_ago))
    return made


def test_notices_stand_under_their_day_and_what_they_are_about(client: Client, user: User):
    notice(user, "初审已通过，进入联盟复审：七步洗手法：实训", days_ago=1)
    notice(user, "已发布：七步洗手法：实训", days_ago=1)
    notice(user, "已退回修改：安全睡眠")
    notice(user, "密码已修改")
    days = client.get(reverse("notices")).context["days"]
    assert [str(day.name) for day in days] == ["今天", "昨天"]
    assert [subject.title for subject in days[0].subjects] == ["", "安全睡眠"]
    (washing,) = days[1].subjects
    assert washing.title == "七步洗手法：实训"
    assert [event.text for event in washing.events] == ["已发布", "初审已通过，进入联盟复审"]


def test_unread_ones_are_marked_in_words_and_can_be_listed_alone(client: Client, user: User):
    old = notice(user, "已发布：旧的", path="/r/1/")
    Notice.objects.filter(pk=old.pk).update(read_at=timezone.now())
    notice(user, "已发布：新的", path="/r/2/")
    page = client.get(reverse("notices")).content.decode()
    assert page.count("is-unread") == 1
    assert page.index("is-unread") < page.index("看发布页")
    assert "旧的" not in client.get(reverse("notices"), {"unread": "1"}).content.decode()


def test_opening_a_notice_reads_it_and_leads_on(client: Client, user: User):
    one, other = notice(user, "已发布：甲", path="/r/1/"), notice(user, "已发布：乙", path="/r/2/")
    answer = client.get(reverse("notice", args=[one.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/r/1/")
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.read_at
    assert other.read_at is None
    assert "通知都读过了" not in client.get(reverse("notices"), {"unread": "1"}).content.decode()
    client.post(reverse("notices"))
    assert "通知都读过了" in client.get(reverse("notices"), {"unread": "1"}).content.decode()


def test_nobody_opens_the_notice_of_another_user(client: Client, user: User):
    theirs = notice(UserFactory(), "已发布：甲", path="/r/1/")
    assert client.get(reverse("notice", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_a_notice_shows_the_page_of_what_it_is_about_to_those_who_may_see_it(client: Client):
    people = make_cast()
    blob = BlobFactory(school=people.school, uploaded_by=people.author, pages=["洗手"])
    FilePage.objects.filter(blob=blob).update(widths=[320, 960])
    resource = people.draft(title="七步洗手法", files=[blob])
    for who in (people.author, people.stranger):
        notice(who, "已退回修改：七步洗手法", path=reverse("draft", args=[resource.pk]))
    images = []
    for who in (people.author, people.stranger):
        client.force_login(who)
        (day,) = client.get(reverse("notices")).context["days"]
        images.append(day.subjects[0].image_url)
    assert images[0]
    assert images[1] == ""
