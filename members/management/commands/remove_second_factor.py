"""``manage.py remove_second_factor``: let an administrator in again who lost phone and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.models import User
from members.services import second_factor


class Command(BaseCommand):
    help = "Remove the second factor and the recovery codes of an account. Its owner is told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("No account has this e-mail address.")
        second_factor.remove_for(user, who=None)
        self.stdout.write(f"{user.email} signs in with the password alone now, and can set a second factor up again.")
