"""Check or preview a file again at a user's request."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from members.viewer import Who
from resources.access import resource_for
from resources.models import FileBlob, FilePreview, RevisionFile
from resources.pipeline import jobs, page_store
from resources.pipeline.preview import enqueue_preview
from resources.pipeline.verification import verify_blob
from resources.policies import Action, as_viewer


class NothingToRetry(UserError):
    code = "nothing_to_retry"
    message = _("It is being worked on already.")


class FileRefused(UserError):
    code = "file_refused"
    message = _("This file was refused. Upload a corrected one.")


@transaction.atomic
def retry(*, who: Who, blob_uid: Any) -> FilePreview:
    """Check or preview a file again, for its uploader, reviewers of its school, and the alliance's staff.

    Raises FileBlob.DoesNotExist (also for users who may not know of the file), NothingToRetry, FileRefused.
    """
    viewer = as_viewer(who)
    blobs = FileBlob.objects.exclude(state=FileBlob.State.COLLECTED)
    uploaded = blobs.select_related("duplicate_of").get(uid=blob_uid)
    own = uploaded.uploaded_by_id == viewer.user_id and uploaded.school_id in viewer.schools
    if not (own or uploaded.school_id in viewer.reviews or viewer.is_staff):
        raise FileBlob.DoesNotExist
    return _enqueue(uploaded, who)


@transaction.atomic
def retry_file(*, who: Who, resource_id: int, file_uid: Any) -> FilePreview:
    """As ``retry``, for a file of a draft: allowed to all users who see the draft, not only the uploader.

    Raises Resource.DoesNotExist, RevisionFile.DoesNotExist, NothingToRetry, FileRefused.
    """
    resource = resource_for(who, Action.SEE_DRAFT, resource_id)
    rows = RevisionFile.objects.filter(revision=resource.latest_revision_id).select_related("blob__duplicate_of")
    return _enqueue(rows.get(uid=file_uid).blob, who)


def _enqueue(uploaded: FileBlob, who: Who) -> FilePreview:
    blob = FileBlob.objects.select_for_update().get(pk=uploaded.canonical.pk)
    if blob.state == FileBlob.State.REJECTED:
        raise FileRefused
    preview, _created = FilePreview.objects.get_or_create(blob=blob)
    if blob.state == FileBlob.State.RECEIVED:
        if blob.pk in jobs.queued_blob_ids(verify_blob):
            raise NothingToRetry
        verify_blob.enqueue(blob.pk)
    else:
        # Readers of another school must not lose a complete preview of the bytes that school uploaded first.
        is_foreign = blob.school_id != uploaded.school_id
        is_complete = preview.state == FilePreview.State.READY and not preview.reason
        if preview.is_working or (is_foreign and is_complete):
            raise NothingToRetry
        page_store.update_preview(blob, state=FilePreview.State.WAITING, reason="", pages_done=0)
        enqueue_preview(blob)
    audit.record(blob, "resources.retry_preview", user=who)
    preview.refresh_from_db()
    return preview
