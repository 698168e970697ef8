"""Delete files that have been in no draft and no version for a week.

Safe against a concurrent attach: both lock the blob row. Order: mark COLLECTED, delete objects, delete row, so that the
next run can resume after a crash.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common import audit
from resources.models import FileBlob, FilePreview, ResourceFile, RevisionFile, UploadSession, quota
from resources.models.file import rendition_folder
from resources.storage import StoreUnavailable, get_store

log = logging.getLogger(__name__)

KEEP_UNUSED = timedelta(days=7)
"""Since the last use or the upload: a user may return to an open page."""

_OF_THIS = {"blob": OuterRef("pk")}
USED = (
    Exists(RevisionFile.objects.filter(**_OF_THIS))
    | Exists(ResourceFile.objects.filter(**_OF_THIS))
    # Readers of a duplicate get the bytes of the original.
    | Exists(FileBlob.objects.filter(duplicate_of=OuterRef("pk")))
)


def delete_unused() -> int:
    """Delete files unused for KEEP_UNUSED, and note for the others since when they are. Returns how many."""
    now = timezone.now()
    FileBlob.objects.filter(USED, unused_since__isnull=False).update(unused_since=None)
    # Received files belong to maintenance.py; collected ones need no date.
    settled = FileBlob.objects.exclude(state__in=(FileBlob.State.RECEIVED, FileBlob.State.COLLECTED))
    settled.filter(~USED, unused_since=None).update(unused_since=now)
    for pk in list(settled.filter(unused_since__lt=now - KEEP_UNUSED).values_list("pk", flat=True)):
        _mark_collected(pk)
    return sum(_delete(blob) for blob in FileBlob.objects.filter(state=FileBlob.State.COLLECTED))


def _unused() -> QuerySet[FileBlob]:
    working = Exists(FilePreview.objects.filter(**_OF_THIS, state__in=FilePreview.WORKING))
    return FileBlob.objects.filter(~USED, ~(Q(state=FileBlob.State.VERIFIED) & Q(working)), unused_since__isnull=False)


@transaction.atomic
def _mark_collected(pk: int) -> None:
    """From now on no draft can attach the blob and no upload can become its duplicate."""
    # Lock first, then read: a draft may have attached the blob while this waited for the lock.
    FileBlob.objects.select_for_update().filter(pk=pk).first()
    blob = _unused().filter(pk=pk).first()
    if blob is None:
        return
    if blob.state == FileBlob.State.VERIFIED:
        quota.release(school_id=blob.school_id, size=blob.size)
    audit.record(
        blob,
        "resources.collect_file",
        name=blob.declared_name,
        size=blob.size,
        sha256=blob.sha256 or "",
        unused_since=blob.unused_since.isoformat() if blob.unused_since else "",
    )
    blob.state, blob.sha256, blob.duplicate_of = FileBlob.State.COLLECTED, None, None
    blob.save(update_fields=["state", "sha256", "duplicate_of"])


def _delete(blob: FileBlob) -> bool:
    """Delete the objects, then the rows. False if the store is unavailable; the next run tries again."""
    store = get_store()
    try:
        folders = [rendition_folder(blob.uid, generation) for generation in range(blob.edition + 1)]
        images = [found.key for folder in folders for found in store.list(folder)]
        store.delete([*images, *([blob.key] if blob.key else [])])
    except StoreUnavailable:
        log.warning("The store did not delete file %s; the next run tries again.", blob.pk)
        return False
    with transaction.atomic():
        UploadSession.objects.filter(blob=blob).delete()
        blob.delete()
    log.info("Deleted the unused file %s (%s)", blob.uid, blob.declared_name)
    return True
