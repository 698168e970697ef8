"""Blobs (stored files), their previews and their pages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import School


class FileBlob(models.Model):
    """Bytes under a key chosen by the server. Only *verified* blobs are signed for download.

    The bytes never change, except when metadata is removed from a photo (``resources/pipeline/photos``).

    A second upload of the same bytes and kind becomes a *duplicate* of the first, because drafts may already name it, and
    its object is deleted. Read bytes and pages through ``canonical``, name and type from the row itself. The kind counts
    because it decides how the bytes are shown: .txt as text, the same bytes as .html not at all.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Being checked")
        VERIFIED = "verified", _("Checked")
        REJECTED = "rejected", _("Refused")
        DUPLICATE = "duplicate", _("Same as another file")
        COLLECTED = "collected", _("Used nowhere, being thrown away")

    HELD_BACK = frozenset({"photo_damaged", "photo_too_large", "photo_not_cleaned"})
    """Reasons of a verified photo, as in ``resources/processing/outcome_codes.py``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True, null=True, help_text="None once a duplicate's object is gone.")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, null=True)
    media_type = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=20, blank=True, help_text="pdf, slides, document, sheet, text, image, …")
    extension = models.CharField(max_length=20, blank=True)
    declared_name = models.CharField(max_length=255)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED, db_index=True)
    reason = models.CharField(max_length=40, blank=True)
    # db_default: the running release, which does not know the column, goes on inserting rows while a newer one migrates.
    findings = models.JSONField(
        default=list, db_default=[], blank=True, help_text="What reviewers are told about the file: codes."
    )
    cleaned_with = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="By which rules positions and personal data were removed; 0: by none."
    )
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    unused_since = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="When it was first seen to be in no draft and no version."
    )

    # The URL generation of the page images. Renaming the field would need a migration.
    edition = models.PositiveIntegerField(
        default=0, help_text="Grows when page pictures must stop answering under the addresses given out so far."
    )

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.UniqueConstraint(fields=["sha256", "kind"], name="blob_bytes_once_per_kind"),
            models.CheckConstraint(name="blob_size_not_negative", condition=Q(size__gte=0)),
            models.CheckConstraint(
                name="blob_verified_has_hash",
                condition=~Q(state="verified") | (Q(sha256__isnull=False) & Q(verified_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="blob_duplicate_names_original",
                condition=Q(state="duplicate", duplicate_of__isnull=False, sha256=None)
                | (~Q(state="duplicate") & Q(duplicate_of=None)),
            ),
            models.CheckConstraint(name="blob_rejected_has_reason", condition=~Q(state="rejected") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.declared_name} ({self.get_state_display()})"

    @property
    def is_held_back(self) -> bool:
        """Whether a photo may still say where it was taken: only users who see drafts may download it."""
        return self.reason in self.HELD_BACK

    @property
    def canonical(self) -> FileBlob:
        return self.duplicate_of if self.duplicate_of_id and self.duplicate_of else self


class FilePreview(models.Model):
    """The preview of a blob: derived data that can be deleted and made again at any time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its preview")
        EXTRACTING = "extracting", _("Reading its text")
        RENDERING = "rendering", _("Making its preview")
        READY = "ready", _("Can be previewed")
        OUTLINE = "outline", _("Text only, no page pictures")
        NONE = "none", _("Stored, no preview")
        FAILED = "failed", _("The preview failed")

    WORKING = frozenset({State.WAITING, State.EXTRACTING, State.RENDERING})
    PASSING = frozenset({"timed_out", "too_demanding", "crashed", "interrupted", "render_failed"})
    """Reasons, as in ``resources/processing/outcome_codes.py``, that another try may not meet again."""

    blob = models.OneToOneField(FileBlob, models.CASCADE, related_name="preview")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING, db_index=True)
    reason = models.CharField(max_length=40, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    pages_done = models.PositiveIntegerField(default=0)
    timeouts = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Time-outs so far; each automatic retry gets twice the time of the one before.",
    )
    text_version = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="By which rules the text was read; 0: before there were versions."
    )
    title = models.CharField(
        max_length=300, blank=True, help_text="What the file calls itself; proposed, never imposed."
    )
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        constraints = [
            models.CheckConstraint(
                name="preview_failed_has_reason", condition=~Q(state__in=["failed", "none"]) | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.blob_id}: {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def can_be_retried(self) -> bool:
        """Another try may give more: it failed, or only the text is there because of a passing failure."""
        return self.state == self.State.FAILED or (self.state == self.State.OUTLINE and self.reason in self.PASSING)


class FilePage(models.Model):
    """One page, slide or sheet of a blob. ``number`` counts from 1.

    ``boxes``: [[text, x, y, width, height], …] as fractions of the page, for highlighting found words on the image.
    ``widths``: the existing image renditions, in pixels, under ``rendition_key``. ``width``, ``height``: points or pixels.
    """

    blob = models.ForeignKey(FileBlob, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    notes = models.TextField(blank=True, help_text="Speaker notes: searched, shown below the page's own text.")
    boxes = models.JSONField(default=list, blank=True)
    width = models.FloatField(default=0)
    height = models.FloatField(default=0)
    widths = models.JSONField(default=list, blank=True)
    # The two fields for media segments are not written yet (capability "media as pages").
    start_second = models.FloatField(null=True, blank=True)
    end_second = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["blob", "number"], name="page_number_once_per_blob"),
            models.CheckConstraint(name="page_numbers_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.blob_id} p{self.number}"


def rendition_folder(blob_uid: uuid.UUID, url_generation: int = 0) -> str:
    """The key prefix of a blob's page images.

    It ends in a slash, or generation 1 would also match generation 10.
    """
    return f"previews/{blob_uid}.{url_generation}/" if url_generation else f"previews/{blob_uid}/"


def rendition_key(blob_uid: uuid.UUID, number: int, width: int, *, url_generation: int = 0) -> str:
    """The key of a page image in the object store."""
    return f"{rendition_folder(blob_uid, url_generation)}{number}-{width}.webp"
