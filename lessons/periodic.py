"""Periodic work of this app. Function names are stored with the schedule (common/periodic.py)."""

from __future__ import annotations

from datetime import timedelta

from common.periodic import periodic
from common.tasks import enqueue_once
from lessons import tasks


@periodic(every=timedelta(minutes=5))
def keep_exports() -> None:
    """Look after exports."""
    enqueue_once(tasks.keep_exports)
