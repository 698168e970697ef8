"""Background jobs of this app under the names stored with them: ``resources.tasks.<name>``.

Jobs on one file are defined beside the function they run; workers find them through this module.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.delivery import usage
from resources.delivery.revocation import move_pictures
from resources.pipeline import maintenance, unused_files
from resources.pipeline.photos.cleaning import delete_replaced
from resources.pipeline.photos.stored import clean_stored_photo
from resources.pipeline.preview import process_blob
from resources.pipeline.texts.stored import read_stored_text
from resources.pipeline.verification import verify_blob
from resources.uploads import cleanup

__all__ = [
    "clean_stored_photo",
    "collect_uploads",
    "delete_replaced",
    "housekeeping",
    "move_pictures",
    "process_blob",
    "read_stored_text",
    "recount",
    "verify_blob",
]


@job(label=_("Look after files"), attempts=1)
def housekeeping() -> None:
    maintenance.run_maintenance()


@job(label=_("Delete unfinished uploads and unused files"))
def collect_uploads() -> None:
    cleanup.collect_expired()
    cleanup.collect_strays()
    unused_files.delete_unused()


@job(label=_("Recount usage and storage"))
def recount() -> None:
    usage.recount_yesterday()
    cleanup.recount_quotas()
