"""Files made for a user from pages and files of resources: decks, PDF, ZIP."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resources.models import PublishedVersion, Resource

KEPT = timedelta(days=7)
"""How long a result can be fetched."""


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def of(self, owner_id: int | None) -> ExportJobQuerySet:
        return self.filter(owner_id=owner_id)

    def available(self) -> ExportJobQuerySet:
        """Finished, and not yet deleted."""
        return self.filter(state=ExportJob.State.DONE, expires__gt=timezone.now())


class ExportJob(models.Model):
    """A file that is being made, or was.

    ``kind`` and ``subject``: what it is made of, as registered in ``services/exports/subjects.py``. ``content_key``: the
    hash of everything that decides the bytes; a second request for the same content gets the same object.
    """

    class Format(models.TextChoices):
        PPTX = "pptx", "PPTX"
        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP"

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting its turn")
        BUILDING = "building", _("Being made")
        DONE = "done", _("Ready to download")
        FAILED = "failed", _("Could not be made")
        CANCELLED = "cancelled", _("Stopped")
        EXPIRED = "expired", _("No longer kept")

    WORKING = frozenset({State.WAITING, State.BUILDING})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=20)
    subject = models.PositiveBigIntegerField()
    title = models.CharField(max_length=255)
    format = models.CharField(max_length=10, choices=Format.choices)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    reason = models.CharField(max_length=40, blank=True)
    total = models.PositiveIntegerField(default=0, help_text="Pages or files to put in.")
    progress = models.PositiveIntegerField(default=0, help_text="Of these, how many are in.")
    pages = models.PositiveIntegerField(default=0, help_text="Of the result, with those the library adds.")
    as_pictures = models.PositiveIntegerField(default=0, help_text="Slides that could not be carried over as they are.")
    content_key = models.CharField(max_length=64, blank=True, db_index=True)
    object_key = models.CharField(max_length=200, blank=True, db_index=True)
    size = models.BigIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now, editable=False)
    finished = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created", "-pk"]
        indexes = [models.Index(fields=["owner", "kind", "subject", "-created"], name="export_of_subject")]
        constraints = [
            models.CheckConstraint(
                name="export_done_has_object",
                condition=~models.Q(state="done") | (~models.Q(object_key="") & models.Q(expires__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}.{self.format}"

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def is_available(self) -> bool:
        return self.state == self.State.DONE and self.expires is not None and self.expires > timezone.now()

    @property
    def file_name(self) -> str:
        return f"{self.title}.{self.format}"


class ExportSource(models.Model):
    """A file that went into an export: asked again at every download, and counted as use."""

    export = models.ForeignKey(ExportJob, models.CASCADE, related_name="sources")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    version = models.ForeignKey(PublishedVersion, models.PROTECT, related_name="+")
    file_uid = models.UUIDField()

    class Meta:
        verbose_name = _("source of an export")
        verbose_name_plural = _("sources of an export")
        constraints = [
            models.UniqueConstraint(fields=["export", "version", "file_uid"], name="export_source_once"),
        ]

    def __str__(self) -> str:
        return str(self.file_uid)
