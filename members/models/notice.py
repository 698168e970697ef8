"""What the library tells a person inside the site. The same text also goes out by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Where it leads, as a path on this site.")
    created = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # Redelivered jobs must not tell somebody twice.
    key = models.CharField(max_length=120, unique=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.subject
