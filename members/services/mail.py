"""One mail to one person. Everything the library sends goes through here."""

from __future__ import annotations

import smtplib

from django.core.mail import send_mail

from common.text import one_line

PERMANENT = 500
"""SMTP's answers from here on say that another try can't help; below, "not now" (a grey list, a full box)."""


class AddressRefused(Exception):
    """The mail server will never take mail for this address."""


def send(*, to: str, subject: str, text: str) -> None:
    """Hand the mail to the server. Raises AddressRefused, or what tells that the server could not take it now."""
    try:
        send_mail(one_line(subject), text, None, [to])
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _words in error.recipients.values()):
            raise AddressRefused(f"{to}: {error.recipients}") from error
        raise
