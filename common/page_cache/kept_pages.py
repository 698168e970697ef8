"""Pages as the cache holds them, one maker at a time."""

from __future__ import annotations

import hashlib
import logging
import pickle
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import http_date

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds to wait for another thread that makes the same page."""
_UNREADABLE = (OSError, EOFError, ValueError, AttributeError, ImportError, pickle.UnpicklingError, zlib.error)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """``facts``: what counting a view of the page needs. ``until``: seconds since the epoch."""

    stamp: str
    until: float
    headers: tuple[tuple[str, str], ...]
    body: bytes
    facts: Any

    @property
    def etag(self) -> str:
        return dict(self.headers)["ETag"]

    def answers(self, stamp: str) -> bool:
        return self.stamp == stamp and timezone.now().timestamp() < self.until

    def response(self, *, body: bytes | None = None, without: Iterable[str] = ()) -> HttpResponse:
        headers = {name: value for name, value in self.headers if name not in without}
        return HttpResponse(self.body if body is None else body, headers=headers)


def kept_page(response: HttpResponse, *, stamp: str, until: float, facts: Any, before: KeptPage | None) -> KeptPage:
    """``before``: the page this one replaces. With the same content it keeps its date."""
    now = timezone.now().timestamp()
    headers = dict(response.items())
    digest = hashlib.sha256(headers.get("Content-Type", "").encode() + b"\0" + response.content).hexdigest()
    headers["ETag"] = f'"{digest[:32]}"'
    same = before is not None and before.etag == headers["ETag"]
    headers.setdefault("Last-Modified", dict(before.headers)["Last-Modified"] if before and same else http_date(now))
    return KeptPage(stamp, until, tuple(headers.items()), response.content, facts)


def load(key: str) -> KeptPage | None:
    """Also a page that is out of date. A damaged or foreign entry is no page."""
    try:
        found = caches["pages"].get(key)
    except _UNREADABLE:
        log.warning("a kept page could not be read", exc_info=True)
        return None
    return found if isinstance(found, KeptPage) else None


def keep(key: str, page: KeptPage) -> None:
    """Store a page. If the disk is full, log a warning and go on without."""
    try:
        caches["pages"].set(key, page, timeout=page.until - timezone.now().timestamp())
    except OSError:
        log.warning("a page could not be kept", exc_info=True)


_lock = threading.Lock()
_making: dict[str, threading.Event] = {}


@contextmanager
def one_maker(key: str) -> Iterator[None]:
    """Hold up other threads of this process that want the same page, at most PATIENCE seconds."""
    with _lock:
        running = _making.get(key)
        if running is None:
            mine = _making[key] = threading.Event()
    if running is not None:
        running.wait(PATIENCE)
        yield
        return
    try:
        yield
    finally:
        with _lock:
            del _making[key]
        mine.set()
