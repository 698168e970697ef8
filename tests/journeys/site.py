"""A site as real processes (web, workers, relay), for tests that drive it from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.databases import put_sqlite

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

COMMANDS: dict[str, list[str]] = {
    "web": [str(BIN / "gunicorn"), "library.wsgi:application", "--config", "library/serving/gunicorn.py"],
    "checks": [str(BIN / "python"), "manage.py", "worker", "--name", "test-checks", "--queues", "checks"],
    "files": [str(BIN / "python"), "manage.py", "worker", "--name", "test-files", "--queues", "files"],
    "exports": [str(BIN / "python"), "manage.py", "worker", "--name", "test-exports", "--queues", "exports"],
    "jobs": [
        str(BIN / "python"),
        "manage.py",
        "worker",
        "--name",
        "test-jobs",
        "--queues",
        "default,mail,understanding",
    ],
    "relay": [str(BIN / "python"), "manage.py", "relay"],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One running site. ``folder`` holds everything it writes; ``extra`` is the profile's environment."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    shell: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        # A service that the developer's shell names must not leak into the embedded profile.
        ours = ("DATABASE_URL", "SEARCH_URL", "S3_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "library.settings.dev",
            "LIBRARY_VAR": str(self.folder),
            "BASE_URL": self.url,
            "BIND": f"127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
            # The bundled model would read thousands of pages that a journey puts there.
            "EMBEDDING": os.environ.get("EMBEDDING", "none"),
            # Every request comes from one IP address.
            "SEARCHES_PER_MINUTE": "0",
            **self.extra,
        }

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(BIN / "python"), "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"manage.py {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def python(self, code: str) -> Any:
        """Run code inside the site's settings; what it assigns to ``answer`` comes back as JSON."""
        if self.shell is None:
            with (self.folder / "shell.log").open("ab") as log:
                self.shell = subprocess.Popen(
                    [str(BIN / "python"), "-m", "tests.journeys.code_runner"],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(json.dumps(code) + "\n")
        self.shell.stdin.flush()
        reply = json.loads(self.shell.stdout.readline() or '{"failed": "The shell ended."}')
        if "failed" in reply:
            raise AssertionError(f"{reply['failed']}\n{self.logs()}")
        return reply["answer"]

    def start(self, *names: str) -> None:
        for name in names or COMMANDS:
            self.launch(name)
        if not names or "web" in names:
            self.wait_until_it_answers()

    def launch(self, name: str) -> None:
        """Start one process without waiting for it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                COMMANDS[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """As the machine's out-of-memory killer would: the whole group, at once."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def peak(self, name: str) -> int:
        """The most resident memory, in MB, that any one process of this name has ever had."""
        parent = self.processes[name].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in [parent, *children]]
        return max(int(status.split("VmHWM:")[1].split()[0]) // 1024 for status in statuses)

    def stop(self) -> None:
        if self.shell is not None:
            with self.shell:  # ends when its input does
                assert self.shell.stdin
                self.shell.stdin.close()
            self.shell = None
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=25)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def wait_until_it_answers(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"The site does not answer:\n{self.logs()}")

    def logs(self, lines: int = 40) -> str:
        parts = []
        for path in sorted(self.folder.glob("*.log")):
            parts.append(f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-lines:]))
        return "\n".join(parts)


@contextmanager
def running(folder: Path, extra: dict[str, str] | None = None) -> Iterator[Site]:
    """A started site, always stopped at the end. A ``DATABASE_URL`` in ``extra`` is migrated."""
    site = Site(folder=folder, extra=extra or {})
    folder.mkdir(parents=True, exist_ok=True)
    if "DATABASE_URL" not in site.extra:
        put_sqlite(folder)
    try:
        site.start()
        yield site
    finally:
        site.stop()


def until(check: Any, *, seconds: float, what: str, every: float = 0.1) -> Any:
    """Poll until ``check()`` is true; its value. Fails saying ``what`` never happened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := check():
            return value
        time.sleep(every)
    raise AssertionError(f"Not within {seconds} s: {what}")
