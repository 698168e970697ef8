"""The interface of an object store. Two implementations: a private local folder, and any S3.

Both raise the same errors: after ``StoreUnavailable`` a later try may succeed, the others are final.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

CHUNK = 1024 * 1024
"""Bytes held in memory at a time while streaming."""

PART_MIN = 5 * 1024 * 1024
"""The minimum size of S3's parts, except the last."""

PARTS_MAX = 10_000

MAX_NAME_BYTES = 240
"""File systems hold 255; browsers add to a name while they save it, and a number when it exists."""

INLINE_TYPES = frozenset(
    {
        "image/webp",
        "image/png",
        "image/jpeg",
        "image/gif",
        "video/mp4",
        "video/webm",
        "audio/mpeg",
        "audio/mp4",
        "text/vtt",
    }
)
"""Media types that a browser may display. Others are attachments: uploaded HTML or SVG must never run."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class StoreUnavailable(Exception):
    """The store can't be reached or is busy. A later try may succeed."""


class ObjectMissing(Exception):
    """There is no object under this key."""


class UploadMissing(Exception):
    """The multipart upload was completed, aborted or never started."""


class PartsRefused(Exception):
    """The parts can't be assembled, or a part differs from what was signed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A received part. ``size`` in bytes; ``etag`` without quotes."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A PUT request to send with exactly these headers before it expires.

    ``url`` may be relative to the site.
    """

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    key: str
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class OpenUpload:
    key: str
    upload_id: str
    started: datetime


class ObjectStore(Protocol):
    def start_multipart(self, key: str, *, media_type: str, part_size: int) -> str:
        """Start an upload and return its id. All parts but the last must have ``part_size`` bytes."""

    def sign_part(
        self, key: str, upload_id: str, number: int, *, size: int, md5: str | None, expires: timedelta
    ) -> SignedRequest:
        """Sign a PUT for one part of ``size`` bytes; with ``md5`` (base64) other bytes are refused."""

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        """Store a part sent by the server itself: from the form without JavaScript, and imports."""

    def list_parts(self, key: str, upload_id: str) -> list[Part]:
        """Parts received so far, ordered by number. Raises UploadMissing."""

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Assemble the parts. Idempotent. Raises UploadMissing or PartsRefused."""

    def abort(self, key: str, upload_id: str) -> None:
        """Delete an unfinished upload. Idempotent."""

    def open_uploads(self) -> Iterator[OpenUpload]:
        """Every unfinished upload, to find the abandoned ones."""

    def delete_temporary(self, older_than: datetime) -> None:
        """Delete temporary files that crashes left behind."""

    def head(self, key: str) -> ObjectInfo | None: ...

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Stream an object (or a range of it) in chunks of at most 1 MiB. Raises ObjectMissing."""

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Store or replace a small object."""

    def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        """Store a file of any size. Memory stays flat."""

    def fetch(self, key: str, path: Path) -> None:
        """Copy an object to a local file. Memory stays flat. Raises ObjectMissing, without leaving a file."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects. Idempotent."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]: ...

    def sign_get(
        self,
        key: str,
        *,
        filename: str | None,
        media_type: str,
        inline: bool,
        expires: timedelta,
        stable_for: timedelta | None = None,
    ) -> str:
        """A URL of the object that is valid for ``expires``. ``inline`` has an effect for INLINE_TYPES only.

        ``stable_for``: the URL stays the same within windows of this length, so that browsers can cache the object; it is
        then valid for at least ``expires`` and at most ``expires + stable_for``.
        """


def check_key(key: str) -> str:
    """Raises ValueError unless the key consists of ASCII path segments without leading dots."""
    if len(key) > 500 or not _KEY.fullmatch(key):
        raise ValueError(f"Not a key of this store: {key!r}")
    return key


def disposition(filename: str | None, *, media_type: str, inline: bool) -> str:
    """A Content-Disposition header (RFC 6266).

    Non-ASCII names are sent as filename*, with an ASCII fallback.
    """
    kind = "inline" if inline and media_type in INLINE_TYPES else "attachment"
    if not filename:
        return kind
    name = _fit("".join(character for character in filename if character.isprintable()) or "file")
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    if plain == name:
        return f'{kind}; filename="{plain}"'
    stem, dot, extension = plain.rpartition(".")
    fallback = f"{stem.strip('_ ') or 'file'}{dot}{extension}" if dot else plain.strip("_ ") or "file"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def _fit(name: str) -> str:
    """``name`` in at most MAX_NAME_BYTES of UTF-8: its end is cut off, its extension kept."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    suffix = dot + extension if stem and len(extension.encode()) <= 20 else ""
    start = (stem if suffix else name).encode()[: MAX_NAME_BYTES - len(suffix.encode())]
    return start.decode(errors="ignore").rstrip() + suffix


def window_start(moment: datetime, stable_for: timedelta | None) -> datetime:
    """The start of the window that contains the moment, or the moment itself in whole seconds."""
    seconds = int(moment.timestamp())
    if stable_for:
        seconds -= seconds % int(stable_for.total_seconds())
    return datetime.fromtimestamp(seconds, tz=moment.tzinfo)
