"""Usage events, one per visitor, resource, kind and hour, and the daily counts made from them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import School
from resources.models.resource import Resource


class UsageKind(models.TextChoices):
    VIEW = "view", _("View")
    DOWNLOAD = "download", _("Download")


class UsageEvent(models.Model):
    """``visitor``: the user's id or keyed hashes of network and browser, so that each counts once an hour."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="usage")
    kind = models.CharField(max_length=10, choices=UsageKind.choices)
    file_uid = models.UUIDField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, models.SET_NULL, null=True, blank=True, related_name="+")
    visitor = models.CharField(max_length=64)
    hour = models.DateTimeField()

    class Meta:
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        constraints = [models.UniqueConstraint(fields=["resource", "kind", "visitor", "hour"], name="use_once_an_hour")]
        indexes = [models.Index(fields=["hour"], name="usage_hour")]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_id}"


class DailyUsage(models.Model):
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="daily_usage")
    kind = models.CharField(max_length=10, choices=UsageKind.choices)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily use")
        verbose_name_plural = _("daily use")
        constraints = [models.UniqueConstraint(fields=["resource", "kind", "day"], name="daily_use_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.resource_id}: {self.count}"
