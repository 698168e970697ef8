"""A small TCP proxy in front of a server, to make it refuse, hang, answer slowly or be too busy."""

from __future__ import annotations

import select
import socket
import threading
import time
from typing import Literal
from urllib.parse import urlsplit

Mode = Literal["pass", "refuse", "hang", "slow", "busy", "busy within"]

BUSY = b'{"error":{"type":"es_rejected_execution_exception","reason":"busy"},"status":429}'


def _answer(status: bytes, body: bytes) -> bytes:
    kind = b"X-elastic-product: Elasticsearch\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + kind + length + body


BUSY_ANSWERS: dict[str, bytes] = {
    "busy": _answer(b"429 Too Many Requests", BUSY),
    # As a multi-search says it: the request went well, its searches did not.
    "busy within": _answer(b"200 OK", b'{"responses":[' + BUSY + b"]}"),
}


class Proxy:
    """``url`` leads to the server. ``mode`` may change; ``refuse`` closes connections too."""

    def __init__(self, target: str, *, slow_seconds: float = 30.0) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._slow = slow_seconds
        self._mode: Mode = "pass"
        self._open: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        self._closed = False
        self._acceptor = self._start_accepting()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        before, self._mode = self._mode, mode
        if mode == "refuse" and before != "refuse":
            self._listener.close()
            # While the thread waits in select(), the kernel keeps the closed listener, and its port can't be bound again.
            self._acceptor.join()
            self._cut()
        elif before == "refuse" and mode != "refuse":
            self._listener = self._listen(self.port)
            self._acceptor = self._start_accepting()
        elif mode != "pass":
            self._cut()

    def close(self) -> None:
        self._closed = True
        self._listener.close()
        self._cut()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @staticmethod
    def _listen(port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        return listener

    def _cut(self) -> None:
        for connection in list(self._open):
            connection.close()
        self._open.clear()

    def _start_accepting(self) -> threading.Thread:
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        return thread

    def _accept(self) -> None:
        listener = self._listener
        while True:
            try:
                # A closed listener still accepts in a blocked accept(), so call it only when a client waits.
                if not select.select([listener], [], [], 0.05)[0]:
                    continue
                client, _ = listener.accept()
            except (OSError, ValueError):
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        try:
            with socket.create_connection(self._target) as server:
                self._open.add(server)
                self._pump(client, server)
        except (OSError, ValueError):
            pass  # one of the two hung up
        finally:
            client.close()
            self._open.discard(client)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            for source in select.select([client, server], [], [])[0]:
                data = source.recv(65536)
                if not data:
                    return
                if source is client and self._mode in BUSY_ANSWERS:
                    client.sendall(BUSY_ANSWERS[self._mode])
                    return
                while source is client and self._mode == "hang" and not self._closed:
                    time.sleep(0.05)
                if source is server and self._mode == "slow":
                    time.sleep(self._slow)
                (server if source is client else client).sendall(data)
