"""Private work folders on disk, removed after use; ``remove_stale`` removes those of killed workers."""

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
"""Seconds; longer than any job may run."""


def root() -> Path:
    """The parent of all work folders, on the data disk, because /tmp may be too small."""
    return Path(settings.VAR) / "processing"


@contextmanager
def work_folder(blob_id: int) -> Iterator[Path]:
    # A unique name for every run: a job may run twice at once.
    folder = sandbox.new_folder(root(), f"{blob_id}-{uuid.uuid4().hex[:12]}")
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    # A killed child may have one write in flight, and rmtree fails if a file appears meanwhile.
    for _attempt in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def remove_stale(*, now: float | None = None) -> int:
    """Remove the folders of killed workers. Returns how many."""
    limit = (now or time.time()) - STALE
    removed = 0
    for folder in root().glob("*-*"):
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
