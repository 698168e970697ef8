"""``manage.py search_check``: compare the index with the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from search.engine_provider import search_engines
from search.engines import EngineUnavailable
from search.indexing.index_version import is_outdated
from search.indexing.reconcile import compare, reconcile
from search.models import Outbox


class Command(BaseCommand):
    help = "Compare ids and versions in the index with the database. Exits with 1 when they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Write the differences to the outbox.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            engines = search_engines()
            engine = engines.engine
            health = engine.health()
            outdated = is_outdated(engine, engines.analyzer)
            found = reconcile(engine) if options["repair"] else compare(engine)
        except EngineUnavailable as problem:
            raise CommandError(f"The search engine does not answer: {problem}") from problem
        self.stdout.write(f"Index: {health.documents} resources. {health.detail}")
        self.stdout.write(
            f"Due: {Outbox.objects.due(timezone.now()).count()}; dead: {Outbox.objects.dead_letters().count()}"
        )
        self.stdout.write(f"Difference: {found}")
        if outdated:
            self.stdout.write("The index was built by another release or with other words; the relay rebuilds it.")
        if not found.is_none:
            raise CommandError("Index and database differ. " + ("Repair is under way." if options["repair"] else ""))
