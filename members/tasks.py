"""Background work of the members app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from common.tasks import GiveUp, job
from members.services import notifications, passwords
from members.services.mail import AddressRefused

SERVER_AWAY = (OSError,)
"""What a mail server that is down, busy or cut off raises: sockets' errors and all of smtplib's (which are OSErrors)."""


@contextmanager
def _no_second_try_for_a_refused_address() -> Iterator[None]:
    try:
        yield
    except AddressRefused as error:
        raise GiveUp(str(error)) from error


@job(queue="mail", waits_for=SERVER_AWAY)
def mail_notice(notice_id: int) -> None:
    with _no_second_try_for_a_refused_address():
        notifications.deliver(notice_id=notice_id, base_url=settings.ENVIRONMENT.base_url)


@job(queue="mail", priority=10, waits_for=SERVER_AWAY)
def mail_password_link(user_id: int, welcome: bool) -> None:
    with _no_second_try_for_a_refused_address():
        passwords.deliver_link(user_id=user_id, welcome=welcome, base_url=settings.ENVIRONMENT.base_url)
