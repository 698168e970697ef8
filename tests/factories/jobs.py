"""Background jobs, run in the test's own process by the queue's own rows."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


def run_jobs(*, limit: int = 500, only: str | None = None) -> int:
    """Run what is waiting, including what that enqueues, and fail on the first job that failed.

    ``only``: part of the task's path. Jobs waiting for a later time are run too: tests don't wait for back-off.
    Returns how many ran.
    """
    ran = 0
    while ran < limit:
        waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).exclude(task_path__startswith="wagtail.")
        if only:
            waiting = waiting.filter(task_path__contains=only)
        row = waiting.order_by("-priority", "enqueued_at").first()
        if row is None:
            return ran
        DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.RUNNING, started_at=timezone.now())
        row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
        ran += 1
    raise AssertionError(f"More than {limit} jobs: does one enqueue itself for ever?")
