"""The one thing every app shares in the database: a lease, so that of many processes only one does a job."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone


class Lease(models.Model):
    """Held by one process until ``until``; renewed while it works, free for others when it stops renewing."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = "lease"

    def __str__(self) -> str:
        return f"{self.name}: {self.holder} until {self.until:%H:%M:%S}"


def take_lease(name: str, *, holder: str, duration: timedelta, now: datetime | None = None) -> bool:
    """Take or renew a lease. True when ``holder`` has it now; False when another process does."""
    now = now or timezone.now()
    with transaction.atomic():
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now})
        free_or_mine = models.Q(until__lte=now) | models.Q(holder=holder)
        return bool(Lease.objects.filter(free_or_mine, name=name).update(holder=holder, until=now + duration))


def give_back(name: str, *, holder: str) -> None:
    """End a lease early, so that the next process need not wait for it to run out."""
    Lease.objects.filter(name=name, holder=holder).update(until=timezone.now(), holder="")
