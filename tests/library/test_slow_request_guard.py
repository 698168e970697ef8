"""On a real server slow or many uploads do not block readers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from library.serving.slow_request_guard import MIN_RATE, GuardedSocket
from resources.storage.local import LocalStore

ROOT = Path(__file__).resolve().parents[2]
KEY = "objects/slow"
PART = 512 * 1024
THREADS = 4
WINDOW = 3.0
HEADER_SECONDS = 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The site under gunicorn as everybody runs it: one process, few threads."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL" and not name.startswith("S3_")},
        "DJANGO_SETTINGS_MODULE": "library.settings.test",
        "LIBRARY_VAR": str(folder),
        "BIND": address,
        "WEB_PROCESSES": "1",
        "WEB_THREADS": str(THREADS),
        "SLOW_BODY_SECONDS": str(WINDOW),
        "HEADER_SECONDS": str(HEADER_SECONDS),
    }
    command = [str(Path(sys.executable).parent / "gunicorn"), "django.core.wsgi:get_wsgi_application()"]
    process = subprocess.Popen([*command, "--config", "library/serving/gunicorn.py"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not answers(address):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(address: str) -> bool:
    """Whether a reader gets an answer (here a refusal, which needs no database) within seconds."""
    try:
        urllib.request.urlopen(f"http://{address}/store/objects/none", timeout=5)
    except urllib.error.HTTPError as error:
        return error.code == 403
    except OSError:
        return False
    return True


@pytest.fixture
def upload(folder: Path) -> tuple[LocalStore, str]:
    store = LocalStore(folder / "store", settings.STORE["secret"])
    return store, store.start_multipart(KEY, media_type="", part_size=PART)


def begin(address: str, upload: tuple[LocalStore, str], number: int, body: bytes = b"begins") -> socket.socket:
    """Announce a part and send only the beginning of it."""
    store, upload_id = upload
    signed = store.sign_part(KEY, upload_id, number, size=PART, md5=None, expires=timedelta(minutes=5))
    host, port = address.split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    head = f"PUT {signed.url} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {PART}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


def status(connection: socket.socket) -> tuple[int, bytes]:
    with connection:
        answer = connection.recv(64 * 1024)
    return int(answer.split()[1]), answer


def test_slow_parts_leave_the_site_to_its_readers_and_are_given_up(server: str, upload: tuple[LocalStore, str]) -> None:
    slow = [begin(server, upload, number) for number in range(1, THREADS // 2 + 1)]
    time.sleep(0.5)
    late = [status(begin(server, upload, 50 + number)) for number in range(THREADS * 2)]
    assert {code for code, _answer in late} == {503}
    assert all(b"Retry-After: 3" in answer for _code, answer in late)
    assert answers(server)
    assert [status(connection)[0] for connection in slow] == [400] * len(slow)
    assert status(begin(server, upload, 1, bytes(PART)))[0] == 200


def test_a_body_that_keeps_coming_is_waited_for(server: str, upload: tuple[LocalStore, str]) -> None:
    """Four times the least, for longer than one window."""
    connection = begin(server, upload, 1, bytes(PART - 80 * 1024))
    for _ in range(20):
        connection.sendall(bytes(4 * MIN_RATE // 4))
        time.sleep(WINDOW * 1.5 / 20)
    assert status(begin(server, upload, 2, bytes(PART)))[0] == 200
    connection.sendall(bytes(80 * 1024 - 20 * MIN_RATE))
    assert status(connection)[0] == 200


def test_a_sender_who_drips_is_given_up_though_every_wait_is_short() -> None:
    near, far = socket.socketpair()
    with near, far:
        steady = GuardedSocket(near, window=0.5)
        dripping = threading.Event()

        def drip() -> None:
            while not dripping.wait(0.05):
                far.sendall(b"x")

        sender = threading.Thread(target=drip)
        sender.start()
        began = time.monotonic()
        try:
            with pytest.raises(TimeoutError):
                take_all(steady)
        finally:
            dripping.set()
            sender.join()
        assert time.monotonic() - began < 5
        assert near.gettimeout() is None


def take_all(steady: GuardedSocket) -> None:
    while steady.recv(1024):
        continue


def test_a_question_of_a_whole_paragraph_is_read(server: str) -> None:
    question = "%E6%B4%97" * 800
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://{server}/store/objects/none?q={question}", timeout=5)
    assert refused.value.code == 403, "the site's own answer, not the server's 414"


def connect(address: str, sent: bytes = b"") -> socket.socket:
    host, port = address.split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(sent)
    return connection


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: x", b"\r\n\r\n"], ids=["mute", "half a header", "no line"]
)
def test_half_sent_headers_take_no_thread_and_are_given_up(server: str, sent: bytes) -> None:
    """Eight times as many as there are threads; before, a mute one held a thread for 5 s and half a header for good."""
    began = time.monotonic()
    half_sent = [connect(server, sent) for _ in range(8 * THREADS)]
    time.sleep(0.5)
    assert answers(server)
    assert time.monotonic() - began < HEADER_SECONDS - 1, "answered while they were all open"
    assert [connection.recv(100) for connection in half_sent] == [b""] * len(half_sent)
    assert time.monotonic() - began < HEADER_SECONDS + 10
    for connection in half_sent:
        connection.close()


def test_a_header_in_pieces_and_requests_in_a_row_are_answered(server: str) -> None:
    """Pieces on one connection, then two requests at once on the same."""
    with connect(server, b"GET /store/objects/none HTTP/1.1\r\nHo") as connection:
        for piece in (f"st: {server}\r\n", "\r", "\n"):
            time.sleep(0.1)
            connection.sendall(piece.encode())
        assert connection.recv(64 * 1024).startswith(b"HTTP/1.1 403")
        again = f"GET /store/objects/none HTTP/1.1\r\nHost: {server}\r\n"
        connection.sendall(f"{again}\r\n{again}Connection: close\r\n\r\n".encode())
        received = b""
        while data := connection.recv(64 * 1024):
            received += data
    assert received.count(b"HTTP/1.1 403") == 2


def test_a_header_without_end_is_refused(server: str) -> None:
    with connect(server, b"GET / HTTP/1.1\r\nHost: x\r\n") as connection:
        connection.sendall(b"X-A: " + b"a" * 70_000)
        assert connection.recv(64 * 1024).startswith(b"HTTP/1.1 431")


def test_raw_utf8_in_a_url_is_read_as_if_it_were_encoded(server: str) -> None:
    raw = f"GET /store/objects/none?q=洗手 HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n"
    assert status(connect(server, raw.encode()))[0] == 403, "the site's own answer, not the server's 400"
