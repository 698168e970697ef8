"""`manage.py load_demo`: load demo schools, people, resources and collections."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Load the demo content. Refuses to in production. Loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--process", action="store_true", help="Make the previews now, not in the worker.")

    def handle(self, *args: Any, process: bool = False, **options: Any) -> None:
        from demo import loader

        # Wagtail logs a line for every revision.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        start = time.monotonic()
        try:
            new = loader.load(process=process, report=lambda words: self.stdout.write(f"  {words}"))
        except loader.NotADemo as error:
            raise CommandError(str(error)) from error
        if new:
            self.stdout.write(f"Demo content: {new} resources in {time.monotonic() - start:.0f} s.")
