"""Background work on files. Jobs take ids, call one service, and may run twice."""

from __future__ import annotations

from library.common.tasks import job
from resources.processing.antivirus import ScannerUnavailable
from resources.services.closing import BeingDrawn
from resources.storage import StoreUnavailable


@job(queue="files", priority=10, waits_for=(StoreUnavailable, ScannerUnavailable))
def verify_blob(blob_id: int) -> None:
    """Ahead of rendering in the queue: people wait for the check before they can submit."""
    from resources.services import verification

    verification.verify(blob_id=blob_id)


@job(queue="files", waits_for=(StoreUnavailable,))
def process_blob(blob_id: int) -> None:
    from resources.services import processing

    processing.process(blob_id=blob_id)


@job(priority=10, waits_for=(StoreUnavailable, BeingDrawn))
def move_pictures(blob_id: int, edition: int) -> None:
    """Not in the queue of files: what was taken down must not wait for a rendering."""
    from resources.services import closing

    closing.move_pictures(blob_id=blob_id, edition=edition)


@job(queue="files", attempts=1)
def housekeeping() -> None:
    from resources.services import file_keeping

    file_keeping.keep()


@job()
def collect_uploads() -> None:
    from resources.services import unused_files, upload_collecting

    upload_collecting.collect_expired()
    upload_collecting.collect_strays()
    unused_files.collect()


@job()
def recount() -> None:
    from resources.services import upload_collecting, usage

    usage.recount_yesterday()
    upload_collecting.recount_quotas()
