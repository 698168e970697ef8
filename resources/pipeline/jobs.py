"""Which files have a job in the queue."""

from __future__ import annotations

from typing import Any

from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult


def queued_blob_ids(task: Task[..., Any]) -> set[int]:
    """Ids of the blobs that a job of this task waits or runs for."""
    return _blob_ids(task, TaskResultStatus.READY, TaskResultStatus.RUNNING)


def waiting_blob_ids(task: Task[..., Any]) -> set[int]:
    """Ids of the blobs that a job of this task waits for."""
    return _blob_ids(task, TaskResultStatus.READY)


def running_blob_ids(task: Task[..., Any]) -> set[int]:
    """Ids of the blobs that a job of this task runs for."""
    return _blob_ids(task, TaskResultStatus.RUNNING)


def failed_blob_ids(task: Task[..., Any]) -> set[int]:
    """Ids of the blobs whose job was given up."""
    return _blob_ids(task, TaskResultStatus.FAILED)


def _blob_ids(task: Task[..., Any], *statuses: TaskResultStatus) -> set[int]:
    # Arguments are read in Python: databases search JSON differently, and few jobs wait or have failed.
    rows = DBTaskResult.objects.filter(status__in=statuses, task_path=task.module_path)
    return {row["args"][0] for row in rows.values_list("args_kwargs", flat=True) if row["args"]}
