"""The outbox: changes that the index does not hold yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import LONGEST_WAIT
from common.wake import wake

MAX_ATTEMPTS = 12
"""Deliveries of one change before it becomes a dead letter; with back-off that is about half an hour."""


CLOCKS_DIFFER = timedelta(minutes=1)
"""The clocks of two machines may differ by so much."""


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def due(self, now: datetime) -> OutboxQuerySet:
        """Rows to deliver now. Rows from a future that only a wrong clock can have written are due too."""
        from_the_future = Q(attempts=0, created__gt=now + CLOCKS_DIFFER) | Q(
            attempts__gt=0, next_at__gt=now + LONGEST_WAIT
        )
        return self.filter(Q(next_at__lte=now) | from_the_future, dead=False).order_by("pk")

    def waiting(self) -> OutboxQuerySet:
        return self.filter(dead=False)

    def dead_letters(self) -> OutboxQuerySet:
        return self.filter(dead=True).order_by("-pk")

    def retry_dead(self) -> int:
        """Make the dead letters of this queryset due again. Returns their number."""
        revived = self.filter(dead=True).update(dead=False, attempts=0, next_at=timezone.now())
        if revived:
            wake()
        return revived


class Outbox(models.Model):
    """A change that the index does not hold yet: an id, never content.

    Written in the transaction of the change.

    A row names a resource (``resource_id``) or a term or school (``source``: ``app.Model:pk``) that resources show; the
    relay expands the latter. Rows are deleted by primary key and only after the index holds the change, so a row that
    commits late under a lower number is not lost.
    """

    resource_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=80, blank=True)
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    last_error = models.TextField(blank=True)
    dead = models.BooleanField(default=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        ordering = ["pk"]
        indexes = [models.Index(fields=["dead", "next_at"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                name="outbox_names_one_thing",
                condition=Q(resource_id__isnull=False, source="") | (Q(resource_id=None) & ~Q(source="")),
            )
        ]

    def __str__(self) -> str:
        return self.source or f"resource {self.resource_id}"
