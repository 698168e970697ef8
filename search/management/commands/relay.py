"""``manage.py relay``: keep the index in sync with the database, and run periodic work."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from members.demo_accounts import refuse_demo_accounts
from search.indexing.relay import Relay


class Command(BaseCommand):
    help = "Write changes to the search index, rebuild it on request, and run periodic work. Any number may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-clock", action="store_true", help="Leave periodic work to another relay.")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo_accounts()
        relay = Relay(clock=not options["no_clock"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        relay.run()
