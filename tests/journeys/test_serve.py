"""bin/serve as a service manager starts it: from another folder, with a socket for its output, and nothing made before."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.journeys.databases import put_sqlite
from tests.journeys.site import BIN, ROOT, Site, until

pytestmark = pytest.mark.slow


def test_all_processes_run_write_to_the_journal_and_stop_together(tmp_path: Path) -> None:
    if BIN != ROOT / ".venv/bin":
        pytest.skip("bin/serve runs the project's own environment")
    prepared = tmp_path / "prepared"
    put_sqlite(prepared)
    site = Site(folder=tmp_path / "not" / "there yet", extra={"WEB_PROCESSES": "1", "WORKER_HOST": "test"})
    site.extra["DATABASE_URL"] = f"sqlite:///{prepared / 'db.sqlite3'}"
    ours, theirs = socket.socketpair()
    with (
        ours,
        theirs,
        subprocess.Popen(
            [str(ROOT / "bin/serve")], cwd="/", env=site.environment, stdout=theirs, stderr=theirs
        ) as service,
    ):
        try:
            site.wait_until_it_answers()
            names = ("gunicorn", "test-checks", "test-files", "test-exports", "test-jobs", "manage.py relay")
            until(lambda: all(running(service.pid, name) for name in names), seconds=30, what="all run")
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(60)
        theirs.close()
        journal = b"".join(iter(lambda: ours.recv(65536), b""))
    assert journal.count(b"shutting down gracefully") == 4, journal
    assert site.folder.stat().st_mode & 0o055 == 0o055, "nginx sends files from below it"
    shutil.rmtree(prepared)


def running(parent: int, name: str) -> bool:
    """Whether a child of this process has the name in its command, and ends in order when it is told to."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    try:
        return any(name in command_of(pid) and catches_sigterm(pid) for pid in children)
    except OSError:  # one has just ended
        return False


def command_of(pid: str) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def catches_sigterm(pid: str) -> bool:
    """False while bin/after-web waits and while the command still imports its modules."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
