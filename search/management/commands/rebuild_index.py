"""``manage.py rebuild_index``: request a rebuild from the relay and wait for it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from search.models import RebuildRequest


class Command(BaseCommand):
    help = "Rebuild the search index while the old one answers. The relay does it, so a relay must be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-wait", action="store_true", help="Return as soon as the request is written.")
        parser.add_argument("--timeout", type=float, default=3600, help="Seconds to wait (3600).")

    def handle(self, *args: Any, **options: Any) -> None:
        request = RebuildRequest.enqueue(reason=_("asked for on the command line"))
        if options["no_wait"]:
            self.stdout.write(f"Request {request.pk} written; the relay will serve it.")
            return
        until = time.monotonic() + options["timeout"]
        while time.monotonic() < until:
            request.refresh_from_db()
            if request.state == RebuildRequest.State.DONE:
                self.stdout.write(f"The new index answers: {request.written} resources.")
                return
            if request.state == RebuildRequest.State.FAILED:
                raise CommandError(f"The rebuild failed: {request.error}")
            time.sleep(0.3)
        raise CommandError(f"Not finished yet ({request.get_state_display()}). Is a relay running?")
