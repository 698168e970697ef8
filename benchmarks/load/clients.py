"""A closed loop of clients: each asks again as soon as it has its answer.

One thread serves all connections with plain sockets, so that the clients take little of the two cores that they share
with the web processes.
"""

from __future__ import annotations

import itertools
import os
import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Spread, spread

TICKS = os.sysconf("SC_CLK_TCK")
GOOD = (200, 304)
REFUSED = (429, 503)
CHUNKED = -1
LAST_CHUNK = b"0\r\n\r\n"
PATIENCE = 120
"""Seconds without any answer after which the run fails."""


@dataclass(frozen=True)
class Load:
    """``per_second``: good answers a second of all clients. ``cpu``: milliseconds of the web processes for each answer.

    ``refused``: the share of answers that asked the client to come back later.
    """

    per_second: float
    spread: Spread
    cpu: float
    refused: float


@dataclass
class Client:
    """One kept connection, with the answer that it is reading."""

    address: tuple[str, int]
    connection: socket.socket | None = None
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    length: int | None = None

    def ask(self, request: bytes) -> socket.socket:
        if self.connection is None:
            self.connection = socket.create_connection(self.address, timeout=PATIENCE)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received.clear()
        self.length = None
        self.asked_at = time.perf_counter()
        self.connection.sendall(request)
        return self.connection

    def read(self) -> int:
        """The status, once the whole answer has arrived; 0 before that."""
        assert self.connection
        data = self.connection.recv(1 << 18)
        if not data:
            raise ConnectionError("The server closed a connection before the answer ended")
        self.received += data
        if self.length is None:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return 0
            length = _body_length(bytes(self.received[:end]))
            self.length = CHUNKED if length == CHUNKED else end + 4 + length
        if len(self.received) < self.length or (self.length == CHUNKED and not self.received.endswith(LAST_CHUNK)):
            return 0
        head = bytes(self.received[:2048]).lower()
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12])

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None


def _body_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    if b" 304 " in head[:16]:
        return 0
    return CHUNKED


def run(url: str, paths: Sequence[str], *, headers: Mapping[str, str], clients: int, seconds: float, web: int) -> Load:
    """Ask for the paths in turn on ``clients`` kept connections. ``web``: the process whose children answer."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    requests = itertools.cycle(_requests(parts.netloc, paths, headers))
    everybody = [Client((parts.hostname, parts.port)) for _ in range(clients)]
    cpu_before, started = cpu_seconds(web), time.perf_counter()
    taken, statuses = _loop(everybody, requests, until=started + seconds)
    elapsed = time.perf_counter() - started
    cpu = cpu_seconds(web) - cpu_before
    for client in everybody:
        client.close()
    refused = sum(status in REFUSED for status in statuses)
    if wrong := [status for status in statuses if status not in GOOD + REFUSED]:
        raise AssertionError(f"{len(wrong)} of {len(statuses)} answers failed with {sorted(set(wrong))}: {paths[0]}")
    if not taken:
        raise AssertionError(f"Every answer was a refusal: {paths[0]}")
    return Load(len(taken) / elapsed, spread(taken), 1000 * cpu / len(statuses), refused / len(statuses))


def _requests(host: str, paths: Sequence[str], headers: Mapping[str, str]) -> list[bytes]:
    sent = {"Host": host, "User-Agent": "benchmark", "Accept": "*/*", "Accept-Language": "zh-CN", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]


def _loop(clients: Sequence[Client], requests: Iterator[bytes], *, until: float) -> tuple[list[float], list[int]]:
    """Seconds that each good answer took, and the statuses of all."""
    taken: list[float] = []
    statuses: list[int] = []
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.ask(next(requests)), selectors.EVENT_READ, client)
        while waiting.get_map():
            ready = waiting.select(PATIENCE)
            if not ready:
                raise AssertionError(f"No answer within {PATIENCE} s")
            for key, _events in ready:
                client = key.data
                status = client.read()
                if not status:
                    continue
                statuses.append(status)
                if status in GOOD:
                    taken.append(time.perf_counter() - client.asked_at)
                waiting.unregister(key.fileobj)
                if time.perf_counter() < until:
                    waiting.register(client.ask(next(requests)), selectors.EVENT_READ, client)
    return taken, statuses


def cpu_seconds(parent: int) -> float:
    """Processor time that a process and its children have used so far, children that have ended included."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    total = 0
    for pid in [str(parent), *children]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime: proc(5)
    return total / TICKS
