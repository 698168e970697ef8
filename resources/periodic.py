"""What resources need done again and again (common/periodic.py keeps the clock)."""

from __future__ import annotations

from datetime import time, timedelta

from common.periodic import periodic


@periodic(every=timedelta(seconds=5))
def publish_due() -> None:
    """Dated publications, ends and embargoes."""
    from resources.publishing import schedule

    schedule.publish_due()


@periodic(every=timedelta(hours=1))
def collect_uploads() -> None:
    """Uploads nobody finished, files nobody uses: their bytes, their rows, their share of the quota."""
    from resources import tasks

    tasks.collect_uploads.enqueue()


@periodic(at=time(2))
def recount() -> None:
    """Yesterday's use and the schools' storage, counted anew."""
    from resources import tasks

    tasks.recount.enqueue()


@periodic(every=timedelta(minutes=5))
def keep_files() -> None:
    """Checks and previews that got lost, bytes nobody may have."""
    from resources import tasks

    tasks.housekeeping.enqueue()
