"""Signed, expiring addresses of the local store: what S3's presigned addresses are for a bucket.

The signature covers method, path and every parameter; an altered address answers 403. Addresses are relative, so they
work under whichever host name the browser used.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from resources.storage.base import window_start

PARTS = "/store/parts/"
OBJECTS = "/store/objects/"


class LinkRefused(Exception):
    """The address was altered, belongs to something else, or has expired."""


@dataclass(frozen=True, slots=True)
class PartLink:
    """A verified address for one part. ``md5`` is base64, empty when the address does not bind the bytes."""

    key: str
    upload_id: str
    number: int
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class ObjectLink:
    key: str
    filename: str
    media_type: str
    inline: bool
    expires: int


class Signer:
    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"library-store-links:" + secret.encode()).digest()

    def part(self, link: PartLink, *, now: datetime, expires: timedelta) -> str:
        path = f"{PARTS}{link.upload_id}/{link.number}"
        fields = {"key": link.key, "size": str(link.size), "md5": link.md5, "expires": _until(now, expires)}
        return self._signed("PUT", path, fields)

    def object(
        self,
        key: str,
        *,
        filename: str | None,
        media_type: str,
        inline: bool,
        now: datetime,
        expires: timedelta,
        steady: timedelta | None,
    ) -> str:
        until = _until(window_start(now, steady), expires + (steady or timedelta()))
        fields = {"name": filename or "", "type": media_type, "inline": "1" if inline else "0", "expires": until}
        return self._signed("GET", OBJECTS + quote(key), fields)

    def read_part(self, upload_id: str, number: int, query: Mapping[str, str], *, now: datetime) -> PartLink:
        fields = self._verified("PUT", f"{PARTS}{upload_id}/{number}", query, now)
        return PartLink(fields["key"], upload_id, number, int(fields["size"]), fields["md5"])

    def read_object(self, key: str, query: Mapping[str, str], *, now: datetime) -> ObjectLink:
        fields = self._verified("GET", OBJECTS + quote(key), query, now)
        return ObjectLink(key, fields["name"], fields["type"], fields["inline"] == "1", int(fields["expires"]))

    def _signed(self, method: str, path: str, fields: Mapping[str, str]) -> str:
        query = _canonical(fields.items())
        return f"{path}?{query}&sig={self._signature(method, path, query)}"

    def _verified(self, method: str, path: str, query: Mapping[str, str], now: datetime) -> dict[str, str]:
        fields = dict(query.items())
        given = fields.pop("sig", "")
        expected = self._signature(method, path, _canonical(fields.items()))
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise LinkRefused("signature")
        if int(fields["expires"]) < now.timestamp():
            raise LinkRefused("expired")
        return fields

    def _signature(self, method: str, path: str, query: str) -> str:
        return hmac.new(self._secret, f"{method}\n{path}\n{query}".encode(), hashlib.sha256).hexdigest()


def _canonical(items: Iterable[tuple[str, str]]) -> str:
    return urlencode(sorted(items), errors="surrogatepass")


def _until(now: datetime, expires: timedelta) -> str:
    return str(int((now + expires).timestamp()))
