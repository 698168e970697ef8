"""The file names in a ZIP as one page of text, so that search finds them.

Runs in the sandbox; unpacks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resources.processing.errors import CannotRead
from resources.processing.inspect import archive

MAX_NAMES = 2000
SYSTEM_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    listing = archive.read_listing(path, hard_limit=False)
    if listing.reason:
        raise CannotRead(listing.reason)
    names = [name for name, _size in listing.entries if not any(word in name for word in SYSTEM_FILES)]
    return "", iter([{"text": "\n".join(names[:MAX_NAMES])}] if names else [])
