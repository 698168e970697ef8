"""Wait for work without polling for it: workers and the relay sleep until the database has changed.

On PostgreSQL, writers of work notify a channel in their transaction (``wake``) and waiting processes listen to it. On SQLite
the number of the last commit is compared, which costs a few microseconds; ``wake`` does nothing there. A notification may be
lost, for example with a connection pooler between: processes therefore look for work every few seconds all the same, and
every fifth of a second where no notification arrives at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.db import connection

from common.wake.commits import CommitWatch
from common.wake.notifications import NotificationWatch, notify


def wake() -> None:
    """Notify waiting processes of new work, when the caller's transaction commits."""
    if connection.vendor == "postgresql":
        notify()


class Watch(Protocol):
    """Take ``mark`` before looking for work; ``wait`` then returns at once if anything changed since."""

    def mark(self) -> None: ...

    def wait(self, seconds: float, *, stopped: Callable[[], bool]) -> None:
        """Wait for a change, at most ``seconds``, or until ``stopped()``."""

    def close(self) -> None: ...


def watch_database() -> Watch:
    """The best way to wait that this database offers. Close it in the thread that uses it."""
    if connection.vendor == "sqlite":
        return CommitWatch(str(connection.settings_dict["NAME"]))
    return NotificationWatch()
