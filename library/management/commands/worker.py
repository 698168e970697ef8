"""``manage.py worker``: run background jobs, also those of a killed worker of the same name.

django-tasks-db's worker runs until its queues are empty (its batch mode), then this command waits for a change.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tasks_db.management.commands.db_worker import Worker

from common.tasks import requeue_lost_jobs, seconds_to_next
from common.wake import watch_database
from members.demo_accounts import refuse_demo_accounts

log = logging.getLogger(__name__)

LOCKED_WAIT = 0.2
"""Seconds to wait when the database was locked."""


class Command(BaseCommand):
    help = "Run background jobs. Start as many as you like, each under its own stable --name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", required=True, help="Stable and unique: identifies the jobs a killed worker left."
        )
        parser.add_argument("--queues", default="*", help="Comma-separated; '*' for all.")
        parser.add_argument(
            "--interval",
            type=float,
            default=10.0,
            help="Seconds after which an empty queue is polled without a notice.",
        )
        parser.add_argument("--batch", action="store_true", help="End when nothing is waiting.")

    def handle(self, *, name: str, queues: str, interval: float, batch: bool, **options: Any) -> None:
        refuse_demo_accounts()
        if requeued := requeue_lost_jobs(worker_id=name):
            log.warning("worker %s: %s jobs of a killed predecessor were requeued", name, requeued)
        worker = Worker(
            queue_names=queues.split(","),
            interval=LOCKED_WAIT,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        watch = watch_database()
        try:
            watch.mark()
            worker.run()
            while worker.running and not batch:
                watch.wait(seconds_to_next(worker.queue_names, most=interval), stopped=lambda: not worker.running)
                watch.mark()
                worker.run()
        finally:
            watch.close()
