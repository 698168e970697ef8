"""The body of a request must keep coming, or the thread that waits for it gives it up. Used by library/serving/gunicorn.py.

nginx, where it collects bodies first, does this better; without it (`make run`) slow senders would hold every thread.
"""

from __future__ import annotations

import socket
import time
from typing import Any

LEAST = 4 * 1024
"""Bytes a second a body must bring, on average over a window: less than any line that sends films."""


class SteadySocket:
    """A socket for reading one request's body: raises TimeoutError when ``window`` seconds of waiting bring too little.

    Only waiting counts: what lies in the buffer while a disk is slow is not the sender's fault.
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
            if self._received < LEAST * self.window:
                raise TimeoutError("The body comes too slowly")
            self._waited, self._received = 0.0, 0
        return self.recv(size) if data is None else data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def watch(request: Any, *, window: float) -> None:
    """gunicorn's ``pre_request``: read this request's body steadily or not at all."""
    unreader: Any = getattr(request, "unreader", None)
    if isinstance(getattr(unreader, "sock", None), socket.socket):
        unreader.sock = SteadySocket(unreader.sock, window=window)


def unwatch(request: Any) -> None:
    """gunicorn's ``post_request``: what comes next on the connection is another request's."""
    unreader: Any = getattr(request, "unreader", None)
    if isinstance(getattr(unreader, "sock", None), SteadySocket):
        unreader.sock = unreader.sock.inner
