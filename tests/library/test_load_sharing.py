"""Web processes share their readers, and searches wait in line instead of being refused."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from library.serving.limited_paths import share_of_threads

ROOT = Path(__file__).resolve().parents[2]
THREADS = 4


@contextmanager
def server(processes: int) -> Iterator[str]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "library.settings.test",
        "BIND": address,
        "WEB_PROCESSES": str(processes),
        "WEB_THREADS": str(THREADS),
    }
    command = [str(Path(sys.executable).parent / "gunicorn"), "tests.library.slow_search_app:application"]
    process = subprocess.Popen([*command, "--config", "library/serving/gunicorn.py"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        pids: set[str] = set()
        while len(pids) < processes:
            assert time.monotonic() < deadline
            time.sleep(0.05)
            try:
                pids |= {answer.split()[0] for answer in ask(address, "/", clients=4 * processes, times=1)}
            except OSError:
                continue
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(address: str, path: str, *, clients: int, times: int) -> list[str]:
    """The answers to ``times`` requests of each client, on kept connections. Fails with OSError."""
    answers: list[str] = []
    errors: list[OSError] = []

    def client() -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        try:
            for _ in range(times):
                connection.request("GET", path)
                answer = connection.getresponse()
                answers.append(answer.read().decode())
                assert answer.status == 200
        except OSError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return answers


def test_connections_that_one_process_accepted_are_shared_with_the_other() -> None:
    with server(2) as address:
        stopped, running = sorted({answer.split()[0] for answer in ask(address, "/", clients=8, times=2)})
        os.kill(int(stopped), signal.SIGSTOP)
        again = threading.Timer(2.0, os.kill, (int(stopped), signal.SIGCONT))
        again.start()
        answers = [answer.split()[0] for answer in ask(address, "/", clients=8, times=120)]
        again.join()
    assert set(answers[:40]) == {running}
    last = Counter(answers[-400:])
    assert min(last[stopped], last[running]) > 0.3 * last.total()


def test_fifty_searches_at_once_are_all_answered_and_other_pages_do_not_wait_for_them() -> None:
    with server(1) as address:
        searching = threading.Thread(target=lambda: found.extend(ask(address, "/search/", clients=50, times=1)))
        found: list[str] = []
        searching.start()
        time.sleep(0.2)
        begun = time.monotonic()
        ask(address, "/", clients=1, times=1)
        waited = time.monotonic() - begun
        still_searching = searching.is_alive()
        searching.join()
    assert len(found) == 50
    assert max(int(answer.split()[1]) for answer in found) == share_of_threads(THREADS)
    # The 50 searches take 0.8 s of three threads; the fourth was free.
    assert still_searching
    assert waited < 0.5
