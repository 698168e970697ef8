"""Background work on files. Jobs take ids, call one service, and may run twice."""

from __future__ import annotations

from common.tasks import job
from resources.delivery.revocation import BeingDrawn
from resources.processing.antivirus import ScannerUnavailable
from resources.storage import StoreUnavailable


@job(queue="files", priority=10, waits_for=(StoreUnavailable, ScannerUnavailable))
def verify_blob(blob_id: int) -> None:
    """Ahead of rendering in the queue: people wait for the check before they can submit."""
    from resources.pipeline import verification

    verification.verify(blob_id=blob_id)


@job(queue="files", waits_for=(StoreUnavailable,))
def process_blob(blob_id: int) -> None:
    from resources.pipeline import preview

    preview.process(blob_id=blob_id)


@job(priority=10, waits_for=(StoreUnavailable, BeingDrawn))
def move_pictures(blob_id: int, edition: int) -> None:
    """Not in the queue of files: what was taken down must not wait for a rendering."""
    from resources.delivery import revocation

    revocation.move_pictures(blob_id=blob_id, edition=edition)


@job(queue="files", attempts=1)
def housekeeping() -> None:
    from resources.pipeline import maintenance

    maintenance.keep()


@job()
def collect_uploads() -> None:
    from resources.pipeline import unused_files
    from resources.uploads import cleanup

    cleanup.collect_expired()
    cleanup.collect_strays()
    unused_files.collect()


@job()
def recount() -> None:
    from resources.delivery import usage
    from resources.uploads import cleanup

    usage.recount_yesterday()
    cleanup.recount_quotas()
