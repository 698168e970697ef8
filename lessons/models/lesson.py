"""Lessons: ordered parts, each with pages and files of resources and the teacher's own notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessons.policies import lessons_changeable_by, lessons_readable_by
from members.viewer import Who
from resources.models import FileBlob, Level, PublishedVersion, Resource


class LessonQuerySet(models.QuerySet["Lesson"]):
    def readable_by(self, who: Who) -> LessonQuerySet:
        return self.filter(lessons_readable_by(who), deleted_at=None)

    def changeable_by(self, who: Who) -> LessonQuerySet:
        return self.filter(lessons_changeable_by(who), deleted_at=None)


class Lesson(models.Model):
    """``version`` grows with every change, so that two open tabs notice each other."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lessons", verbose_name=_("teacher")
    )
    title = models.CharField(_("title"), max_length=200)
    course = models.CharField(_("course and class"), max_length=200, blank=True)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("level"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True, help_text=_("Planned in all."))
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(default=timezone.now, editable=False)
    changed = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["-changed", "-pk"]
        indexes = [models.Index(fields=["owner", "-changed"], name="lesson_of_owner")]

    def __str__(self) -> str:
        return self.title


class LessonPart(models.Model):
    """A section with a heading. Every lesson has at least one; the heading may be empty."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(_("heading"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("part of a lesson")
        verbose_name_plural = _("parts of a lesson")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class LessonItem(models.Model):
    """A page, a whole file, or a note of the teacher.

    The row is the lineage: source version, file, page, content, by whom and when. It keeps its source for good; whether
    a reader sees it is asked of the policies each time.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("Page")
        FILE = "file", _("File")
        NOTE = "note", _("Note")

    part = models.ForeignKey(LessonPart, models.CASCADE, related_name="items")
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)

    # --- the source; empty for notes
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="lesson_items")
    version = models.ForeignKey(PublishedVersion, models.PROTECT, null=True, blank=True, related_name="lesson_items")
    file_uid = models.UUIDField(null=True, blank=True)
    blob = models.ForeignKey(FileBlob, models.PROTECT, null=True, blank=True, related_name="+")
    page = models.PositiveIntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("item of a lesson")
        verbose_name_plural = _("items of a lesson")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="lesson_item_names_its_source",
                condition=Q(kind="note", resource=None, version=None, file_uid=None, blob=None, page=None)
                | Q(
                    kind="file",
                    resource__isnull=False,
                    version__isnull=False,
                    file_uid__isnull=False,
                    blob__isnull=False,
                    page=None,
                )
                | Q(
                    kind="page",
                    resource__isnull=False,
                    version__isnull=False,
                    file_uid__isnull=False,
                    blob__isnull=False,
                    page__gte=1,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_id or ''}"


class LessonShare(models.Model):
    """A colleague who may read the lesson, or edit it too."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    may_edit = models.BooleanField(_("may edit it"), default=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("share of a lesson")
        verbose_name_plural = _("shares of a lesson")
        constraints = [models.UniqueConstraint(fields=["lesson", "user"], name="lesson_shared_once")]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.user_id}"
