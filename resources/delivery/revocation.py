"""Revoke signed URLs of page images when a resource is withdrawn, restricted or loses a file.

S3 cannot revoke a presigned URL, so the images are copied under new keys (``url_generation`` + 1, stored as
``FileBlob.edition``) and the old objects deleted. Files are not moved: their URLs expire within minutes.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.delivery import entitlement
from resources.models import FileBlob, FilePage, FilePreview, Resource, RevisionFile, rendition_folder, rendition_key
from resources.storage import ObjectMissing, ObjectStore, StoreUnavailable, get_store


class RenderingInProgress(Exception):
    """Page images can be moved after they are rendered."""


def revoke_page_image_urls(resource: Resource, *, file_uid: UUID | str | None = None) -> None:
    """Enqueue ``move_pictures`` for the files of the resource, inside the restricting transaction."""
    rows = RevisionFile.objects.filter(revision__in=resource.revisions)
    if file_uid is not None:
        rows = rows.filter(uid=file_uid)
    blobs = rows.values_list("blob", "blob__duplicate_of").distinct()
    originals = {original or blob for blob, original in blobs}
    for pk, url_generation in FileBlob.objects.filter(pk__in=originals).order_by("pk").values_list("pk", "edition"):
        move_pictures.enqueue(pk, url_generation)


# Not in the queue of files: a removal must not wait behind the rendering of other files.
@job(
    label=_("Revoke the URLs of page images"),
    priority=10,
    waits_for=(StoreUnavailable, RenderingInProgress),
    path="resources.tasks.move_pictures",
)
def move_pictures(blob_id: int, url_generation: int) -> None:
    move_page_images(blob_id=blob_id, url_generation=url_generation)


def move_page_images(*, blob_id: int, url_generation: int) -> None:
    """Move the page images of a blob from the keys of ``url_generation`` to those of the next generation.

    1. Stop if a visitor may see the pages anyway, through this or another resource.
    2. Copy the images to their new keys.
    3. Start the next generation: new pages get new URLs.
    4. Delete the old objects, which ends the old URLs.

    A repetition after step 3 only deletes. Raises RenderingInProgress, StoreUnavailable: try again later.
    """
    blob = FileBlob.objects.filter(pk=blob_id).first()
    if blob is None:
        return
    store = get_store()
    if blob.edition == url_generation:
        if entitlement.is_public(blob.pk):
            return
        _copy(store, blob)
        _start_next_generation(blob)
    store.delete([found.key for found in store.list(rendition_folder(blob.uid, url_generation))])


def _copy(store: ObjectStore, blob: FileBlob) -> None:
    for number, widths in FilePage.objects.filter(blob=blob).values_list("number", "widths"):
        for width in widths:
            try:
                data = b"".join(store.read(rendition_key(blob.uid, number, width, url_generation=blob.edition)))
            except ObjectMissing:
                continue
            copy = rendition_key(blob.uid, number, width, url_generation=blob.edition + 1)
            store.put(copy, data, media_type="image/webp")


@transaction.atomic
def _start_next_generation(blob: FileBlob) -> None:
    locked = FileBlob.objects.select_for_update().get(pk=blob.pk)
    # Rendering in progress would continue under the old keys. A later start waits for this row (pipeline.retry).
    if FilePreview.objects.filter(blob=locked, state__in=FilePreview.WORKING).exists():
        raise RenderingInProgress(blob.pk)
    FileBlob.objects.filter(pk=blob.pk, edition=blob.edition).update(edition=blob.edition + 1)
