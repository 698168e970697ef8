"""Searches that failed for a reason the code does not expect, counted by day for the health page."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchFailureQuerySet(models.QuerySet["SearchFailure"]):
    def recent(self) -> SearchFailureQuerySet:
        """Of today and the six days before."""
        return self.filter(day__gt=timezone.localdate() - timedelta(days=7))


class SearchFailure(models.Model):
    """``error``: class and line of the exception, never its text, which may contain the query."""

    class Place(models.TextChoices):
        SEARCH = "search", _("Search")
        DOCUMENT = "document", _("Search inside a document")
        EXTRAS = "extras", _("Suggestions and similar resources")

    day = models.DateField(default=timezone.localdate)
    place = models.CharField(max_length=10, choices=Place.choices)
    error = models.CharField(max_length=200)
    times = models.PositiveIntegerField(default=0)
    last = models.DateTimeField(default=timezone.now)

    objects = SearchFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("failed search")
        verbose_name_plural = _("failed searches")
        ordering = ["-last"]
        constraints = [models.UniqueConstraint(fields=["day", "place", "error"], name="failure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.place}: {self.error} ({self.times})"
