"""Sending e-mail: one message to one user. Everything the site sends goes through here."""

from __future__ import annotations

import smtplib

from django.core.mail import send_mail

from common.tasks import GiveUp
from common.text import one_line

PERMANENT = 500
"""SMTP codes from here on mean that another try can't help; lower ones mean "not now" (grey list, full mailbox)."""

SERVER_AWAY = (OSError,)
"""Raised while the mail server is down, busy or cut off: socket errors and all of smtplib's, which are OSErrors."""


class AddressRefused(GiveUp):
    """The mail server will never accept mail for this address."""


def send(*, to: str, subject: str, text: str) -> None:
    """Hand the message to the server. Raises AddressRefused, or one of SERVER_AWAY."""
    try:
        send_mail(one_line(subject), text, None, [to])
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _words in error.recipients.values()):
            raise AddressRefused(f"{to}: {error.recipients}") from error
        raise
