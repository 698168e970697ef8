"""Starting children that outlive the command, and ending them by process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SERVICE_ACCOUNT = "resource-services"


class CannotStart(Exception):
    """This way does not work here; the text says why, and what would make it work."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def account() -> str | None:
    """The account for servers that refuse to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_ACCOUNT]
        subprocess.run(command, check=True, capture_output=True)
    return SERVICE_ACCOUNT


def own(folder: Path) -> None:
    """Give a folder and what is in it to the service account."""
    if user := account():
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, user, user)


def start(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None, user: str | None = None
) -> list[int]:
    """Start a server in its own process group. Returns [pid, start time], its identity."""
    child_env = {**os.environ, **(env or {})}
    with log.open("ab") as out:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=child_env,
            cwd="/",
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    return [child.pid, born(child.pid)]


def born(pid: int) -> int:
    """Start time in clock ticks since boot; 0 when there is no such process (or it is a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def alive(process: Sequence[int]) -> bool:
    return born(process[0]) == process[1] != 0


def reap(pid: int) -> None:
    """Reap an ended child of this process, which would otherwise stay as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def send(process: Sequence[int], number: signal.Signals) -> None:
    """Signal the whole group of a process we started; quietly nothing when it has ended."""
    if alive(process):
        os.killpg(process[0], number)


def stop(process: Sequence[int], *, patience: float = 15) -> None:
    """Ask to end, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        send(process, signal.SIGCONT)
        send(process, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            reap(process[0])
            if not alive(process):
                return
            time.sleep(0.05)


def wait_until(ready: Callable[[], bool], *, process: Sequence[int], seconds: float, log: Path, what: str) -> None:
    """Wait for a server to answer. Raises CannotStart with the end of its log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        reap(process[0])
        if not alive(process):
            break
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
    stop(process, patience=5)
    raise CannotStart(f"{what} did not become ready. The end of {log}:\n{tail}")
