"""Make page pictures stop answering under addresses given out before, after something was taken down or narrowed.

A bucket honours an address until it expires, whatever happened since. So the pictures move: under another edition of
their keys, for which only those who may still look are given addresses. Files need no move: their addresses live for
minutes. Pictures anybody may see elsewhere stay where they are.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from common.tasks import job
from resources.delivery import entitlement
from resources.models import FileBlob, FilePage, FilePreview, RevisionFile, rendition_folder, rendition_key
from resources.models.resource import Resource
from resources.storage import ObjectMissing, ObjectStore, StoreUnavailable, get_store


class BeingDrawn(Exception):
    """The pictures are just being made; they move once that is done."""


def close_addresses(resource: Resource, *, file_uid: UUID | str | None = None) -> None:
    """Enqueue the move for every file of the resource, or one. Call it in the transaction that narrows."""
    rows = RevisionFile.objects.filter(revision__in=resource.revisions)
    if file_uid is not None:
        rows = rows.filter(uid=file_uid)
    named = rows.values_list("blob", "blob__duplicate_of").distinct()
    originals = {original or blob for blob, original in named}
    for pk, edition in FileBlob.objects.filter(pk__in=originals).order_by("pk").values_list("pk", "edition"):
        move_pictures.enqueue(pk, edition)


# Not in the queue of files: a removal must not wait behind the rendering of other files.
@job(priority=10, waits_for=(StoreUnavailable, BeingDrawn), path="resources.tasks.move_pictures")
def move_pictures(blob_id: int, edition: int) -> None:
    move_page_images(blob_id=blob_id, edition=edition)


def move_page_images(*, blob_id: int, edition: int) -> None:
    """From ``edition`` to the next. May run twice: what has moved is only cleared away.

    Raises BeingDrawn, StoreUnavailable: try again later.
    """
    blob = FileBlob.objects.filter(pk=blob_id).first()
    if blob is None:
        return
    store = get_store()
    if blob.edition == edition:
        if entitlement.is_public(blob.pk):
            return
        _copy(store, blob)
        _turn_over(blob)
    store.delete([found.key for found in store.list(rendition_folder(blob.uid, edition))])


def _copy(store: ObjectStore, blob: FileBlob) -> None:
    for number, widths in FilePage.objects.filter(blob=blob).values_list("number", "widths"):
        for width in widths:
            try:
                data = b"".join(store.read(rendition_key(blob.uid, number, width, edition=blob.edition)))
            except ObjectMissing:
                continue
            copy = rendition_key(blob.uid, number, width, edition=blob.edition + 1)
            store.put(copy, data, media_type="image/webp")


@transaction.atomic
def _turn_over(blob: FileBlob) -> None:
    held = FileBlob.objects.select_for_update().get(pk=blob.pk)
    # Drawing that began before would go on under the old keys; what begins later waits for this row (retry).
    if FilePreview.objects.filter(blob=held, state__in=FilePreview.WORKING).exists():
        raise BeingDrawn(blob.pk)
    FileBlob.objects.filter(pk=blob.pk, edition=blob.edition).update(edition=blob.edition + 1)
