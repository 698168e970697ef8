"""``manage.py close_demo_accounts``: deactivate demo accounts in a database that was used for a trial."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.demo_accounts import open_accounts


class Command(BaseCommand):
    help = "Close every account of the demo. Their sessions end at once; what they published stays until withdrawn."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("These settings are a demonstration; there the accounts are wanted.")
        closed = open_accounts().update(is_active=False)
        self.stdout.write(f"Accounts of the demo closed: {closed}.")
