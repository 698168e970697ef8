"""gunicorn's thread worker, which collects headers before it takes a thread.

Used by library/serving/gunicorn.py. gthread parses headers in its pool and waits there for as long as a client likes: as
many half-sent headers as threads stop a site without nginx. Here the main loop collects them, and closes connections whose
header takes too long.
"""

from __future__ import annotations

import os
import re
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

HEADER_SECONDS = float(os.environ.get("HEADER_SECONDS", "10"))
"""From the acceptance of a connection, or the first byte of its next request, to the end of the header."""
MAX_HEADER = 64 * 1024
"""Bytes. The parser limits the request line and each field to 8 KiB, but not their sum."""
CHUNK = 16 * 1024

_END = b"\r\n\r\n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Collected:
    """What has arrived of a connection's next header, and the time by which the rest must."""

    def __init__(self, received: bytes) -> None:
        self.received = bytearray(received)
        self.deadline = time.monotonic() + HEADER_SECONDS

    def add(self, data: bytes) -> None:
        self.received += data
        if self.received.startswith(b"\r\n"):
            # RFC 9112, section 2.2: empty lines before a request are ignored. They must not look like its end.
            self.received = self.received.lstrip(b"\r\n")

    @property
    def is_whole(self) -> bool:
        return _END in self.received

    @property
    def is_too_large(self) -> bool:
        return len(self.received) > MAX_HEADER and not self.is_whole

    def request(self) -> bytes:
        """The bytes for the parser. Raw UTF-8 in the URL is percent-encoded, for the parser would refuse it."""
        line, end, rest = bytes(self.received).partition(b"\r\n")
        return _NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line) + end + rest


class HeaderFirstWorker(ThreadWorker):
    """A connection gets a thread only when its header has arrived."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.collecting: dict[TConn, Collected] = {}
        """Connections whose header is incomplete, in the order of their deadlines."""

    def enqueue_req(self, conn: TConn) -> None:
        """gthread calls this for every new connection and every kept one that became readable."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        read_ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        self.collecting[conn] = Collected(read_ahead)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(self._collect, conn))
        self._collect(conn, conn.sock)

    def _collect(self, conn: TConn, _readable: Any) -> None:
        collected = self.collecting[conn]
        try:
            while not collected.is_whole and not collected.is_too_large:
                data = conn.sock.recv(CHUNK)
                if not data:
                    self._drop(conn)
                    return
                collected.add(data)
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)
            return
        if collected.is_too_large:
            util.write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            self._drop(conn)
        else:
            self._dispatch(conn)

    def _dispatch(self, conn: TConn) -> None:
        collected = self._stop_collecting(conn)
        conn.init()
        conn.parser.unreader.unread(collected.request())
        conn.data_ready = True
        super().enqueue_req(conn)

    def _stop_collecting(self, conn: TConn) -> Collected:
        self.poller.unregister(conn.sock)
        return self.collecting.pop(conn)

    def _drop(self, conn: TConn) -> None:
        self._stop_collecting(conn)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """gthread calls this every second, also while it stops."""
        super().murder_pending()
        now = time.monotonic()
        for conn, collected in list(self.collecting.items()):
            is_full = self.nr_conns >= self.worker_connections
            is_idle_at_stop = not self.alive and not collected.received
            if collected.deadline <= now or is_full or is_idle_at_stop:
                self._drop(conn)
