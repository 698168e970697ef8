"""What the database knows of the index: versions, stamps, and requests to rebuild it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.wake import wake


class Indexed(models.Model):
    """The version of a resource that the relay wrote last; compared with the index every night."""

    resource_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    popularity = models.FloatField(default=0)

    class Meta:
        verbose_name = _("indexed resource")
        verbose_name_plural = _("indexed resources")

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.version}"


class IndexState(models.Model):
    """One row: the last version number, and stamps by which processes notice changed words and labels."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    last_version = models.BigIntegerField(default=0)
    words_stamp = models.BigIntegerField(default=0, help_text="Grows when synonyms or dictionary words change.")
    labels_stamp = models.BigIntegerField(default=0, help_text="Grows when a vocabulary or a school changes.")
    rebuilt_at = models.DateTimeField(null=True, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)
    differences = models.JSONField(
        default=dict, blank=True, help_text="How many resources the last comparison found missing, ghosts, stale, used."
    )

    class Meta:
        verbose_name = _("state of the index")
        verbose_name_plural = _("state of the index")
        constraints = [models.CheckConstraint(name="index_state_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"v{self.last_version}"

    @classmethod
    def current(cls) -> IndexState:
        """The row, or its defaults before the first write. One query."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls()

    @classmethod
    def set(cls, **fields: Any) -> None:
        """Update fields of the row."""
        if not cls.objects.filter(pk=cls.ONLY).update(**fields):
            cls.objects.get_or_create(pk=cls.ONLY)
            cls.objects.filter(pk=cls.ONLY).update(**fields)

    @classmethod
    def bump(cls, field: str) -> None:
        """Increase a stamp, in the caller's transaction."""
        cls.set(**{field: models.F(field) + 1})

    @classmethod
    def lock(cls) -> IndexState:
        """The row, locked until the caller's transaction ends."""
        cls.objects.get_or_create(pk=cls.ONLY)
        return cls.objects.select_for_update().get(pk=cls.ONLY)

    @classmethod
    def next_version(cls) -> int:
        """A number larger than all before, also after a restore from a backup, because it contains the clock.

        Take it *before* reading the rows: of two writers, the one with the larger number then read the newer state.
        """
        clock = int(timezone.now().timestamp() * 1000)
        with transaction.atomic():
            row = cls.lock()
            row.last_version = max(row.last_version + 1, clock)
            row.save(update_fields=["last_version"])
        return row.last_version


class RebuildRequest(models.Model):
    """A request to rebuild the index. The relay serves all waiting requests with one rebuild."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    OPEN = frozenset({State.WAITING, State.RUNNING})

    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    not_before = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(_("requested"), default=timezone.now)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)
    written = models.PositiveIntegerField(_("resources written"), default=0)
    total = models.PositiveIntegerField(_("resources in all"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("rebuild of the index")
        verbose_name_plural = _("rebuilds of the index")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.reason}"

    @classmethod
    @transaction.atomic
    def enqueue(cls, *, reason: str, delay: timedelta = timedelta(0)) -> RebuildRequest:
        """Request a rebuild. A request that already waits is postponed, so ten edits make one rebuild."""
        IndexState.lock()
        wake()
        due = timezone.now() + delay
        waiting = cls.objects.filter(state=cls.State.WAITING).first()
        if waiting is None:
            return cls.objects.create(reason=reason[:200], not_before=due)
        cls.objects.filter(pk=waiting.pk, state=cls.State.WAITING).update(not_before=due, reason=reason[:200])
        return waiting

    @classmethod
    @transaction.atomic
    def enqueue_unless_open(cls, *, reason: str) -> bool:
        """Request a rebuild unless one waits or runs. True when this call requested it."""
        IndexState.lock()
        if cls.objects.filter(state__in=cls.OPEN).exists():
            return False
        cls.enqueue(reason=reason)
        return True
