"""The table that every app shares."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Held by one process until ``until``. The functions are in common/lease.py."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = "lease"

    def __str__(self) -> str:
        return f"{self.name}: {self.holder} until {self.until:%H:%M:%S}"
