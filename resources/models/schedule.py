"""Failed dated publications: shown to administrators and retried later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from resources.models.resource import Resource


class PublishingFailure(models.Model):
    resource = models.OneToOneField(Resource, models.CASCADE, related_name="publishing_failure")
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    next_try = models.DateTimeField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("failed dated publication")
        verbose_name_plural = _("failed dated publications")

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.error}"
