"""Lists: a user's favourites, and lists of resources in an order of their own with notes and headings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessons.policies import lists_changeable_by, lists_readable_by
from members.viewer import Who
from resources.models import Resource


class ResourceListQuerySet(models.QuerySet["ResourceList"]):
    def readable_by(self, who: Who) -> ResourceListQuerySet:
        return self.filter(lists_readable_by(who), deleted_at=None)

    def changeable_by(self, who: Who) -> ResourceListQuerySet:
        return self.filter(lists_changeable_by(who), deleted_at=None)


class ResourceList(models.Model):
    class Audience(models.TextChoices):
        PRIVATE = "private", _("Only me")
        SCHOOL = "school", _("My school")
        ALLIANCE = "alliance", _("The alliance")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="resource_lists", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=100)
    note = models.TextField(_("what it is for"), max_length=1000, blank=True)
    audience = models.CharField(_("who may see it"), max_length=10, choices=Audience.choices, default=Audience.PRIVATE)
    is_favourites = models.BooleanField(default=False, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    changed = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ResourceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of resources")
        verbose_name_plural = _("lists of resources")
        ordering = ["-is_favourites", "-changed", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(is_favourites=True), name="favourites_once"),
            models.CheckConstraint(
                name="favourites_are_private", condition=Q(is_favourites=False) | Q(audience="private")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListEntry(models.Model):
    """A resource in a list, or a heading between resources."""

    list = models.ForeignKey(ResourceList, models.CASCADE, related_name="entries")
    order = models.PositiveIntegerField(default=0)
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="list_entries")
    heading = models.CharField(_("heading"), max_length=100, blank=True)
    note = models.TextField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("entry of a list")
        verbose_name_plural = _("entries of a list")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["list", "resource"], name="resource_once_in_a_list"),
            models.CheckConstraint(
                name="list_entry_is_resource_or_heading",
                condition=Q(resource__isnull=False, heading="") | (Q(resource=None) & ~Q(heading="")),
            ),
        ]

    def __str__(self) -> str:
        return self.heading or str(self.resource_id)
