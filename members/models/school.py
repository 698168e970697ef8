"""Schools and institutions of the alliance.

They are deactivated, never deleted, as resources name their provider.
"""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SchoolQuerySet(models.QuerySet["School"]):
    def active(self) -> SchoolQuerySet:
        return self.filter(state=School.State.ACTIVE)


class School(models.Model):  # type: ignore[django-manager-missing]
    class Kind(models.TextChoices):
        SECONDARY = "secondary", _("Secondary vocational school")
        COLLEGE = "college", _("Vocational college")
        UNIVERSITY = "university", _("University")
        INSTITUTION = "institution", _("Institution")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    name = models.CharField(_("name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    code = models.CharField(
        _("national school code"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The ministry's identification code, where known."),
    )
    region = models.CharField(_("region"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    introduction = models.TextField(_("about the school"), blank=True, max_length=2000)
    joined = models.DateField(_("joined on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ACTIVE)
    founding = models.BooleanField(_("founding member"), default=False)
    demo = models.BooleanField(_("demo"), default=False, editable=False)
    quota_bytes = models.PositiveBigIntegerField(_("storage quota in bytes"), null=True, blank=True)
    used_bytes = models.BigIntegerField(default=0, editable=False)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["-founding", "name"]
        constraints = [models.CheckConstraint(condition=models.Q(used_bytes__gte=0), name="school_used_not_negative")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("school", args=[self.slug])

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def label(self) -> str:
        """The short name, or the full one where there is none."""
        return self.short_name or self.name
