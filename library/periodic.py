"""Periodic work that belongs to no app: requeue lost jobs, delete old job results and sessions."""

from __future__ import annotations

import logging
from datetime import time, timedelta

from django.core.management import call_command

from common.page_cache import forget_old_stamps
from common.periodic import periodic
from common.tasks import requeue_lost_jobs

log = logging.getLogger(__name__)

KEEP_RESULTS_DAYS = 7
KEEP_FAILURES_DAYS = 180


@periodic(every=timedelta(minutes=1))
def recover_lost_jobs() -> None:
    """For workers whose machine never came back; a restarted worker requeues its own jobs at once."""
    if lost := requeue_lost_jobs():
        log.warning("%s jobs of lost workers were requeued or given up", lost)


@periodic(every=timedelta(minutes=1))
def shorten_content_stamp() -> None:
    forget_old_stamps()


@periodic(at=time(4, 10))
def throw_away_old_results() -> None:
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=KEEP_RESULTS_DAYS,
        failed_min_age_days=KEEP_FAILURES_DAYS,
        verbosity=0,
    )


@periodic(at=time(4, 20))
def throw_away_old_sessions() -> None:
    call_command("clearsessions", verbosity=0)
