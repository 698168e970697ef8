"""Notify a user: on the site at once, by the other channels from a job."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import job
from members.models import Notice, NoticeDelivery, User
from members.services.channels import CHANNELS, Email
from members.services.mail import SERVER_AWAY


def notify(*, user: User, key: str, subject: str, body: str = "", path: str = "") -> Notice:
    """Store a notice and enqueue its deliveries, in the caller's transaction.

    ``key`` names the occasion: a second call with the same key does nothing. ``path`` is a path on this site.
    """
    notice, created = Notice.objects.get_or_create(
        key=key, defaults={"user": user, "subject": subject, "body": body, "path": path}
    )
    if created:
        _start_deliveries(notice)
    return notice


def mark_read(*, user: User, notice_id: int | None = None) -> int:
    """Mark one notice of the user as read, or all of them."""
    mine = Notice.objects.filter(user=user).unread()
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=timezone.now())


def _start_deliveries(notice: Notice) -> None:
    channels = [channel for channel in CHANNELS.values() if channel.reaches(notice.user)]
    for channel in channels:
        if channel.is_immediate:
            channel.deliver(notice)
    NoticeDelivery.objects.bulk_create(
        NoticeDelivery(
            notice=notice, channel=channel.name, delivered_at=timezone.now() if channel.is_immediate else None
        )
        for channel in channels
    )
    for channel in channels:
        if not channel.is_immediate:
            deliver_notice.enqueue(notice.pk, channel.name)


@job(label=_("Deliver a notice"), queue="mail", waits_for=SERVER_AWAY)
def deliver_notice(notice_id: int, channel: str) -> None:
    """Deliver one notice by one channel. May run twice; a delivered notice is left alone."""
    _deliver(notice_id, channel)


@job(label=_("Mail a notice"), queue="mail", waits_for=SERVER_AWAY)
def mail_notice(notice_id: int) -> None:
    """The job of releases that knew e-mail only; such jobs may still be in the queue."""
    _deliver(notice_id, Email.name)


def _deliver(notice_id: int, channel: str) -> None:
    notice = Notice.objects.select_related("user").get(pk=notice_id)
    delivery, _created = NoticeDelivery.objects.get_or_create(notice=notice, channel=channel)
    if delivery.delivered_at is None:
        CHANNELS[channel].deliver(notice)
        delivery.delivered_at = timezone.now()
        delivery.save(update_fields=["delivered_at"])
