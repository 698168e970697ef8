"""Files of every revision as rows, published versions, removed files, and failed publications."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from resources.models.file import FileBlob
from resources.models.resource import Resource


class RevisionFileManager(models.Manager["RevisionFile"]):
    def copy_from_content(self, revision: Revision) -> None:
        """Write one row for each file in the JSON content of a revision, in place of those it has."""
        self.filter(revision=revision).delete()
        self.bulk_create(
            self.model(revision=revision, uid=uuid.UUID(row["uid"]), order=order, name=row["name"], blob_id=row["blob"])
            for order, row in enumerate(revision.content.get("files", []))
        )


class RevisionFile(models.Model):
    """A file as one revision names it.

    Wagtail stores drafts as JSON; these rows give the database its foreign keys.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files")
    uid = models.UUIDField(default=uuid.uuid4)
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=255)
    blob = models.ForeignKey(FileBlob, models.PROTECT, related_name="revision_files")

    objects = RevisionFileManager()

    class Meta:
        verbose_name = _("file of a version")
        verbose_name_plural = _("files of versions")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["revision", "uid"], name="revision_file_uid_once")]

    def __str__(self) -> str:
        return self.name


class PublishedVersionManager(models.Manager["PublishedVersion"]):
    def number_next(self, *, resource: Resource, revision: Revision, note: str, user: Any) -> PublishedVersion:
        """The version row of a revision that just went live. A revision published again keeps its number.

        The version is approved for the resource's current visibility.
        """
        last = self.filter(resource=resource).aggregate(last=Max("number"))["last"] or 0
        version, _created = self.update_or_create(
            revision=revision,
            defaults={"visibility": resource.visibility},
            create_defaults={
                "resource": resource,
                "number": last + 1,
                "note": note,
                "published_by": user,
                "visibility": resource.visibility,
            },
        )
        return version


class PublishedVersion(models.Model):
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    # PROTECT, not RESTRICT: Wagtail's purge of revisions handles ProtectedError only.
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="published_version")
    number = models.PositiveIntegerField()
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    published = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    visibility = models.CharField(
        _("approved for"),
        max_length=10,
        choices=Resource.Visibility.choices,
        default=Resource.Visibility.SCHOOL,
        help_text=_("The most people it was approved for. What narrows the resource narrows every version."),
    )

    objects = PublishedVersionManager()

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"


class FileRemoval(models.Model):
    """A file removed from every version at once (privacy, copyright), without a new version."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="removals")
    uid = models.UUIDField()
    reason = models.CharField(_("reason"), max_length=500)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("removed file")
        verbose_name_plural = _("removed files")
        constraints = [models.UniqueConstraint(fields=["resource", "uid"], name="file_removed_once")]

    def __str__(self) -> str:
        return str(self.uid)


class PublishingFailure(models.Model):
    """A dated publication that failed: shown to administrators and retried later."""

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
