"""The queues of background jobs as the system health page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

READ = 2000
"""Waiting jobs that are read to find the oldest."""

JOBS_WORKER = "manage.py worker --name jobs --queues default,mail,understanding"

QUEUES: dict[str, tuple[Any, timedelta, str]] = {
    "checks": (_("Checks of uploaded files"), timedelta(minutes=2), "manage.py worker --name checks --queues checks"),
    "files": (_("Previews"), timedelta(minutes=30), "manage.py worker --name files --queues files"),
    "exports": (_("Exports"), timedelta(minutes=10), "manage.py worker --name exports --queues exports"),
    "default": (_("Maintenance"), timedelta(minutes=2), JOBS_WORKER),
    "mail": (_("Mail"), timedelta(minutes=2), JOBS_WORKER),
    "understanding": (_("Meaning of pages"), timedelta(hours=12), JOBS_WORKER),
}
"""Queue → its name for people, how long a job may wait, and the command that works through it."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """``oldest``: since when the job that waits longest could have run."""

    name: str
    label: Any
    limit: timedelta
    command: str
    waiting: int
    running: int
    oldest: datetime | None

    @property
    def share(self) -> int:
        """How much of its limit the oldest job has waited, in per cent, at most 100."""
        if self.oldest is None:
            return 0
        return min(100, round(100 * ((timezone.now() - self.oldest) / self.limit)))

    @property
    def minutes(self) -> int:
        return round(self.limit / timedelta(minutes=1))

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and timezone.now() - self.oldest > self.limit


def queue_states() -> list[QueueState]:
    """Every queue with what waits and runs in it."""
    return [_state(name, *about) for name, about in QUEUES.items()]


def _state(name: str, label: Any, limit: timedelta, command: str) -> QueueState:
    jobs = DBTaskResult.objects.filter(queue_name=name)
    ready = jobs.ready()
    dates = ready.order_by("enqueued_at").values_list("run_after", "enqueued_at")[:READ]
    # django-tasks-db stores the year 9999 for a job without a date. A job with a date is late from that date on.
    since = [enqueued if after == get_date_max() else max(after, enqueued) for after, enqueued in dates]
    return QueueState(
        name=name,
        label=label,
        limit=limit,
        command=command,
        waiting=ready.count(),
        running=jobs.filter(status=TaskResultStatus.RUNNING).count(),
        oldest=min(since, default=None),
    )
