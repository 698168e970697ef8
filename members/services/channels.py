"""The channels by which a notice reaches its user.

A new channel is a class here and an entry in ``CHANNELS``.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils import translation

from members.models import Notice, User
from members.services import mail


class Channel(Protocol):
    """``name`` is stored with each delivery.

    ``is_immediate``: delivered at once, in the transaction that notifies.
    """

    name: str
    is_immediate: bool

    def reaches(self, user: User) -> bool:
        """Whether the user can be reached by this channel at all."""

    def deliver(self, notice: Notice) -> None:
        """Send the notice. Raises GiveUp when another try can't help; after any other error it is tried again."""


class Site:
    """The list of notices on the site. It shows the rows themselves, so there is nothing to send."""

    name = "site"
    is_immediate = True

    def reaches(self, user: User) -> bool:
        return True

    def deliver(self, notice: Notice) -> None:
        pass


class Email:
    name = "email"
    is_immediate = False

    def reaches(self, user: User) -> bool:
        return user.is_active

    def deliver(self, notice: Notice) -> None:
        with translation.override("zh-hans"):
            link = f"{settings.ENVIRONMENT.base_url}{notice.path}\n" if notice.path else ""
            mail.send(to=notice.user.email, subject=notice.subject, text=f"{notice.body}\n\n{link}".strip())


CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Site(), Email())}
