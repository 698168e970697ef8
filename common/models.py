"""The tables that every app shares."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """Held by one process until ``until``. The functions are in common/lease.py."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = "lease"

    def __str__(self) -> str:
        return f"{self.name}: {self.holder} until {self.until:%H:%M:%S}"


class BackupReport(models.Model):
    """What the operator's backup script reported with ``manage.py record_backup``."""

    class Kind(models.TextChoices):
        BACKUP = "backup", _("Backup")
        RESTORE = "restore", _("Restored for a trial")

    LATE = timedelta(days=2)
    """A backup that is older is marked: one failed night is common, two are a fault."""

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BACKUP)
    when = models.DateTimeField(default=timezone.now)
    size = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-when"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.when:%Y-%m-%d %H:%M}"

    @property
    def is_late(self) -> bool:
        return timezone.now() - self.when > self.LATE

    @classmethod
    def last(cls, kind: str = Kind.BACKUP) -> BackupReport | None:
        return cls.objects.filter(kind=kind).first()


class ContentStamp(models.Model):
    """When the set of these rows differs, a public page may have changed.

    Only triggers write here (common/page_cache/triggers.py). ``id``: 1 on SQLite, a transaction's number on PostgreSQL.
    """

    id = models.BigIntegerField(primary_key=True)
    token = models.BigIntegerField(help_text="A random number, new at every change.")

    class Meta:
        verbose_name = "content stamp"

    def __str__(self) -> str:
        return f"{self.id}: {self.token}"
