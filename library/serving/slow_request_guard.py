"""Aborts requests whose body arrives too slowly, so that slow clients can't occupy every thread.

Used by library/serving/gunicorn.py. Behind an nginx that buffers request bodies it never acts.
"""

from __future__ import annotations

import socket
import time
from typing import Any

MIN_RATE = 4 * 1024
"""Bytes per second that must arrive on average over a window; far less than any line that uploads videos."""


class GuardedSocket:
    """A socket for one request's body.

    Raises TimeoutError when ``window`` seconds of waiting bring too little.

    Only time spent waiting for the client counts, not time spent writing to a slow disk.
    """

    def __init__(self, inner: socket.socket, *, window: float) -> None:
        self.inner, self.window = inner, window
        self._waited, self._received = 0.0, 0

    def recv(self, size: int) -> bytes:
        before = self.inner.gettimeout()
        began = time.monotonic()
        self.inner.settimeout(max(0.01, self.window - self._waited))
        try:
            data = self.inner.recv(size)
        except TimeoutError:
            data = None
        finally:
            self.inner.settimeout(before)
        self._waited += time.monotonic() - began
        self._received += len(data or b"")
        if data is None or self._waited >= self.window:
            if self._received < MIN_RATE * self.window:
                raise TimeoutError("The body arrives too slowly")
            self._waited, self._received = 0.0, 0
        return self.recv(size) if data is None else data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def watch(request: Any, *, window: float) -> None:
    """gunicorn's ``pre_request``: guard the body of this request."""
    unreader: Any = getattr(request, "unreader", None)
    if isinstance(getattr(unreader, "sock", None), socket.socket):
        unreader.sock = GuardedSocket(unreader.sock, window=window)


def unwatch(request: Any) -> None:
    """gunicorn's ``post_request``: the next bytes on the connection belong to another request."""
    unreader: Any = getattr(request, "unreader", None)
    if isinstance(getattr(unreader, "sock", None), GuardedSocket):
        unreader.sock = unreader.sock.inner
