"""Notices to a user, and by which channels each was delivered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """``key`` names the occasion, so that a job that runs twice does not notify twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Where it leads, as a path on this site.")
    created = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=120, unique=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.subject


class NoticeDelivery(models.Model):
    """One notice through one channel of ``members.services.channels``.

    ``delivered_at`` is empty while it waits.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "notice delivery"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel")]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}"
