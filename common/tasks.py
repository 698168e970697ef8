"""Background jobs that survive: retries with back-off, dead letters, and recovery of what a killed worker left behind.

django-tasks-db delivers (the enqueue is in the caller's transaction) but neither retries nor notices a killed worker.
Jobs take ids, are idempotent and may run twice.
"""

from __future__ import annotations

import functools
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
PATIENT_ATTEMPTS = 14
"""Tries for a failure that lies with a server which is down: about half an hour of waiting before it is given up."""
MAX_DELIVERIES = 10
PROMPT_DELIVERIES = 3
"""A job is not to blame for the first kills, so it goes again at once; after these it waits longer each time."""
LEASE = timedelta(minutes=30)
"""Longer than the longest job may run; a RUNNING row older than this lost its worker."""


def backoff(attempt: int) -> timedelta:
    """How long to wait before the next try: 2, 4, 8 … seconds up to five minutes, with jitter against herds."""
    return timedelta(seconds=min(2**attempt, 300) * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret


class GiveUp(Exception):
    """Raised by a job that knows another try can't help; it goes to the dead letters at once."""


def job(
    *,
    queue: str = "default",
    attempts: int = MAX_ATTEMPTS,
    priority: int = 0,
    waits_for: tuple[type[Exception], ...] = (),
    path: str = "",
) -> Callable[..., Task[..., Any]]:
    """Make a function a background job: ``enqueue(*ids)`` in a transaction, run later, retried, dead-lettered in the end.

    A failed try enqueues the next one after ``backoff``; the last failure raises, so the row ends FAILED, where an
    administrator sees it and can send it again. ``waits_for``: errors that say a server is down, not that the job is
    wrong; they get ``PATIENT_ATTEMPTS``. ``path``: the import path stored with each job, where it has to stay when the
    function moves; that module must import the job.
    """

    def wrap(function: Callable[..., Any]) -> Task[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, attempt: int = 1, **kwargs: Any) -> None:
            try:
                function(*args, **kwargs)
            except GiveUp:
                raise
            except Exception as error:
                waiting = isinstance(error, waits_for)
                most = max(attempts, PATIENT_ATTEMPTS) if waiting else attempts
                if attempt >= most:
                    raise
                log.warning(
                    "%s%s: %s; try %s of %s",
                    function.__qualname__,
                    args,
                    f"waits ({type(error).__name__}: {error})" if waiting else "failed",
                    attempt,
                    most,
                    # What is waited for is nobody's mistake to look for.
                    exc_info=not waiting,
                )
                again: Task[..., Any] = made.using(run_after=timezone.now() + backoff(attempt))
                again.enqueue(*args, attempt=attempt + 1, **kwargs)

        if path:
            run.__module__, _dot, run.__name__ = path.rpartition(".")
            run.__qualname__ = run.__name__
        made: Task[..., Any] = task(queue_name=queue, priority=priority)(run)
        return made

    return wrap


def recover(*, worker_id: str | None = None) -> int:
    """Put back what a dead worker was running. Returns how many rows were put back or given up.

    ``worker_id``: rows of that worker (call it before the worker of the same stable name starts). None: rows whose lease ran out,
    for machines that never come back. A row delivered ``MAX_DELIVERIES`` times without an end kills its workers: it
    becomes a dead letter, and before that it lets the others in the queue go first.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    if worker_id is None:
        running = running.filter(started_at__lt=timezone.now() - LEASE)
    touched = 0
    for row in running:
        # JSON look-ups on a list's last element do not exist on SQLite, hence in Python; few rows run at a time.
        if worker_id is not None and (not row.worker_ids or row.worker_ids[-1] != worker_id):
            continue
        delivered = len(row.worker_ids)
        fields: dict[str, Any] = {"status": TaskResultStatus.READY, "started_at": None}
        if delivered >= MAX_DELIVERIES:
            fields["status"] = TaskResultStatus.FAILED
            fields |= {"finished_at": timezone.now(), "traceback": f"Delivered {MAX_DELIVERIES} times without an end."}
        elif delivered > PROMPT_DELIVERIES:
            fields["run_after"] = timezone.now() + backoff(delivered - PROMPT_DELIVERIES)
        touched += DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(**fields)
    return touched


def dead_letters() -> Any:
    """Failed jobs of ours, newest first (Wagtail's own reference-index noise is left out)."""
    return (
        DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
        .exclude(task_path__startswith="wagtail.")
        .order_by("-finished_at")
    )


def retry(row: DBTaskResult) -> bool:
    """Send a dead letter again. False when it is no longer one."""
    return bool(
        DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, started_at=None, finished_at=None, worker_ids=[], run_after=timezone.now()
        )
    )
