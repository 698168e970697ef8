"""What the library asks of a store, in its own words. Two implementations: a private local folder and any S3.

Errors mean the same in both: ``StoreUnavailable`` is worth another try, the others are answers.
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
"""S3's smallest part, the last one excepted."""

PARTS_MAX = 10_000

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
"""What a browser may show from the store. Everything else is an attachment: uploaded HTML or SVG must never run."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class StoreUnavailable(Exception):
    """The store could not answer now. Try later."""


class ObjectMissing(Exception):
    """There is no object under this key."""


class UploadMissing(Exception):
    """The multipart upload is unknown: completed, aborted or never started."""


class PartsRefused(Exception):
    """The parts can't be put together as asked, or a part is not what was signed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A received part. ``size`` in bytes; ``etag`` as the store names it, without quotes."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A PUT anybody may send until it expires, with exactly these headers. ``url`` may be relative to the site."""

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
        """Begin an upload and return its id. All parts but the last have ``part_size`` bytes (some stores insist)."""

    def sign_part(
        self, key: str, upload_id: str, number: int, *, size: int, md5: str | None, expires: timedelta
    ) -> SignedRequest:
        """A PUT for one part of exactly ``size`` bytes; with ``md5`` (base64) the store refuses other bytes."""

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        """Send a part from the server itself: the form without JavaScript, imports."""

    def list_parts(self, key: str, upload_id: str) -> list[Part]:
        """Parts received so far, by number. Raises UploadMissing."""

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Put the parts together. Done already = fine. Raises UploadMissing or PartsRefused."""

    def abort(self, key: str, upload_id: str) -> None:
        """Throw an unfinished upload away. Unknown = fine."""

    def open_uploads(self) -> Iterator[OpenUpload]:
        """Every unfinished upload, to find the ones nobody remembers."""

    def tidy(self, older_than: datetime) -> None:
        """Throw away what crashes left behind and no upload owns."""

    def head(self, key: str) -> ObjectInfo | None: ...

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Stream an object (or a range of it) in chunks of at most 1 MiB. Raises ObjectMissing."""

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Store a small derived object, replacing what was there."""

    def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        """Store a file of any size with flat memory."""

    def fetch(self, key: str, path: Path) -> None:
        """Copy an object to a local file with flat memory. Raises ObjectMissing; then no file is left."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects. Missing = fine."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]: ...

    def sign_get(
        self,
        key: str,
        *,
        filename: str | None,
        media_type: str,
        inline: bool,
        expires: timedelta,
        steady: timedelta | None = None,
    ) -> str:
        """An address that gives the object until it expires.

        ``steady``: the address stays the same inside windows of this length (browsers cache by address); it is then
        valid for at least ``expires`` and at most ``expires + steady``. ``inline`` only works for INLINE_TYPES.
        """


def check_key(key: str) -> str:
    """Keys are chosen by the server: ASCII path segments, no dots in front. Raises ValueError for anything else."""
    if len(key) > 500 or not _KEY.fullmatch(key):
        raise ValueError(f"Not a key of this store: {key!r}")
    return key


def disposition(filename: str | None, *, media_type: str, inline: bool) -> str:
    """The Content-Disposition of RFC 6266; a non-ASCII name goes as filename*, with an ASCII name for old clients."""
    kind = "inline" if inline and media_type in INLINE_TYPES else "attachment"
    if not filename:
        return kind
    name = "".join(character for character in filename if character.isprintable()) or "file"
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    if plain == name:
        return f'{kind}; filename="{plain}"'
    stem, dot, extension = plain.rpartition(".")
    fallback = f"{stem.strip('_ ') or 'file'}{dot}{extension}" if dot else plain.strip("_ ") or "file"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def window_start(moment: datetime, steady: timedelta | None) -> datetime:
    """The beginning of the steady window a moment lies in; the moment itself, to the second, without one."""
    seconds = int(moment.timestamp())
    if steady:
        seconds -= seconds % int(steady.total_seconds())
    return datetime.fromtimestamp(seconds, tz=moment.tzinfo)
