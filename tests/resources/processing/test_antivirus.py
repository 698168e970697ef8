"""The scanner's protocol against a small server that speaks it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from resources.processing.antivirus import ScannerUnavailable, Verdict, scan


class Daemon:
    """Answers a fixed text after the stream, or hangs up after ``limit`` bytes as clamd does."""

    def __init__(self, answer: bytes, limit: int | None = None) -> None:
        self.answer, self.limit, self.received = answer, limit, b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        connection, _peer = self.server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", stream.read(4))[0]:
                self.received += stream.read(length)
                if self.limit is not None and len(self.received) > self.limit:
                    break
            connection.sendall(self.answer)


@pytest.fixture
def daemons() -> Iterator[list[Daemon]]:
    started: list[Daemon] = []
    yield started
    for daemon in started:
        daemon.server.close()


def test_clean_is_clean_and_every_byte_was_sent(daemons: list[Daemon]) -> None:
    daemons.append(Daemon(b"stream: OK\0"))
    content = bytes(range(256)) * 4000
    assert scan([content[:5], content[5:]], address=daemons[0].address) is Verdict.CLEAN
    assert daemons[0].received == content


def test_a_finding_is_found(daemons: list[Daemon]) -> None:
    daemons.append(Daemon(b"stream: Eicar-Test-Signature FOUND\0"))
    assert scan([b"x"], address=daemons[0].address) is Verdict.FOUND


def test_too_long_is_never_clean(daemons: list[Daemon]) -> None:
    daemons.append(Daemon(b"INSTREAM size limit exceeded. ERROR\0", limit=1000))
    assert scan([bytes(100)] * 2000, address=daemons[0].address) is Verdict.TOO_LONG


def test_an_error_is_never_clean(daemons: list[Daemon]) -> None:
    daemons.append(Daemon(b"stream: Can't allocate memory ERROR\0"))
    with pytest.raises(ScannerUnavailable):
        scan([b"x"], address=daemons[0].address)


def test_nobody_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(ScannerUnavailable):
        scan([b"x"], address=address)
