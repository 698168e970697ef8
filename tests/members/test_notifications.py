"""A notice reaches its user once by every channel, and a new channel is one entry in the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.module_loading import import_string

from members.models import Notice, NoticeDelivery, User
from members.services import channels, notifications
from tests.factories import UserFactory, run_jobs

pytestmark = pytest.mark.django_db


class Pigeon:
    """A channel the product does not know."""

    name = "pigeon"
    is_immediate = False

    def __init__(self) -> None:
        self.flown: list[str] = []

    def reaches(self, user: User) -> bool:
        return user.last_name != "无鸽"

    def deliver(self, notice: Notice) -> None:
        self.flown.append(f"{notice.user.email}: {notice.subject}")


@pytest.fixture
def pigeon(monkeypatch: Any) -> Pigeon:
    bird = Pigeon()
    monkeypatch.setitem(channels.CHANNELS, bird.name, bird)
    return bird


def test_a_notice_is_on_the_site_at_once_and_goes_out_by_mail(mailoutbox: list[Any]):
    notice = notifications.notify(user=UserFactory(email="lin@example.org"), key="one", subject="已发布", path="/r/1/")
    assert [(row.channel, row.delivered_at is not None) for row in notice.deliveries.order_by("pk")] == [
        ("site", True),
        ("email", False),
    ]
    run_jobs(only="deliver_notice")
    assert [mail.to for mail in mailoutbox] == [["lin@example.org"]]
    assert not NoticeDelivery.objects.filter(delivered_at=None).exists()


def test_the_same_occasion_is_one_notice_and_one_mail(mailoutbox: list[Any]):
    user = UserFactory()
    for _ in range(2):
        notifications.notify(user=user, key="one", subject="已发布")
    run_jobs(only="deliver_notice")
    notifications.deliver_notice.call(Notice.objects.get().pk, "email")
    assert len(mailoutbox) == 1


def test_a_closed_account_gets_no_mail(mailoutbox: list[Any]):
    notifications.notify(user=UserFactory(is_active=False), key="one", subject="已发布")
    assert run_jobs(only="deliver_notice") == 0
    assert not mailoutbox


def test_a_new_channel_delivers_beside_the_others_to_the_users_it_reaches(pigeon: Pigeon, mailoutbox: list[Any]):
    notifications.notify(user=UserFactory(email="lin@example.org"), key="one", subject="已发布")
    notifications.notify(user=UserFactory(last_name="无鸽"), key="two", subject="已发布")
    run_jobs(only="deliver_notice")
    assert pigeon.flown == ["lin@example.org: 已发布"]
    assert len(mailoutbox) == 2
    assert NoticeDelivery.objects.get(channel="pigeon").delivered_at


@pytest.mark.parametrize("name", ["mail_notice", "mail_password_link"])
def test_jobs_stored_by_earlier_releases_are_found_under_their_old_path(name: str):
    assert import_string(f"members.tasks.{name}").func


def test_a_stored_mail_job_of_a_notice_of_before_is_delivered_once(mailoutbox: list[Any]):
    notice = Notice.objects.create(user=UserFactory(), key="before", subject="已发布")
    stored = import_string("members.tasks.mail_notice")
    for _ in range(2):
        stored.call(notice.pk)
    assert len(mailoutbox) == 1
    assert notice.deliveries.get().channel == "email"


def migrate(name: str) -> Any:
    """The apps as they are after this migration of members."""
    executor = MigrationExecutor(connection)
    executor.migrate([("members", name)])
    return MigrationExecutor(connection).loader.project_state([("members", name)]).apps


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_migration_keeps_when_a_notice_was_mailed_both_ways():
    sent, unsent = (Notice.objects.create(user=UserFactory(), key=key, subject=key) for key in ("sent", "unsent"))
    moment = timezone.now()
    try:
        before = migrate("0002_school_form").get_model("members", "Notice")
        before.objects.filter(pk=sent.pk).update(mailed_at=moment)
        migrate("0003_notice_delivery")
        assert dict(sent.deliveries.values_list("channel", "delivered_at")) == {"site": sent.created, "email": moment}
        assert dict(unsent.deliveries.values_list("channel", "delivered_at")) == {"site": unsent.created}
        before = migrate("0002_school_form").get_model("members", "Notice")
        assert set(before.objects.values_list("key", "mailed_at")) == {("sent", moment), ("unsent", None)}
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())  # with what later migrations of any app made
