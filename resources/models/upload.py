"""Upload sessions: file, owner and progress."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import School
from resources.models.file import FileBlob


class UploadSession(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("Uploading")
        COMPLETING = "completing", _("Being put together")
        COMPLETED = "completed", _("Uploaded")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        REFUSED = "refused", _("Refused")

    UNFINISHED = frozenset({State.OPEN, State.COMPLETING})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=150, blank=True)
    fingerprint = models.CharField(max_length=200, blank=True, help_text="The browser's, to know the file again.")
    key = models.CharField(max_length=200, unique=True)
    upload_id = models.CharField(max_length=1024)
    part_size = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN, db_index=True)
    reason = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=100)
    blob = models.ForeignKey(FileBlob, models.PROTECT, null=True, blank=True, related_name="sessions")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="upload_started_once"),
            models.CheckConstraint(name="upload_size_not_negative", condition=Q(size__gte=0)),
            models.CheckConstraint(name="upload_part_size_positive", condition=Q(part_size__gt=0)),
            models.CheckConstraint(
                name="upload_completed_has_blob", condition=~Q(state="completed") | Q(blob__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    @property
    def part_count(self) -> int:
        return max(1, -(-self.size // self.part_size))
