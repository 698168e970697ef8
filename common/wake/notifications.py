"""Notify and wait with PostgreSQL's LISTEN and NOTIFY."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.db import Error, connection

log = logging.getLogger(__name__)

CHANNEL = "library_work"
POLL = 0.2
"""Seconds between two polls where changes can't be noticed."""
TRIAL = 1.0
"""Seconds within which a notification of our own must arrive."""
LOOK = 1.0
"""Seconds between two looks whether to stop."""


def notify() -> None:
    """Notify the channel when the caller's transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


class NotificationWatch:
    """Listens on a connection of its own.

    Polls while there is none, or where a pooler keeps notifications back.
    """

    def __init__(self) -> None:
        self._listener: psycopg.Connection[Any] | None = None
        self._pooled = False

    def mark(self) -> None:
        """Listening begins here at the latest, so that no change between this and ``wait`` is missed."""
        if self._listener is not None or self._pooled:
            return
        try:
            self._listener = psycopg.connect(**_parameters(), autocommit=True)
            self._listener.execute(f"LISTEN {CHANNEL}")
            notify()
            if not self._heard(TRIAL):
                log.warning("no notification arrives through this connection to PostgreSQL; polling every %s s", POLL)
                self.close()
                self._pooled = True
        except (psycopg.Error, Error) as problem:  # of the listener, or of Django's own connection
            log.warning("can't listen to PostgreSQL, polling meanwhile: %s", problem)
            self.close()

    def wait(self, seconds: float, *, stopped: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not stopped() and (left := until - time.monotonic()) > 0:
            if self._listener is None:
                time.sleep(min(POLL, left))
                return
            try:
                if self._heard(min(LOOK, left)):
                    return
            except psycopg.Error as problem:
                log.warning("lost the connection that listens to PostgreSQL: %s", problem)
                self.close()

    def _heard(self, seconds: float) -> bool:
        assert self._listener is not None  # noqa: S101 - for the type checker
        return any(True for _ in self._listener.notifies(timeout=seconds, stop_after=1))

    def close(self) -> None:
        if self._listener is not None:
            with suppress(psycopg.Error):
                self._listener.close()
            self._listener = None


def _parameters() -> dict[str, Any]:
    """Those of Django's connection, without the ones for its cursors."""
    found = dict(connection.get_connection_params())
    return {
        name: value for name, value in found.items() if name not in ("context", "cursor_factory", "client_encoding")
    }
