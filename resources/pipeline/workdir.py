"""Where a worker lays a file it works on: a private folder that is gone afterwards, also when the worker was killed."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from resources.processing import sandbox

STALE = 3 * 3600
"""Seconds. Longer than any job may run."""


def place() -> Path:
    """The folder all work happens in, on the data disk: files may be larger than the system's temporary folder."""
    return Path(settings.VAR) / "processing"


@contextmanager
def folder_for(blob_id: int) -> Iterator[Path]:
    # A name of its own for every run: the same job may run twice at once.
    folder = sandbox.new_folder(place(), f"{blob_id}-{uuid.uuid4().hex[:12]}")
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    # A child that was killed may have one write in flight, and a folder that gains a file while it is emptied stays.
    for _attempt in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def sweep(*, now: float | None = None) -> int:
    """Remove what killed workers left behind. Returns how many folders."""
    limit = (now or time.time()) - STALE
    gone = 0
    for folder in place().glob("*-*"):
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone
