"""Periodic work. Apps register functions in their ``periodic.py``; the relay runs them.

A run takes a database lease that lasts until the next run is due, so exactly one of any number of relays runs it.
Functions are idempotent and short; they enqueue a job for long work.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from common.lease import take_lease
from common.models import Lease

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=1)
"""The clocks of two machines may differ by so much."""
AFTER_FAILURE = timedelta(minutes=1)
"""The wait before a failed run is tried again, however rarely it runs."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """``at``: the time of day in the site's time zone, for daily work; ``every`` is then a day."""

    name: str
    every: timedelta
    function: Callable[[], object]
    at: time | None = None

    def pause_after(self, now: datetime) -> timedelta:
        """How long after ``now`` the next run is due."""
        if self.at is None:
            return self.every
        local = timezone.localtime(now)
        due = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return (due if due > local else due + timedelta(days=1)) - local


_registered: dict[str, Periodic] = {}


def periodic(
    *, every: timedelta = timedelta(days=1), at: time | None = None
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function: ``@periodic(every=timedelta(minutes=1))`` or ``@periodic(at=time(3))``."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        name = f"{function.__module__}.{function.__qualname__}"
        _registered[name] = Periodic(name=name, every=every, function=function, at=at)
        return function

    return register


@cache
def registered() -> tuple[Periodic, ...]:
    """All registered functions, in a stable order."""
    autodiscover_modules("periodic")
    return tuple(_registered[name] for name in sorted(_registered))


def run_due(*, now: datetime | None = None) -> list[str]:
    """Run functions that are due and that no other process runs; returns their names.

    Failures are logged and retried.
    """
    ran = []
    for job in _possibly_due(now or timezone.now()):
        moment = now or timezone.now()
        lease = _lease_name(job)
        if job.at is not None:
            # Nightly work waits for its first night, so that it does not slow down a new site's start.
            Lease.objects.get_or_create(name=lease, defaults={"until": moment + job.pause_after(moment)})
        _free_if_the_clock_went_back(lease, latest=_latest(job, moment))
        # A new holder for every run: it can't be renewed, so the lease is free exactly when the next run is due.
        if not take_lease(lease, holder=uuid.uuid4().hex, duration=job.pause_after(moment), now=moment):
            continue
        try:
            job.function()
        except Exception:
            log.exception("%s failed and will be tried again in %s", job.name, AFTER_FAILURE)
            _shorten(lease, until=moment + min(AFTER_FAILURE, job.every))
        else:
            ran.append(job.name)
    return ran


def seconds_to_next_run(*, most: float) -> float:
    """Seconds until the next function is due, at most ``most``. One query."""
    jobs, now = registered(), timezone.now()
    ends = Lease.objects.filter(name__in=map(_lease_name, jobs), until__gt=now).values_list("until", flat=True)
    return min([most, *((end - now).total_seconds() for end in ends)])


def _possibly_due(moment: datetime) -> list[Periodic]:
    """The functions whose lease is free, missing, or from a wrong clock."""
    jobs = registered()
    leases = dict(Lease.objects.filter(name__in=map(_lease_name, jobs)).values_list("name", "until"))
    found = []
    for job in jobs:
        until = leases.get(_lease_name(job))
        if until is None or not moment < until <= _latest(job, moment):
            found.append(job)
    return found


def _lease_name(job: Periodic) -> str:
    return f"every:{job.name}"[-60:]


def _latest(job: Periodic, moment: datetime) -> datetime:
    """The latest end of a lease that a right clock can have written."""
    return moment + job.pause_after(moment) + CLOCKS_DIFFER


def _free_if_the_clock_went_back(lease: str, *, latest: datetime) -> None:
    """End a lease that a wrong clock dated too far ahead: it would stop the job until then."""
    Lease.objects.filter(name=lease, until__gt=latest).update(until=latest - timedelta(days=36500), holder="")


def _shorten(lease: str, *, until: datetime) -> None:
    Lease.objects.filter(name=lease).update(until=until)
