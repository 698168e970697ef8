"""Signed, expiring URLs of the local store: its counterpart of S3's presigned URLs.

The signature covers method, path and every parameter. URLs are relative, so they work under any host name of the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django.core.signing import BadSignature, Signer

from resources.storage.base import window_start

PARTS = "/store/parts/"
OBJECTS = "/store/objects/"


class InvalidLink(Exception):
    """The URL was altered, was signed for another purpose, or has expired."""


@dataclass(frozen=True, slots=True)
class PartLink:
    """The contents of a URL for uploading one part.

    ``md5``: base64, or empty when the URL does not bind the bytes.
    """

    key: str
    upload_id: str
    number: int
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """The contents of a URL for downloading an object. ``expires``: POSIX seconds."""

    key: str
    filename: str
    media_type: str
    inline: bool
    expires: int


class UrlSigner:
    def __init__(self, secret: str) -> None:
        # A salt of its own for each purpose: a URL for reading is never valid for writing.
        self._part = Signer(key=secret, salt="resources.storage.part", fallback_keys=[])
        self._object = Signer(key=secret, salt="resources.storage.object", fallback_keys=[])

    def part_url(self, link: PartLink, *, now: datetime, expires: timedelta) -> str:
        path = f"{PARTS}{link.upload_id}/{link.number}"
        fields = {"key": link.key, "size": str(link.size), "md5": link.md5, "expires": _until(now, expires)}
        return _sign(self._part, path, fields)

    def object_url(
        self,
        key: str,
        *,
        filename: str | None,
        media_type: str,
        inline: bool,
        now: datetime,
        expires: timedelta,
        stable_for: timedelta | None,
    ) -> str:
        until = _until(window_start(now, stable_for), expires + (stable_for or timedelta()))
        fields = {"name": filename or "", "type": media_type, "inline": "1" if inline else "0", "expires": until}
        return _sign(self._object, OBJECTS + quote(key), fields)

    def read_part_url(self, upload_id: str, number: int, query: Mapping[str, str], *, now: datetime) -> PartLink:
        """Verify the URL of a part. Raises InvalidLink."""
        fields = _verify(self._part, f"{PARTS}{upload_id}/{number}", query, now)
        return PartLink(fields["key"], upload_id, number, int(fields["size"]), fields["md5"])

    def read_object_url(self, key: str, query: Mapping[str, str], *, now: datetime) -> ObjectLink:
        """Verify the URL of an object. Raises InvalidLink."""
        fields = _verify(self._object, OBJECTS + quote(key), query, now)
        return ObjectLink(key, fields["name"], fields["type"], fields["inline"] == "1", int(fields["expires"]))


def _sign(signer: Signer, path: str, fields: Mapping[str, str]) -> str:
    url = _url(path, fields)
    return f"{url}&sig={signer.signature(url)}"


def _verify(signer: Signer, path: str, query: Mapping[str, str], now: datetime) -> dict[str, str]:
    fields = dict(query.items())
    signature = fields.pop("sig", "")
    try:
        signer.unsign(f"{_url(path, fields)}{signer.sep}{signature}")
    except BadSignature as error:
        raise InvalidLink("signature") from error
    if int(fields["expires"]) < now.timestamp():
        raise InvalidLink("expired")
    return fields


def _url(path: str, fields: Mapping[str, str]) -> str:
    """The URL in canonical form: parameters sorted by name."""
    return f"{path}?{urlencode(sorted(fields.items()), errors='surrogatepass')}"


def _until(now: datetime, expires: timedelta) -> str:
    return str(int((now + expires).timestamp()))
