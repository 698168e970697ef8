"""Background jobs of this app under the names stored with them: ``lessons.tasks.<name>``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.tasks import job
from lessons.services.exports import building
from lessons.services.exports.building import build_export

__all__ = ["build_export", "keep_exports"]


@job(label=_("Look after exports"), attempts=1)
def keep_exports() -> None:
    """Fail exports without a job, delete results that are no longer kept."""
    building.fail_lost()
    building.expire()
