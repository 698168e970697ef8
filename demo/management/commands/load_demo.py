"""`manage.py load_demo`: demo schools, people, resources and collections. Refuses outside the demo; may be repeated."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Load the demo content. It is never loaded in production, and loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--process", action="store_true", help="Make the previews now instead of leaving them to the worker."
        )

    def handle(self, *args: Any, process: bool = False, **options: Any) -> None:
        from demo import loading

        # Every revision would say a line.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        start = time.monotonic()
        try:
            new = loading.load(process=process, say=lambda words: self.stdout.write(f"  {words}"))
        except loading.NotADemo as error:
            raise CommandError(str(error)) from error
        if new:
            self.stdout.write(f"Demo content: {new} resources in {time.monotonic() - start:.0f} s.")
