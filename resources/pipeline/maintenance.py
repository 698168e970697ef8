"""Periodic maintenance of files.

Re-queues lost checks, fails stalled previews, deletes objects of duplicates and rejected files, and removes stale work
directories. Retries previews that ran out of time, and has outdated texts read again.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.tasks import LEASE
from resources.models import FileBlob, FilePreview
from resources.pipeline import workdir
from resources.pipeline.jobs import failed_blob_ids, queued_blob_ids
from resources.pipeline.page_store import update_preview
from resources.pipeline.photos.stored import enqueue_stored_photos
from resources.pipeline.preview import enqueue_preview, process_blob
from resources.pipeline.texts.stored import enqueue_outdated_texts
from resources.pipeline.verification import delete_object, verify_blob
from resources.processing.outcome_codes import OutcomeCode

LOST_AFTER = timedelta(minutes=15)
"""A received file without a job after this long was lost, or its virus scanner was down for too long."""
MAX_TIMEOUTS = 2
"""Time-outs after which a preview is no longer retried automatically."""
KEEP_REJECTED = timedelta(days=7)


def run_maintenance() -> None:
    """Run every part. Meant for every few minutes."""
    requeue_lost()
    fail_stalled()
    retry_timed_out()
    delete_leftovers()
    enqueue_stored_photos()
    enqueue_outdated_texts()
    workdir.remove_stale()


def requeue_lost() -> int:
    """Enqueue the check of received files that no job will check. Returns how many."""
    limit = timezone.now() - LOST_AFTER
    queued = queued_blob_ids(verify_blob)
    received = FileBlob.objects.filter(state=FileBlob.State.RECEIVED, created__lt=limit).values_list("pk", flat=True)
    lost = [pk for pk in received if pk not in queued]
    for pk in lost:
        verify_blob.enqueue(pk)
    return len(lost)


def fail_stalled() -> int:
    """Mark previews as failed whose job was given up or is gone, so that users can retry them.

    Returns how many.
    """
    limit = timezone.now() - LEASE - LOST_AFTER
    standing = list(
        FilePreview.objects.filter(
            Q(updated__lt=limit) | Q(blob__in=failed_blob_ids(process_blob)),
            state__in=FilePreview.WORKING,
            blob__state=FileBlob.State.VERIFIED,
        ).select_related("blob")
    )
    # Read the queue after the previews: a preview retried in between has its job by now.
    queued = queued_blob_ids(process_blob)
    stalled = [preview for preview in standing if preview.blob_id not in queued]
    for preview in stalled:
        with transaction.atomic():
            update_preview(preview.blob, state=FilePreview.State.FAILED, reason=OutcomeCode.INTERRUPTED)
    return len(stalled)


def retry_timed_out() -> int:
    """Enqueue one preview that ran out of time, when no other file waits. Returns how many."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=process_blob.module_path)
    if waiting.exists():
        return 0
    timed_out = FilePreview.objects.filter(
        reason=OutcomeCode.TIMED_OUT,
        state__in=(FilePreview.State.OUTLINE, FilePreview.State.FAILED),
        timeouts__lte=MAX_TIMEOUTS,
        blob__state=FileBlob.State.VERIFIED,
    )
    preview = timed_out.select_related("blob").order_by("timeouts", "updated").first()
    if preview is None:
        return 0
    with transaction.atomic():
        update_preview(preview.blob, state=FilePreview.State.WAITING, reason="", pages_done=0)
        enqueue_preview(preview.blob)
    return 1


def delete_leftovers() -> int:
    """Delete objects of duplicates, and of rejected files after ``KEEP_REJECTED``. Returns how many."""
    limit = timezone.now() - KEEP_REJECTED
    stored = FileBlob.objects.filter(key__isnull=False)
    leftovers = [
        *stored.filter(state=FileBlob.State.DUPLICATE),
        *stored.filter(state=FileBlob.State.REJECTED, created__lt=limit),
    ]
    for blob in leftovers:
        delete_object(blob)
    return len(leftovers)
