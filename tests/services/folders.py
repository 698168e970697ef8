"""Where downloads, builds, data and the record of what runs are kept: never in the repository."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def cache() -> Path:
    """Downloads, builds, the lock and the record of what runs."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "resource-library" / "services"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_folder() -> Path:
    """A folder that an unprivileged account can enter.

    Elasticsearch and PostgreSQL refuse to run as root, and root's home is closed to everyone else; then their
    programs and data lie under /var/cache instead of the cache folder.
    """
    folder = cache()
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents]):
        folder = Path("/var/cache/resource-library/services")
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_folder(name: str) -> Path:
    """A new folder for one started server; its record holds the path, and ending the server removes it.

    Never a fixed name: with another XDG_CACHE_HOME the same open folder may hold a running server's data.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=open_folder()))
    folder.chmod(0o755)
    return folder


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time starts, stops or installs; the others wait."""
    with (cache() / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def running() -> dict[str, Record]:
    """What was started: name → {"how", "env", "processes", "folder"}."""
    path = cache() / "running.json"
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def remember(records: dict[str, Record]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=cache(), delete=False) as handle:
        json.dump(records, handle, indent=1)
    Path(handle.name).replace(cache() / "running.json")
