"""Run ``child.py`` on an uploaded file in an isolated subprocess.

Each run has its own folder and limits on memory, CPU, file size, disk and wall-clock time. As far as the machine allows
(``isolation.py``), it has no network and sees a read-only system without the project's settings, database and files.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from resources.processing.isolation import ROOT, Isolation, command_prefix, detect_isolation

MB = 1024**2
GB = 1024**3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. ``disk``: total size of the run's folder. ``output``: bytes on standard output."""

    memory: int = 2 * GB
    cpu: int = 120
    wall: float = 180.0
    file_size: int = 512 * MB
    disk: int = 2 * GB
    output: int = 64 * MB


MAX_WAITING = 8
"""At most how many times longer than its processor time a subprocess may take while the machine is busy."""


def stretch(limits: Limits, *, times: int, deadline: float) -> Limits:
    """``times`` the processor time, and the wall time that a busy machine needs to give it.

    A subprocess has the lowest priority. Where the load is twice the processors, it waits most of the time, which is
    not the file's fault. ``deadline``: of ``time.monotonic``, for the run to end.
    """
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    wall = limits.wall * times * min(MAX_WAITING, 1 + load)
    return replace(limits, cpu=limits.cpu * times, wall=max(1.0, min(wall, deadline - time.monotonic())))


class Ended(StrEnum):
    WELL = "well"
    TIMED_OUT = "timed_out"
    TOO_DEMANDING = "too_demanding"
    CRASHED = "crashed"


class SandboxUnavailable(Exception):
    """The subprocess could not be started. Says nothing about the file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. ``stderr``: the last 4,000 bytes of standard error, for the log only."""

    ended: Ended
    stderr: str = ""


EXIT_MEMORY = 77
"""Exit code of the child when it runs out of memory."""
STARTED = {"started": True}
"""The first message of a child. Without it the isolation failed, not the file."""


def new_folder(parent: Path, name: str) -> Path:
    """Create a private folder with the scratch space that ``run`` expects. The caller removes it."""
    folder = parent / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    return folder.resolve()


def run(
    command: str,
    arguments: dict[str, Any],
    *,
    folder: Path,
    limits: Limits,
    report: Callable[[dict[str, Any]], None] | None = None,
) -> Outcome:
    """Run one command of ``child.py`` in ``folder``, which must contain the file.

    ``command``: a key of its COMMANDS, or ``package.module:function`` of an app above, whose package it then sees too.
    ``report`` is called with every JSON object the child prints, while it runs. A failing child raises nothing; raises
    SandboxUnavailable if the child never started.
    """
    kind = detect_isolation()
    (folder / "tmp").mkdir(exist_ok=True)
    request = json.dumps({"memory": limits.memory, "cpu": limits.cpu, "file_size": limits.file_size, **arguments})
    child = [sys.executable, "-s", "-B", "-m", "resources.processing.child", command, request]
    process = subprocess.Popen(
        # Low priority: web requests come first.
        ["nice", "-n", "10", *command_prefix(kind, folder, _package(command)), *child],
        cwd=folder,
        env=_environment(kind, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watcher = _Watcher(process, folder, limits, report)
    try:
        return watcher.watch()
    finally:
        watcher.kill()


def _package(command: str) -> str:
    """The folder of the package of a command that is named in full; empty for others."""
    module, colon, _function = command.partition(":")
    return module.rpartition(".")[0].replace(".", "/") if colon else ""


def _environment(kind: Isolation, folder: Path) -> dict[str, str]:
    scratch = "/tmp" if kind is Isolation.BUBBLEWRAP else str(folder / "tmp")  # noqa: S108
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        # No network, even without a network namespace.
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }


class _Watcher:
    """Reads a child's output and stops the child at its limits of time, disk and output."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        folder: Path,
        limits: Limits,
        report: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        self.process, self.folder, self.limits, self.report = process, folder, limits, report
        self.stderr = b""
        self.pending = b""
        self.read = 0
        self.started = False

    def watch(self) -> Outcome:
        deadline = time.monotonic() + self.limits.wall
        stopped = self._read_output(deadline)
        if stopped is not None:
            return self.outcome(stopped)
        try:
            code = self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return self.outcome(Ended.TIMED_OUT)
        if not self.started and code != 0:
            raise SandboxUnavailable(f"exit {code}: {self.stderr.decode('utf-8', 'replace')[-500:]}")
        return self.outcome(_ended(code))

    def _read_output(self, deadline: float) -> Ended | None:
        """Read until the child closes its output. Returns why it must be stopped, if it must."""
        next_look = time.monotonic() + 1
        assert self.process.stdout is not None  # noqa: S101 - both are pipes
        assert self.process.stderr is not None  # noqa: S101
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while selector.get_map():
                now = time.monotonic()
                if now > deadline:
                    return Ended.TIMED_OUT
                if now > next_look:
                    next_look = now + 1
                    if _size(self.folder) > self.limits.disk:
                        return Ended.TOO_DEMANDING
                for key, _events in selector.select(timeout=min(0.5, deadline - now)):
                    chunk = os.read(key.fd, 65536)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is self.process.stderr:
                        self.stderr = (self.stderr + chunk)[-4000:]
                    elif not self.take(chunk):
                        return Ended.TOO_DEMANDING
        return None

    def take(self, chunk: bytes) -> bool:
        """Report the complete lines of the output. False when there is more output than allowed."""
        self.read += len(chunk)
        if self.read > self.limits.output:
            return False
        *lines, self.pending = (self.pending + chunk).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if message == STARTED:
                self.started = True
            elif self.report is not None and isinstance(message, dict):
                self.report(message)
        return True

    def outcome(self, ended: Ended) -> Outcome:
        return Outcome(ended, self.stderr.decode("utf-8", "replace"))

    def kill(self) -> None:
        # The whole group: LibreOffice is a script that starts a launcher that starts the program.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def _ended(code: int) -> Ended:
    # bubblewrap exits with 128 + the signal that killed its child, like a shell.
    killed_by = -code if code < 0 else code - 128 if 128 < code < 160 else 0
    if code == 0:
        return Ended.WELL
    if code == EXIT_MEMORY or killed_by == signal.SIGXFSZ:
        return Ended.TOO_DEMANDING
    if killed_by in (signal.SIGXCPU, signal.SIGKILL):
        return Ended.TIMED_OUT
    return Ended.CRASHED


def _size(folder: Path) -> int:
    total = 0
    for path, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
            except OSError:
                continue
    return total


def open_result(path: Path, *, limit: int) -> BinaryIO | None:
    """Open a file that a child wrote, or None if it is missing, too large, a link or not a plain file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def read_result(path: Path, *, limit: int) -> bytes | None:
    """The contents of a file that a child wrote, at most ``limit`` bytes, or None as in ``open_result``."""
    file = open_result(path, limit=limit)
    if file is None:
        return None
    with file:
        return file.read(limit)
