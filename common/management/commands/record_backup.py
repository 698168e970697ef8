"""``manage.py record_backup``: the last step of the operator's backup script."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.models import BackupReport


class Command(BaseCommand):
    help = "Record that a backup was made, so that the dashboard and the system health page show its date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bytes", type=int, help="size of the backup")
        parser.add_argument("--restored", action="store_true", help="a backup was restored for a trial")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = BackupReport.Kind.RESTORE if options["restored"] else BackupReport.Kind.BACKUP
        BackupReport.objects.create(kind=kind, size=options["bytes"])
