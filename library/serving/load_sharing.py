"""Shares requests between the web processes of one machine, by how many each has to answer.

Kept connections stay with the process that accepted them. Without this, eight browsers may all sit on one of two processes
while the other is idle. Every process writes the number of its requests into memory that gunicorn's parent shares with
all of them (imported by library/serving/gunicorn.py before it forks).
"""

from __future__ import annotations

import mmap
import struct
import time

MOST_PROCESSES = 64
MARGIN = 2
"""Requests that a process may have more than the least busy one."""
PATIENCE = 0.02
"""Seconds that a busier process leaves a new connection to the others."""

_ENTRY = struct.Struct("=iI")
"""Process number and its requests. Each process writes only its own entry; a torn read only misplaces one connection."""
_SHARED = mmap.mmap(-1, MOST_PROCESSES * _ENTRY.size)


class LoadShare:
    """The entry of one web process in the shared numbers.

    ``number``: of the process; those of live processes differ by less than ``MOST_PROCESSES``.
    """

    def __init__(self, pid: int, number: int) -> None:
        self._offset = number % MOST_PROCESSES * _ENTRY.size
        self._pid = pid
        self._declining_since = 0.0
        self.update(0)

    def update(self, requests: int) -> None:
        """Publish how many requests this process has accepted and not answered yet."""
        self.requests = requests
        _ENTRY.pack_into(_SHARED, self._offset, self._pid, requests)

    def _excess(self) -> int:
        """Requests more than the least busy other process has; 0 without another process."""
        others = [requests for pid, requests in _entries() if pid and pid != self._pid]
        return self.requests - min(others) if others else 0

    def declines(self) -> bool:
        """Whether to leave a new connection to a less busy process, for ``PATIENCE`` at most."""
        if self._excess() < MARGIN:
            self._declining_since = 0.0
            return False
        now = time.monotonic()
        self._declining_since = self._declining_since or now
        if now - self._declining_since < PATIENCE:
            return True
        self._declining_since = 0.0
        return False

    def sheds(self) -> bool:
        """Whether to close a kept connection after its answer. Its client then finds another process."""
        return self._excess() > MARGIN


def forget(pid: int) -> None:
    """Free the entry of a process that has ended. Called by gunicorn's parent."""
    for number, (found, _requests) in enumerate(_entries()):
        if found == pid:
            _ENTRY.pack_into(_SHARED, number * _ENTRY.size, 0, 0)


def _entries() -> list[tuple[int, int]]:
    return list(_ENTRY.iter_unpack(_SHARED[:]))
