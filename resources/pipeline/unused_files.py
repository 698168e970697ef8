"""Files nobody uses: uploaded, perhaps checked, but in no draft and no version any more. A week later they are thrown away.

Never while somebody puts them into a draft: whoever comes first locks the row, and the other then sees what was done.
The row is closed first, then the bytes go, then the row: a crash in between leaves a closed row, and the next run goes
on from there.
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
"""After the last use, or after the upload when there was none: long enough to come back to a page left open."""

State = FileBlob.State

_OF_THIS = {"blob": OuterRef("pk")}
USED = (
    Exists(RevisionFile.objects.filter(**_OF_THIS))
    | Exists(ResourceFile.objects.filter(**_OF_THIS))
    # A duplicate's reader gets the bytes of the first.
    | Exists(FileBlob.objects.filter(duplicate_of=OuterRef("pk")))
)


def collect() -> int:
    """Throw away what was unused for KEEP_UNUSED, and note since when the rest is. Returns how many were thrown away."""
    now = timezone.now()
    FileBlob.objects.filter(USED, unused_since__isnull=False).update(unused_since=None)
    # What is being checked has its own keeping; what is collected needs no date.
    settled = FileBlob.objects.exclude(state__in=(State.RECEIVED, State.COLLECTED))
    settled.filter(~USED, unused_since=None).update(unused_since=now)
    for pk in list(settled.filter(unused_since__lt=now - KEEP_UNUSED).values_list("pk", flat=True)):
        _close(pk)
    return sum(_throw_away(blob) for blob in FileBlob.objects.filter(state=State.COLLECTED))


def _unused() -> QuerySet[FileBlob]:
    working = Exists(FilePreview.objects.filter(**_OF_THIS, state__in=FilePreview.WORKING))
    return FileBlob.objects.filter(~USED, ~(Q(state=State.VERIFIED) & Q(working)), unused_since__isnull=False)


@transaction.atomic
def _close(pk: int) -> None:
    """From here on nothing can refer to it: nobody attaches it, and no upload of the same bytes becomes its duplicate."""
    # Locked before it is looked at: what was attached while this waited is then seen.
    FileBlob.objects.select_for_update().filter(pk=pk).first()
    blob = _unused().filter(pk=pk).first()
    if blob is None:
        return
    if blob.state == State.VERIFIED:
        quota.release(school_id=blob.school_id, size=blob.size)
    audit.record(
        blob,
        "resources.collect_file",
        name=blob.declared_name,
        size=blob.size,
        sha256=blob.sha256 or "",
        unused_since=blob.unused_since.isoformat() if blob.unused_since else "",
    )
    blob.state, blob.sha256, blob.duplicate_of = State.COLLECTED, None, None
    blob.save(update_fields=["state", "sha256", "duplicate_of"])


def _throw_away(blob: FileBlob) -> bool:
    """The bytes, the pictures of its pages, then the rows. False when the store is away: the next run tries again."""
    store = get_store()
    try:
        folders = [rendition_folder(blob.uid, edition) for edition in range(blob.edition + 1)]
        pictures = [found.key for folder in folders for found in store.list(folder)]
        store.delete([*pictures, *([blob.key] if blob.key else [])])
    except StoreUnavailable:
        log.warning("The store did not take the deletion of file %s; the next run will ask again.", blob.pk)
        return False
    with transaction.atomic():
        UploadSession.objects.filter(blob=blob).delete()
        blob.delete()
    log.info("File %s (%s) was in use nowhere and is thrown away", blob.uid, blob.declared_name)
    return True
