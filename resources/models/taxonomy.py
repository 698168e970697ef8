"""Vocabularies.

Terms have a stable code and are retired, never deleted, because old revisions refer to them.

Seeded terms and their sources: resources/models/vocabulary_seed.py.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text import is_chinese


class TermQuerySet(models.QuerySet):
    def in_use(self) -> TermQuerySet:
        """Terms that may still be chosen."""
        return self.filter(active=True)


class VocabularyTerm(models.Model):
    """A term of a vocabulary. ``alternative_labels``: synonyms, one per line."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    label_zh = models.CharField(_("Chinese label"), max_length=100)
    label_en = models.CharField(_("English label"), max_length=100, blank=True)
    alternative_labels = models.TextField(_("alternative labels"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("may be chosen"), default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.label_zh if is_chinese() or not self.label_en else self.label_en


class ResourceType(VocabularyTerm):
    class Meta(VocabularyTerm.Meta):
        verbose_name = _("resource type")
        verbose_name_plural = _("resource types")


class Granularity(VocabularyTerm):
    class Meta(VocabularyTerm.Meta):
        verbose_name = _("granularity")
        verbose_name_plural = _("granularities")


class Level(VocabularyTerm):
    class Meta(VocabularyTerm.Meta):
        verbose_name = _("level")
        verbose_name_plural = _("levels")


class Audience(VocabularyTerm):
    class Meta(VocabularyTerm.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class CareDomain(VocabularyTerm):
    class Meta(VocabularyTerm.Meta):
        verbose_name = _("care domain")
        verbose_name_plural = _("care domains")


class AgeBand(VocabularyTerm):
    """The age of the child in completed months; both empty = not about an age."""

    min_months = models.PositiveSmallIntegerField(_("from month"), null=True, blank=True)
    max_months = models.PositiveSmallIntegerField(_("to month"), null=True, blank=True)

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        constraints = [
            models.CheckConstraint(
                name="age_band_both_months_in_order",
                condition=models.Q(min_months=None, max_months=None)
                | models.Q(min_months__isnull=False, max_months__isnull=False, max_months__gte=models.F("min_months")),
                violation_error_message=_("Give both months, the later one second, or neither."),
            )
        ]

    @property
    def months(self) -> str:
        """The months as a range in the active language, without the word."""
        return f"{self.min_months}{'～' if is_chinese() else '–'}{self.max_months}"


class Programme(VocabularyTerm):
    """A programme of study. ``official_code``: from the ministry's catalogue, empty where unknown."""

    official_code = models.CharField(_("official code"), max_length=20, blank=True)
    catalogue = models.CharField(_("catalogue version"), max_length=60, blank=True)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, verbose_name=_("level"))

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return f"{self.label} {self.official_code}".strip()


class CourseUnit(VocabularyTerm):
    """A course (课程), a project of it (项目), or a task of a project (任务)."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        PROJECT = "project", _("Project")
        TASK = "task", _("Task")

    BELOW = {Kind.COURSE.value: Kind.PROJECT.value, Kind.PROJECT.value: Kind.TASK.value}
    """The kind of the children of each kind; tasks have none."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("belongs to")
    )

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("course, project or task")
        verbose_name_plural = _("courses, projects and tasks")
        constraints = [
            models.CheckConstraint(
                name="course_unit_only_courses_are_roots",
                condition=models.Q(kind="course", parent=None)
                | (~models.Q(kind="course") & models.Q(parent__isnull=False)),
            )
        ]

    def clean(self) -> None:
        """Check the kinds of parent and children; this also excludes cycles."""
        parent = self.parent
        wanted = self.BELOW.get(parent.kind) if parent else self.Kind.COURSE
        if self.kind != wanted or (parent and parent.pk == self.pk):
            raise ValidationError(
                {"parent": _("A project belongs to a course, a task to a project; a course to nothing.")}
            )
        if self.pk and self.units.exclude(kind=self.BELOW.get(self.kind, "")).exists():
            raise ValidationError({"kind": _("Others belong to it; its kind stays until they are moved.")})


class Licence(VocabularyTerm):
    """What users may do with a resource.

    Viewing depends on visibility only, downloading on the licence too.
    """

    class Download(models.TextChoices):
        NOBODY = "nobody", _("View only")
        SCHOOL = "school", _("Download inside the school")
        ALLIANCE = "alliance", _("Download inside the alliance")
        ANYONE = "anyone", _("Download by anyone")

    download = models.CharField(_("who may download"), max_length=10, choices=Download.choices)
    adapt = models.BooleanField(_("may be adapted"), default=False)
    url = models.URLField(_("address of the licence text"), blank=True)
    statement = models.TextField(_("what it allows, in words"), blank=True)

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")


VOCABULARIES: tuple[type[VocabularyTerm], ...] = (
    ResourceType,
    Granularity,
    Level,
    Programme,
    CourseUnit,
    Audience,
    AgeBand,
    CareDomain,
    Licence,
)
