"""Wait for a commit of another connection to SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

LOOK = 0.15
"""Seconds between two looks at the number of the last commit. A look takes two microseconds."""


class CommitWatch:
    """Compares ``PRAGMA data_version``, which changes with every commit of another connection."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database, uri=database.startswith("file:"), check_same_thread=False)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def mark(self) -> None:
        self._seen = self._version()

    def wait(self, seconds: float, *, stopped: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not stopped() and self._version() == self._seen and (left := until - time.monotonic()) > 0:
            time.sleep(min(LOOK, left))

    def close(self) -> None:
        self._connection.close()
