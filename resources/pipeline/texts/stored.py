"""Read the text of stored files again after a release that reads it otherwise; their page images stay.

Maintenance enqueues them in batches with the lowest priority, so that uploads go first.
"""

from __future__ import annotations

import logging

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.models import FileBlob, FilePreview
from resources.pipeline import jobs, page_store, workdir
from resources.pipeline.preview import EXTRACT, MOST_WAITING, PreviewBuilder, PreviewEnded
from resources.processing import formats
from resources.processing.extract import RESULT, TEXT_VERSION
from resources.processing.render import office
from resources.processing.sandbox import SandboxUnavailable
from resources.storage import ObjectMissing, StoreUnavailable

log = logging.getLogger(__name__)

BATCH = 20
KINDS = (formats.PDF, formats.DOCUMENT, formats.SLIDES, formats.SHEET)
"""Kinds whose text depends on TEXT_VERSION."""


@job(
    label=_("Read the text of a stored file again"),
    queue="files",
    priority=-MOST_WAITING,
    waits_for=(StoreUnavailable, SandboxUnavailable),
    path="resources.tasks.read_stored_text",
)
def read_stored_text(blob_id: int) -> None:
    read_again(blob_id=blob_id)


def outdated_texts() -> QuerySet[FilePreview]:
    """Finished previews whose text an earlier release has read."""
    return FilePreview.objects.filter(
        text_version__lt=TEXT_VERSION,
        state__in=(FilePreview.State.READY, FilePreview.State.OUTLINE),
        blob__state=FileBlob.State.VERIFIED,
        blob__kind__in=KINDS,
    )


def enqueue_outdated_texts() -> int:
    """Enqueue the next batch when the one before is done, without files given up. Returns how many."""
    if jobs.waiting_blob_ids(read_stored_text):
        return 0
    outdated = outdated_texts().exclude(blob__in=jobs.failed_blob_ids(read_stored_text))
    ids = list(outdated.order_by("blob_id").values_list("blob_id", flat=True)[:BATCH])
    for pk in ids:
        read_stored_text.enqueue(pk)
    return len(ids)


def read_again(*, blob_id: int) -> None:
    """Replace the text of a file's pages. A file that can't be read now keeps the text it has."""
    preview = outdated_texts().filter(blob=blob_id).select_related("blob").first()
    if preview is None:
        return
    with workdir.work_folder(blob_id) as folder:
        builder = PreviewBuilder(preview.blob, folder)
        try:
            _replace_text(builder, preview)
        except (PreviewEnded, ObjectMissing, page_store.InvalidResult) as error:
            log.warning("Text of blob %s stays as it is: %r", blob_id, error)
    outdated_texts().filter(pk=preview.pk).update(text_version=TEXT_VERSION)


def _replace_text(builder: PreviewBuilder, preview: FilePreview) -> None:
    plan = builder.plan()
    name, extractor, fields = builder.source, plan.extractor, page_store.EXTRACTED
    if plan.pages_from_pdf or plan.convert == "sheet":
        name, _code = builder.convert(plan.convert) if office.available() else ("", "")
        extractor = "pdf" if plan.pages_from_pdf else "xlsx"
    elif plan.convert:
        fields = page_store.TEXTS  # the positions come from the converted slides and stay
    if not name:
        return
    answer = builder.run("extract", {"name": name, "extractor": extractor}, EXTRACT)
    # With another number of pages, the text would stand beside the image of another page.
    if answer.get("count") == preview.page_count:
        pages = page_store.read_pages(builder.folder / RESULT)
        page_store.store_pages(preview.blob, pages, title="", fields=fields)
