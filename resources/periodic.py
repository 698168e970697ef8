"""Periodic work of this app. Function names are stored with the schedule (common/periodic.py)."""

from __future__ import annotations

from datetime import time, timedelta

from common.periodic import periodic
from resources import tasks
from resources.publishing import schedule


@periodic(every=timedelta(seconds=5))
def publish_due() -> None:
    """Publish, unpublish and lift embargoes whose date has come."""
    schedule.publish_due()


@periodic(every=timedelta(hours=1))
def collect_uploads() -> None:
    """Delete unfinished uploads and unused files, and release their quota."""
    tasks.collect_uploads.enqueue()


@periodic(at=time(2))
def recount() -> None:
    """Recount yesterday's usage and the storage of every school."""
    tasks.recount.enqueue()


@periodic(every=timedelta(minutes=5))
def keep_files() -> None:
    """Maintain checks and previews."""
    tasks.housekeeping.enqueue()
