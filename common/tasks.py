"""Background jobs with retries, back-off and dead letters, requeued when their worker was killed.

django-tasks-db stores and runs jobs (enqueued in the caller's transaction), but neither retries nor notices a killed
worker. Jobs take ids, are idempotent and may run twice.
"""

from __future__ import annotations

import functools
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks.signals import task_enqueued
from django_tasks_db.models import DBTaskResult, get_date_max

from common.wake import wake

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6

PATIENT_ATTEMPTS = 14
"""Tries while a server that the job needs is down: about half an hour."""

MAX_DELIVERIES = 10

PROMPT_DELIVERIES = 3
"""Deliveries after which a job whose worker was killed waits longer each time: it may be what kills workers."""

LEASE = timedelta(minutes=30)
"""Longer than any job may run; a RUNNING row older than this has lost its worker."""


LABELS: dict[str, StrOrPromise] = {}
"""Path of a job → what it does, in words for administrators."""

LONGEST_WAIT = timedelta(minutes=10)
"""Longer than any job, change or rebuild is put off. A wrong clock wrote every date that lies further ahead."""


def backoff(attempt: int) -> timedelta:
    """The wait before the next try: 2, 4, 8 … seconds up to five minutes, with jitter."""
    return timedelta(seconds=min(2**attempt, 300) * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret


class GiveUp(Exception):
    """Raised by a job when another try can't help; it becomes a dead letter at once."""


def job(
    *,
    label: StrOrPromise,
    queue: str = "default",
    attempts: int = MAX_ATTEMPTS,
    priority: int = 0,
    waits_for: tuple[type[Exception], ...] = (),
    path: str = "",
) -> Callable[..., Task[..., Any]]:
    """Make a function a background job: ``enqueue`` it with ids in a transaction; it runs later.

    A failed try is repeated after ``backoff``. After the last one the row stays FAILED: a dead letter, which an
    administrator sees by its ``label`` and can retry. ``waits_for``: errors that mean a server is down; they get
    ``PATIENT_ATTEMPTS``.
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
                    # An expected outage needs no traceback.
                    exc_info=not waiting,
                )
                again: Task[..., Any] = made.using(run_after=timezone.now() + backoff(attempt))
                again.enqueue(*args, attempt=attempt + 1, **kwargs)

        if path:
            run.__module__, _dot, run.__name__ = path.rpartition(".")
            run.__qualname__ = run.__name__
        made: Task[..., Any] = task(queue_name=queue, priority=priority)(run)
        LABELS[made.module_path] = label
        return made

    return wrap


def job_label(task_path: str) -> str:
    """The label of a stored job; its path if the code no longer has it."""
    try:
        return str(LABELS[import_string(task_path).module_path])
    except (ImportError, AttributeError, KeyError):
        return task_path


def wake_workers_when_enqueued() -> None:
    """Connect ``wake`` to every job that is enqueued, also those of other apps."""
    task_enqueued.connect(lambda **_: wake(), weak=False, dispatch_uid="common.tasks.wake")


def enqueue_once(made: Task[..., Any]) -> bool:
    """Enqueue a job without arguments unless one waits or runs already. For periodic work."""
    pending = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    if DBTaskResult.objects.filter(status__in=pending, task_path=made.module_path).exists():
        return False
    made.enqueue()
    return True


def requeue_lost_jobs(*, worker_id: str | None = None) -> int:
    """Requeue jobs whose worker died. Returns how many were requeued or given up.

    ``worker_id``: only jobs of that worker; call it before a worker of the same name starts. Otherwise jobs whose lease
    has expired. A job delivered ``MAX_DELIVERIES`` times without finishing becomes a dead letter.
    """
    _free_jobs_of_the_future()
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    if worker_id is None:
        running = running.filter(started_at__lt=timezone.now() - LEASE)
    touched = 0
    for row in running:
        # In Python, because SQLite has no JSON lookup for a list's last element; few rows run at a time.
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
    if touched:
        wake()
    return touched


def seconds_to_next(queues: list[str], *, most: float) -> float:
    """Seconds until the next waiting job of these queues (``["*"]``: all) is due, at most ``most``."""
    now = timezone.now()
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lt=now + timedelta(seconds=most))
    if "*" not in queues:
        waiting = waiting.filter(queue_name__in=queues)
    due = waiting.order_by("run_after").values_list("run_after", flat=True).first()
    return most if due is None else max(0.0, (due - now).total_seconds())


def _free_jobs_of_the_future() -> None:
    """Make jobs due that wait for a date no back-off reaches: the clock stood wrong when it was written."""
    now = timezone.now()
    DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, run_after__gt=now + LONGEST_WAIT, run_after__lt=get_date_max()
    ).update(run_after=now)


def dead_letters() -> Any:
    """Failed jobs, newest first, without Wagtail's own reference-index jobs."""
    return (
        DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
        .exclude(task_path__startswith="wagtail.")
        .order_by("-finished_at")
    )


def retry(row: DBTaskResult) -> bool:
    """Queue a dead letter again. False when it is no longer one."""
    requeued = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None, worker_ids=[], run_after=timezone.now()
    )
    if requeued:
        wake()
    return bool(requeued)
