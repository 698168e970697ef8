"""Clean photos that a release with fewer rules, or with none, has stored.

Published ones change under their version. Each photo is one job; maintenance enqueues them in batches.
A repetition finds nothing to do.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import audit
from common.tasks import job
from resources.models import FileBlob, FilePage, FilePreview, quota, rendition_folder
from resources.pipeline import jobs, page_store, workdir
from resources.pipeline.photos import cleaning
from resources.processing import formats
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.sandbox import SandboxUnavailable
from resources.storage import StoreUnavailable, get_store

BATCH = 100
"""Photos enqueued at once. Cleaning one takes about half a second; a job of the queue may wait for two minutes."""

_FAMILY_OF = {formats.BY_FAMILY[family].media_type: family for family in cleaning.FAMILIES}


# Below every check of a new upload, in the same queue: both take a second.
@job(
    label=_("Clean a photo of an older release"),
    queue="checks",
    priority=-50,
    waits_for=(StoreUnavailable, SandboxUnavailable),
    path="resources.tasks.clean_stored_photo",
)
def clean_stored_photo(blob_id: int) -> None:
    clean_stored(blob_id=blob_id)


def uncleaned_photos() -> QuerySet[FileBlob]:
    """Stored photos that the rules of this release have not seen."""
    return FileBlob.objects.filter(
        state=FileBlob.State.VERIFIED, media_type__in=list(_FAMILY_OF), cleaned_with__lt=cleaning.RULES
    )


def enqueue_stored_photos() -> int:
    """Enqueue the next batch when the one before is done, without photos given up. Returns how many."""
    if jobs.waiting_blob_ids(clean_stored_photo):
        return 0
    given_up = jobs.failed_blob_ids(clean_stored_photo)
    ids = list(uncleaned_photos().exclude(pk__in=given_up).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        clean_stored_photo.enqueue(pk)
    return len(ids)


def clean_stored(*, blob_id: int) -> None:
    """Replace a stored photo by one without metadata, or hold it back if that is impossible."""
    blob = uncleaned_photos().filter(pk=blob_id).first()
    if blob is None or not blob.key:
        return
    with workdir.work_folder(blob.pk) as folder:
        try:
            with (folder / "source").open("wb") as file:
                file.writelines(get_store().read(blob.key))
            photo = cleaning.clean(blob, folder, _FAMILY_OF[blob.media_type])
        except cleaning.CannotClean as error:
            _hold_back(blob, error.code)
        else:
            _replace(blob, photo) if photo else _note(blob, "" if blob.is_held_back else blob.reason)


def _note(blob: FileBlob, reason: str) -> None:
    uncleaned_photos().filter(pk=blob.pk, key=blob.key).update(cleaned_with=cleaning.RULES, reason=reason)


@transaction.atomic
def _hold_back(blob: FileBlob, code: str) -> None:
    _note(blob, code)
    audit.record(blob, "resources.hold_back_photo", reason=code)


def _replace(blob: FileBlob, photo: cleaning.CleanPhoto) -> None:
    """Name the cleaned bytes in the row, or let it become a duplicate of a file that has them already."""
    with transaction.atomic():
        same = FileBlob.objects.filter(sha256=photo.sha256, kind=blob.kind).exclude(pk=blob.pk)
        # In the order of their keys, so that two jobs never wait for each other.
        ids = sorted({blob.pk, *same.values_list("pk", flat=True)})
        rows = {row.pk: row for row in FileBlob.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        current = rows.pop(blob.pk, None)
        if current is None or current.key != blob.key or current.state != FileBlob.State.VERIFIED:
            return
        original = next(iter(rows.values()), None)
        if original is None:
            _rename(current, photo)
        else:
            _merge(current, original)
            cleaning.delete_replaced.enqueue(str(photo.key))
        audit.record(
            current,
            "resources.clean_photo",
            note=photo.note,
            sha256_before=blob.sha256,
            sha256=photo.sha256,
            duplicate_of=original.pk if original else None,
        )
        page_store.notify_change(original or current)
        cleaning.delete_replaced.enqueue(str(blob.key))
    if original is not None:
        _delete_images(blob)


def _rename(blob: FileBlob, photo: cleaning.CleanPhoto) -> None:
    FileBlob.objects.filter(pk=blob.pk).update(
        key=photo.key,
        sha256=photo.sha256,
        size=photo.size,
        reason=photo.note,
        cleaned_with=cleaning.RULES,
    )
    quota.release(school_id=blob.school_id, size=blob.size - photo.size)


def _merge(blob: FileBlob, original: FileBlob) -> None:
    """The photo was uploaded again meanwhile and cleaned then: both are the same file now."""
    FileBlob.objects.filter(duplicate_of=blob).update(duplicate_of=original)
    FileBlob.objects.filter(pk=blob.pk).update(
        state=FileBlob.State.DUPLICATE,
        duplicate_of=original,
        key=None,
        sha256=None,
        reason="",
        cleaned_with=cleaning.RULES,
    )
    quota.release(school_id=blob.school_id, size=blob.size)
    FilePage.objects.filter(blob=blob).delete()
    FilePreview.objects.filter(blob=blob).update(
        state=FilePreview.State.NONE, reason=OutcomeCode.DUPLICATE, page_count=0, pages_done=0
    )


def _delete_images(blob: FileBlob) -> None:
    store = get_store()
    store.delete([found.key for found in store.list(rendition_folder(blob.uid, blob.edition))])
