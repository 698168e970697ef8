"""What an archive holds, as a page of names: people search for the file inside. Runs in the child; unpacks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resources.processing import archive
from resources.processing.extract import CannotRead

MAX_NAMES = 2000
QUIET = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    listing = archive.look(path, opened=False)
    if listing.reason:
        raise CannotRead(listing.reason)
    names = [name for name, _size in listing.entries if not any(word in name for word in QUIET)]
    return "", iter([{"text": "\n".join(names[:MAX_NAMES])}] if names else [])
