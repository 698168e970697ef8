"""How far the machine can isolate a subprocess: no network, read-only system, no other files."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Isolation(StrEnum):
    BUBBLEWRAP = "bubblewrap"  # no network, read-only system, no other files
    UNSHARE = "unshare"  # no network, own process tree; all files are readable
    LIMITS = "limits"  # limits only


SYSTEM = ("/usr", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/var/cache/fontconfig", "/etc/alternatives")
LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")


def command_prefix(kind: Isolation, folder: Path, package: str = "") -> list[str]:
    """The command that runs another in isolation, with ``folder`` as its only writable place.

    ``package``: a folder of the project, such as ``lessons/decks``, that the command reads besides this one.
    """
    if kind is Isolation.BUBBLEWRAP:
        return _bubblewrap(folder, package)
    return _unshare() if kind is Isolation.UNSHARE else []


def _bubblewrap(folder: Path, package: str = "") -> list[str]:
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    for name in SYSTEM:
        command += ["--ro-bind-try", name, name]
    for name in LINKS:
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), name]
        else:
            command += ["--ro-bind-try", name, name]
    # Scratch space on disk: no limit applies to memory in a tmpfs, so each tmpfs becomes read-only. This must precede the
    # binds below, whose targets may be under /tmp.
    command += ["--proc", "/proc", "--dev", "/dev", "--bind", str(folder / "tmp"), "/tmp"]  # noqa: S108
    # The interpreter and this package only: the project folder may hold the database and .env.
    inside = [sys.base_prefix, sys.prefix, str(ROOT / "resources/__init__.py"), str(ROOT / "resources/processing")]
    if package:
        inside += [str(ROOT / package.split("/")[0] / "__init__.py"), str(ROOT / package)]
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
    # Without this, unshare and its child would outlive a killed worker.
    command = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    command += ["unshare", "--net", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    # A shell in between, because unshare exits with 1 if its child was killed by a signal, and the first process of a
    # namespace ignores signals such as SIGXCPU.
    return [*command, "--", "sh", "-c", '"$@"; exit $?', "sh"]


@functools.cache
def detect_isolation() -> Isolation:
    """The strongest isolation that works on this machine. ``PROCESSING_ISOLATION`` forces a weaker one."""
    forced = os.environ.get("PROCESSING_ISOLATION", "")
    if forced:
        return Isolation(forced)
    with tempfile.TemporaryDirectory(prefix="library-trial-") as parent:
        folder = Path(parent).resolve()
        (folder / "tmp").mkdir()
        trials = {Isolation.BUBBLEWRAP: _bubblewrap(folder), Isolation.UNSHARE: _unshare()}
        return next((kind for kind, prefix in trials.items() if _works(prefix)), Isolation.LIMITS)


def _works(prefix: list[str]) -> bool:
    try:
        tried = subprocess.run([*prefix, sys.executable, "-c", ""], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
