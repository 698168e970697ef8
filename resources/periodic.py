"""Periodic work of this app. Function names are stored with the schedule (common/periodic.py)."""

from __future__ import annotations

from datetime import time, timedelta

from common.periodic import periodic
from common.tasks import enqueue_once
from resources import tasks
from resources.publishing import schedule


@periodic(every=timedelta(seconds=5))
def publish_due() -> None:
    """Publish, unpublish and lift embargoes whose date has come."""
    schedule.publish_due()


@periodic(every=timedelta(hours=1))
def collect_uploads() -> None:
    """Delete unfinished uploads and unused files, and release their quota."""
    enqueue_once(tasks.collect_uploads)


@periodic(at=time(2))
def recount() -> None:
    """Recount yesterday's usage and the storage of every school."""
    enqueue_once(tasks.recount)


@periodic(every=timedelta(minutes=5))
def keep_files() -> None:
    """Maintain checks and previews."""
    enqueue_once(tasks.housekeeping)
