"""A busy database: recognise its errors, and write without waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction

_TRY_LATER = {"55P03", "40001", "40P01", "53300", "57P01", "57P02", "57P03"}
"""SQLSTATEs of PostgreSQL: lock not available, serialization, deadlock, too many connections, shutting down, starting."""


def is_busy(error: BaseException | None) -> bool:
    """Whether the database is locked or can't be reached, so that trying again later may help."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    if connection.vendor == "sqlite":
        return "locked" in str(error) or "busy" in str(error)
    # A connection that failed has no SQLSTATE.
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state in _TRY_LATER or state.startswith("08")


@contextmanager
def impatient_transaction(*, wait: float = 0.25) -> Iterator[None]:
    """A transaction that waits at most ``wait`` seconds for another writer, then raises OperationalError."""
    milliseconds = round(wait * 1000)
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")
            yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
