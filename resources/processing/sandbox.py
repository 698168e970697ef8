"""Run a program on a stranger's file so that the worst it can do is fail.

Each run gets its own folder, limits on memory, processor time, file size, disk and wall-clock time, and, as far as the
machine allows, no network and a read-only system without the project's settings, database or other files
(``isolation()`` says how far). No Django here.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
MB = 1024**2
GB = 1024**3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. ``disk`` is what the run may leave in its folder altogether."""

    memory: int = 2 * GB
    cpu: int = 120
    wall: float = 180.0
    file_size: int = 512 * MB
    disk: int = 2 * GB
    output: int = 64 * MB


class Ended(StrEnum):
    WELL = "well"
    TIMED_OUT = "timed_out"
    TOO_DEMANDING = "too_demanding"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. ``complaint`` is the end of what it wrote to standard error, for the log only."""

    ended: Ended
    complaint: str = ""


class Isolation(StrEnum):
    BUBBLEWRAP = "bubblewrap"  # no network, read-only system, nothing else of the machine in sight
    UNSHARE = "unshare"  # no network, own process tree; the machine's files can be read
    LIMITS = "limits"  # limits only


SYSTEM = ("/usr", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/var/cache/fontconfig", "/etc/alternatives")
LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
EXIT_MEMORY = 77
"""What the child answers when it ran out of memory (``child.py``)."""


def _bubblewrap(folder: Path) -> list[str]:
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    for name in SYSTEM:
        command += ["--ro-bind-try", name, name]
    for name in LINKS:
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), name]
        else:
            command += ["--ro-bind-try", name, name]
    # Scratch space on disk: what is written to a tmpfs is memory that no limit holds, so those become read-only. It comes
    # before what follows, which may itself lie under /tmp.
    command += ["--proc", "/proc", "--dev", "/dev", "--bind", str(folder / "tmp"), "/tmp"]  # noqa: S108
    # The interpreter and this package only: never the project folder, which may hold the database and .env.
    inside = [sys.base_prefix, sys.prefix, str(ROOT / "resources/__init__.py"), str(ROOT / "resources/processing")]
    for place in dict.fromkeys(inside):
        if not place.startswith("/usr/"):
            command += ["--ro-bind", place, place]
    return [
        *command,
        "--bind",
        str(folder),
        str(folder),
        "--remount-ro",
        "/",
        "--remount-ro",
        "/dev",
        "--chdir",
        str(folder),
        "--",
    ]


def _unshare() -> list[str]:
    # unshare itself would outlive a killed worker, and its child with it.
    command = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    command += ["unshare", "--net", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    # A shell between the two: unshare can't say that its child was killed (it fails on it and answers 1), and the first
    # process of a namespace is deaf to signals such as the one for used-up processor time.
    return [*command, "--", "sh", "-c", '"$@"; exit $?', "sh"]


@functools.cache
def isolation() -> Isolation:
    """The strongest isolation that works here, tried once. ``PROCESSING_ISOLATION`` forces a weaker one."""
    forced = os.environ.get("PROCESSING_ISOLATION", "")
    if forced:
        return Isolation(forced)
    with tempfile.TemporaryDirectory(prefix="library-trial-") as parent:
        trials = {Isolation.BUBBLEWRAP: _bubblewrap(new_folder(Path(parent), "work")), Isolation.UNSHARE: _unshare()}
        return next((kind for kind, prefix in trials.items() if _works(prefix)), Isolation.LIMITS)


def _works(prefix: list[str]) -> bool:
    try:
        tried = subprocess.run([*prefix, sys.executable, "-c", ""], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def new_folder(parent: Path, name: str) -> Path:
    """A private folder for one file, with the scratch space ``run`` expects. The caller removes it."""
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
    """Run one command of ``child.py`` in ``folder``; the file to open must already lie in it.

    ``report`` is called here with every JSON line the child prints, while it runs. Never raises for what a child does.
    """
    kind = isolation()
    prefix = {
        Isolation.BUBBLEWRAP: lambda: _bubblewrap(folder),
        Isolation.UNSHARE: _unshare,
        Isolation.LIMITS: list[str],
    }[kind]()
    (folder / "tmp").mkdir(exist_ok=True)
    request = json.dumps({"memory": limits.memory, "cpu": limits.cpu, "file_size": limits.file_size, **arguments})
    # Low priority: a reader's search must not wait for somebody's rendering.
    argv = [
        "nice",
        "-n",
        "10",
        *prefix,
        sys.executable,
        "-s",
        "-B",
        "-m",
        "resources.processing.child",
        command,
        request,
    ]
    scratch = "/tmp" if kind is Isolation.BUBBLEWRAP else str(folder / "tmp")  # noqa: S108
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        # Nothing may reach out even where the network namespace is missing.
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
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


class _Watcher:
    """Reads what a child prints, and ends it when it takes too long or too much room."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        folder: Path,
        limits: Limits,
        report: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        self.process, self.folder, self.limits, self.report = process, folder, limits, report
        self.complaint = b""
        self.pending = b""
        self.read = 0

    def watch(self) -> Outcome:
        deadline = time.monotonic() + self.limits.wall
        next_look = time.monotonic() + 1
        assert self.process.stdout is not None  # noqa: S101 - both are pipes
        assert self.process.stderr is not None  # noqa: S101
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while selector.get_map():
                now = time.monotonic()
                if now > deadline:
                    return self.outcome(Ended.TIMED_OUT)
                if now > next_look:
                    next_look = now + 1
                    if _size(self.folder) > self.limits.disk:
                        return self.outcome(Ended.TOO_DEMANDING)
                for key, _events in selector.select(timeout=min(0.5, deadline - now)):
                    chunk = os.read(key.fd, 65536)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is self.process.stderr:
                        self.complaint = (self.complaint + chunk)[-4000:]
                    elif not self.take(chunk):
                        return self.outcome(Ended.TOO_DEMANDING)
        try:
            code = self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return self.outcome(Ended.TIMED_OUT)
        return self.outcome(_ended(code))

    def take(self, chunk: bytes) -> bool:
        self.read += len(chunk)
        if self.read > self.limits.output:
            return False
        *lines, self.pending = (self.pending + chunk).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if self.report is not None and isinstance(message, dict):
                self.report(message)
        return True

    def outcome(self, ended: Ended) -> Outcome:
        return Outcome(ended, self.complaint.decode("utf-8", "replace"))

    def kill(self) -> None:
        # The group, not the process: LibreOffice is a script that starts a launcher that starts the program.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def _ended(code: int) -> Ended:
    # A shell convention: bubblewrap answers 128 + the signal when its child was killed by one.
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
    """A file a child left, or None: missing, too large, no plain file (a link could lead anywhere, a pipe hang)."""
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
    """All of a file a child left, at most ``limit`` bytes, or None as above."""
    file = open_result(path, limit=limit)
    if file is None:
        return None
    with file:
        return file.read(limit)
