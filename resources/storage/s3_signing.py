"""Presigned URLs that stay the same for a while, and the checksum that old S3 calls need."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.auth import HmacV1QueryAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from resources.storage.base import window_start


class WindowSigner:
    """Presigns with the start of a time window, because boto3 always uses the current second."""

    def __init__(self, credentials: Credentials, *, region: str, version: str) -> None:
        self._credentials, self._region, self._version = credentials, region, version

    def sign(self, url: str, *, expires: timedelta, stable_for: timedelta) -> str:
        request = AWSRequest(method="GET", url=url)
        now = datetime.now(UTC)
        start = window_start(now, stable_for)
        seconds = int((expires + stable_for).total_seconds())
        if self._version == "s3v4":
            _WindowAuth(self._credentials, "s3", self._region, seconds, start=start).add_auth(request)
        else:
            left = seconds - int(now.timestamp()) + int(start.timestamp())
            HmacV1QueryAuth(self._credentials, expires=left).add_auth(request)
        return str(request.url)


class _WindowAuth(S3SigV4QueryAuth):
    """Signature version 4, dated at the start of the window."""

    def __init__(self, *args: Any, start: datetime) -> None:
        super().__init__(*args)
        self._start = start

    def _modify_request_before_signing(self, request: Any) -> None:
        request.context["timestamp"] = self._start.strftime("%Y%m%dT%H%M%SZ")
        super()._modify_request_before_signing(request)  # type: ignore[misc]


def add_md5(request: Any, **_: Any) -> None:
    """Add Content-MD5, which many compatible stores still require; boto3 sends CRC32 only."""
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = base64.b64encode(digest).decode()


def without_signature(url: str) -> str:
    """The presigned URL with its ``response-*`` parameters only."""
    base, _, query = url.partition("?")
    ours = [pair for pair in query.split("&") if pair.startswith("response-")]
    return f"{base}?{'&'.join(ours)}"
