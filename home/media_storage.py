"""Where the CMS keeps its own pictures and documents: a folder on one machine, the object store on several.

Course files never come here. Pictures are served by home/media_view.py, documents by Wagtail,
under a policy that lets nothing in them run.
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
"""Wagtail's folder for pictures as they were uploaded; the names of the sizes made from one begin with its name."""

IN_MEMORY = 5 * CHUNK
"""Bytes of a stored file held in memory; what is larger is read through a temporary file."""


class NamesUsedOnce(Storage):
    """A picture's name is never given again, so browsers may keep for ever what they once got under it."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        path = Path(name)
        if path.parts[0] == ORIGINALS:
            # Random, because nothing remembers deleted pictures; in front, because Wagtail cuts long names at their end.
            once = get_random_string(10, "abcdefghijklmnopqrstuvwxyz0123456789")
            name = f"{ORIGINALS}/{once}-{path.name}"
        return super().get_available_name(name, max_length)


class FolderMedia(NamesUsedOnce, FileSystemStorage):
    """In MEDIA_ROOT: for one machine, or several that share the folder."""


class StoreMedia(NamesUsedOnce):
    """In the object store, under keys that begin with ``cms/``. Raises StoreUnavailable as the store does."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("What is stored is replaced as a whole, never written into.")
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
    """Keys are plain ASCII words between slashes; what else a name holds is written as ``.E6``, the way of addresses."""
    return "cms/" + "/".join("f-" + quote(part, safe="").replace("%", ".") for part in name.split("/"))
