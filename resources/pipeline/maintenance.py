"""Look after files nobody looks at: work that got lost, bytes nobody may have, folders of dead workers."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.tasks import LEASE
from resources.models import FileBlob, FilePreview
from resources.pipeline import verification, workdir
from resources.pipeline.page_store import mark
from resources.processing.outcome_codes import Reason

LOST = timedelta(minutes=15)
"""A received file without a job after this long was forgotten, or its virus scanner was away for too long."""
KEEP_REFUSED = timedelta(days=7)


def keep() -> None:
    """Everything, each part on its own. Meant to run every few minutes."""
    send_again()
    end_interrupted()
    drop_bytes()
    workdir.sweep()


def under_way(task: str) -> set[int]:
    """The blobs a job of this name waits or runs for."""
    return _blobs_of(task, TaskResultStatus.READY, TaskResultStatus.RUNNING)


def _blobs_of(task: str, *statuses: TaskResultStatus) -> set[int]:
    """(In Python: databases search JSON differently, and few rows wait or have failed.)"""
    rows = DBTaskResult.objects.filter(status__in=statuses, task_path=f"resources.tasks.{task}")
    return {row["args"][0] for row in rows.values_list("args_kwargs", flat=True) if row["args"]}


def send_again() -> int:
    """Enqueue the check of received files that no job will check. Returns how many."""
    from resources.tasks import verify_blob

    limit = timezone.now() - LOST
    busy = under_way("verify_blob")
    forgotten = FileBlob.objects.filter(state=FileBlob.State.RECEIVED, created__lt=limit).values_list("pk", flat=True)
    found = [pk for pk in forgotten if pk not in busy]
    for pk in found:
        verify_blob.enqueue(pk)
    return len(found)


def end_interrupted() -> int:
    """Previews whose job was given up, or that stand still without one, have failed: said so, they can be tried again.

    Returns how many.
    """
    limit = timezone.now() - LEASE - LOST
    given_up = _blobs_of("process_blob", TaskResultStatus.FAILED)
    standing = list(
        FilePreview.objects.filter(
            Q(updated__lt=limit) | Q(blob__in=given_up),
            state__in=FilePreview.WORKING,
            blob__state=FileBlob.State.VERIFIED,
        ).select_related("blob")
    )
    # After the look at the previews: a retry meanwhile has its job by now.
    busy = under_way("process_blob")
    found = [preview for preview in standing if preview.blob_id not in busy]
    for preview in found:
        with transaction.atomic():
            mark(preview.blob, state=FilePreview.State.FAILED, reason=Reason.INTERRUPTED)
    return len(found)


def drop_bytes() -> int:
    """Delete what duplicates left behind, and refused files a week after they were refused. Returns how many."""
    limit = timezone.now() - KEEP_REFUSED
    stored = FileBlob.objects.filter(key__isnull=False)
    gone = [
        *stored.filter(state=FileBlob.State.DUPLICATE),
        *stored.filter(state=FileBlob.State.REJECTED, created__lt=limit),
    ]
    for blob in gone:
        verification.drop_object(blob)
    return len(gone)
