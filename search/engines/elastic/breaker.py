"""A circuit breaker: after a few failures in a row callers are answered at once, not after one more time-out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed (calls go through) → open (refused at once) → after ``pause`` seconds one probe at a time decides."""

    def __init__(self, *, failures: int = 3, pause: float = 5.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = pause
        self._now = now
        self._lock = threading.Lock()
        self._failed = 0
        self._retry_at = 0.0

    def allows(self) -> bool:
        """Whether to try now. While open, the caller that gets True is the probe; the next may try after a pause."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._retry_at:
                return False
            self._retry_at = self._now() + self._pause
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._retry_at = self._now() + self._pause
