"""Refuses to start a production site whose database contains demo accounts: their password is public.

Settings can't prevent this, because a database may be used for a trial first and for production later.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

DEMO_DOMAIN = "@demo.example"
"""The domain of all accounts in demo/accounts.py; it can't be registered (RFC 2606)."""


class DemoAccountsFound(ImproperlyConfigured, CommandError):
    """Stops the start. It is a CommandError so that commands print the sentence without a traceback."""


def open_accounts() -> Any:
    """Active demo accounts, as a queryset of users."""
    return get_user_model().objects.filter(is_active=True, email__iendswith=DEMO_DOMAIN)


def refusal(count: int) -> str:
    return (
        f"This database holds accounts of the demo ({count}), whose password is public. Use a fresh database, or close "
        "them: manage.py close_demo_accounts"
    )


def refuse_demo_accounts() -> None:
    """Called when a web process, a worker or the relay starts. Raises DemoAccountsFound.

    A database that can't be queried does not stop the start: sign-in needs it too, and the next start checks again.
    """
    if settings.DEMO:
        return
    try:
        count = open_accounts().count()
    except DatabaseError as error:
        log.warning("The database could not be asked for demo accounts: %s", error)
        return
    finally:
        # An open connection must not be inherited by forked processes.
        if not connection.in_atomic_block:
            connection.close()
    if count:
        raise DemoAccountsFound(refusal(count))
