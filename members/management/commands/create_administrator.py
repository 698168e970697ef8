"""``manage.py create_administrator``: create the first account of a new installation."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.services import people


class Command(BaseCommand):
    help = "Make an administrator. The password is asked for, or read from ADMINISTRATOR_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--last-name", default="", help="family name")
        parser.add_argument("--first-name", default="", help="given name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = people.create_administrator(
                email=options["email"],
                password=self._password(),
                last_name=options["last_name"],
                first_name=options["first_name"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} is an administrator and can sign in at /accounts/login/.")

    def _password(self) -> str:
        # Never an argument: ps shows those to all users, and the shell stores them in its history.
        if password := os.environ.get("ADMINISTRATOR_PASSWORD"):
            return password
        if not sys.stdin.isatty():
            raise CommandError("No terminal to ask for a password: set ADMINISTRATOR_PASSWORD.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("The two passwords differ.")
        return password
