"""Mail waits for a server that is down, gives up on unknown addresses, and takes any title."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django_tasks_db.models import DBTaskResult

from common.tasks import MAX_ATTEMPTS, PATIENT_ATTEMPTS, GiveUp
from members.models import Notice
from members.services import notifications
from members.tasks import mail_notice, mail_password_link
from tests.factories import UserFactory, run_jobs

pytestmark = pytest.mark.django_db

AWAY = [
    ConnectionRefusedError(111, "Connection refused"),
    TimeoutError("timed out"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    smtplib.SMTPDataError(451, b"try again later"),
    smtplib.SMTPRecipientsRefused({"lin@example.org": (450, b"grey-listed")}),
]
REFUSED = smtplib.SMTPRecipientsRefused({"lin@example.org": (550, b"no such user")})


class Failing(BaseEmailBackend):
    """A mail server that answers every mail with ``error``."""

    error: Exception = AssertionError("not said")

    def send_messages(self, email_messages: Any) -> int:
        raise Failing.error


@pytest.fixture
def failing(settings: Any) -> type[Failing]:
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    return Failing


def notice() -> Notice:
    return notifications.notify(user=UserFactory(), key="one", subject="你的资源已经发布", path="/r/1/")


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_mail_is_still_waiting_after_the_ordinary_tries_while_the_server_is_away(failing: Any, error: Exception):
    told, user = notice(), UserFactory()
    failing.error = error
    DBTaskResult.objects.all().delete()
    mail_notice.call(told.pk, attempt=MAX_ATTEMPTS)
    mail_password_link.call(user.pk, False, attempt=MAX_ATTEMPTS)
    waiting = [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.all()]
    assert waiting == [{"attempt": MAX_ATTEMPTS + 1}] * 2
    with pytest.raises(type(error)):
        mail_notice.call(told.pk, attempt=PATIENT_ATTEMPTS)


def test_an_address_that_the_server_refuses_for_good_is_given_up_at_once(failing: Any):
    told = notice()
    failing.error = REFUSED
    with pytest.raises(GiveUp, match="no such user"):
        mail_notice.call(told.pk)


def test_a_line_end_in_a_stored_title_does_not_stop_its_mail(mailoutbox: list[Any]):
    told = notifications.notify(user=UserFactory(), key="one", subject="《七步\r\n洗手法》已经发布", body="一\n二")
    run_jobs(only="deliver_notice")
    assert mailoutbox[0].subject == "《七步 洗手法》已经发布"
    assert mailoutbox[0].body == "一\n二"
    told.refresh_from_db()
    assert told.deliveries.get(channel="email").delivered_at
