"""gunicorn's thread worker with three additions. Used by library/serving/gunicorn.py.

- It collects headers before it takes a thread. gthread parses them in its pool and waits there for as long as a client
  likes: as many half-sent headers as threads stop a site without nginx. Here the main loop collects them, and closes
  connections whose header takes too long.
- Searches above their share of the threads wait in the main loop, so that a class that searches at once is answered in
  turn instead of refused, and other pages still find a thread.
- Processes share new and kept connections by how many requests each has (load_sharing.py).
"""

from __future__ import annotations

import os
import re
import time
from collections import deque
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

from library.serving.limited_paths import kind_of, share_of_threads
from library.serving.load_sharing import LoadShare

HEADER_SECONDS = float(os.environ.get("HEADER_SECONDS", "10"))
"""From the acceptance of a connection, or the first byte of its next request, to the end of the header."""
MAX_HEADER = 64 * 1024
"""Bytes. The parser limits the request line and each field to 8 KiB, but not their sum."""
CHUNK = 16 * 1024
MOST_PARKED = 200
PARKED_SECONDS = 8.0
"""Searches that wait for their turn, and how long. Then they go to a thread, where the site may refuse them in words."""
DECLINED_PAUSE = 0.0005
"""Seconds that give another process time to accept a connection."""

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

    @property
    def path(self) -> str:
        target = self.received.split(b" ", 2)[1:2]
        return target[0].partition(b"?")[0].decode("latin-1") if target else ""

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
        self.answering: dict[TConn, bool] = {}
        """Connections with a thread or in line for one, and whether they search."""
        self.parked: deque[tuple[TConn, float]] = deque()
        """Searches that wait for their turn, with the time until which they wait."""
        self.most_searches = share_of_threads(self.cfg.threads)
        self.share: LoadShare | None = None

    def run(self) -> None:
        # Only now: a process that still makes its first pages would look like the least busy one.
        self.share = LoadShare(os.getpid(), self.age)
        super().run()

    def accept(self, listener: Any) -> None:
        if self.share and self.share.declines():
            time.sleep(DECLINED_PAUSE)
            return
        super().accept(listener)

    @property
    def max_keepalived(self) -> int:
        """gthread closes a connection after its answer when so many are kept."""
        return 0 if self.share and self.share.sheds() else self._max_keepalived

    @max_keepalived.setter
    def max_keepalived(self, value: int) -> None:
        self._max_keepalived = value

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
        searches = bool(kind_of(collected.path))
        if searches and self._searches() >= self.most_searches and len(self.parked) < MOST_PARKED:
            self.parked.append((conn, time.monotonic() + PARKED_SECONDS))
        else:
            self._answer(conn, searches=searches)
        self._publish()

    def _answer(self, conn: TConn, *, searches: bool) -> None:
        self.answering[conn] = searches
        super().enqueue_req(conn)

    def _searches(self) -> int:
        return sum(self.answering.values())

    def _publish(self) -> None:
        if self.share:
            self.share.update(len(self.answering) + len(self.parked))

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """gthread calls this in the main loop after each request."""
        self.answering.pop(conn, None)
        super().finish_request(conn, fs)
        while self.parked and self._searches() < self.most_searches:
            self._answer(self.parked.popleft()[0], searches=True)
        self._publish()

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
        while self.parked and self.parked[0][1] <= now:
            self._answer(self.parked.popleft()[0], searches=True)
        for conn, collected in list(self.collecting.items()):
            is_full = self.nr_conns >= self.worker_connections
            is_idle_at_stop = not self.alive and not collected.received
            if collected.deadline <= now or is_full or is_idle_at_stop:
                self._drop(conn)
