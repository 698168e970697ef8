"""Storage of the CMS's own images and documents: a folder on one machine, the object store on several.

Course files are never stored here. Images are served by views.py, documents by Wagtail, both with a policy that lets
no script in them run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import get_random_string
from django.utils.encoding import filepath_to_uri

from resources.storage import CHUNK, ObjectMissing, get_store

ORIGINALS = "original_images"
"""Wagtail's folder for uploaded images; the names of the renditions of an image begin with its name."""

IN_MEMORY = 5 * CHUNK
"""Bytes of an opened file held in memory; a larger file is copied to a temporary file."""


class UniqueNames(Storage):
    """Never gives the name of an image twice, so that browsers may cache it for ever."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        path = Path(name)
        if path.parts[0] == ORIGINALS:
            # Random, because names of deleted images are not recorded; in front, because Wagtail truncates long names.
            prefix = get_random_string(10, "abcdefghijklmnopqrstuvwxyz0123456789")
            name = f"{ORIGINALS}/{prefix}-{path.name}"
        return super().get_available_name(name, max_length)


class FolderMedia(UniqueNames, FileSystemStorage):
    """Files in MEDIA_ROOT, for one machine or several that share the folder."""


class StoreMedia(UniqueNames):
    """Files in the object store, under keys that begin with ``cms/``. Raises StoreUnavailable."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("A stored file can only be replaced, not modified.")
        content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
        try:
            for chunk in get_store().read(_key(name)):
                content.write(chunk)
        except ObjectMissing as error:
            content.close()
            raise FileNotFoundError(name) from error
        content.seek(0)
        return File(content, name=name)

    def _save(self, name: str, content: Any) -> str:
        media_type = getattr(content, "content_type", None) or "application/octet-stream"
        with tempfile.NamedTemporaryFile() as copy:
            _write(copy, content.chunks())
            get_store().put_file(_key(name), Path(copy.name), media_type=media_type)
        return name

    def delete(self, name: str) -> None:
        get_store().delete([_key(name)])

    def exists(self, name: str) -> bool:
        return get_store().head(_key(name)) is not None

    def size(self, name: str) -> int:
        found = get_store().head(_key(name))
        if found is None:
            raise FileNotFoundError(name)
        return found.size

    def url(self, name: str | None) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name or "").lstrip("/")


def _write(copy: Any, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        copy.write(chunk)
    copy.flush()


def _key(name: str) -> str:
    """A key of ASCII words between slashes: percent-encoded, with ``.`` for ``%``."""
    return "cms/" + "/".join("f-" + quote(part, safe="").replace("%", ".") for part in name.split("/"))
