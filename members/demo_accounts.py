"""Keeps the demo's accounts, whose password everybody knows, out of anything that is no demonstration.

Settings alone can't tell: a database may have been tried out first and taken into production afterwards.
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

ADDRESSES = "@demo.example"
"""How every address of demo/accounts.py ends; nobody can own one (RFC 2606)."""


class DemoAccountsFound(ImproperlyConfigured, CommandError):
    """Stops a start; as a CommandError, so that commands say the sentence without a traceback."""


def open_accounts() -> Any:
    """The demo's accounts that can be signed in to, as a queryset."""
    return get_user_model().objects.filter(is_active=True, email__iendswith=ADDRESSES)


def sentence(count: int) -> str:
    return (
        f"This database holds accounts of the demo ({count}), whose password is public. Use a fresh database, or close "
        "them: manage.py close_demo_accounts"
    )


def refuse_demo_accounts() -> None:
    """Called once when a web process, a worker or the relay starts. Raises DemoAccountsFound.

    One look-up. A database that can't be asked is no reason to stay down: nobody signs in without it either, and the
    next start asks again.
    """
    if settings.DEMO:
        return
    try:
        count = open_accounts().count()
    except DatabaseError as error:
        log.warning("The database could not be asked for demo accounts: %s", error)
        return
    finally:
        # A connection must not be carried over a fork.
        if not connection.in_atomic_block:
            connection.close()
    if count:
        raise DemoAccountsFound(sentence(count))
