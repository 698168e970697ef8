"""The browser module's upload, without a browser: three lanes, parts made ready and signed several at a time, ahead."""

from __future__ import annotations

import base64
import hashlib
import threading
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from tests.journeys.client import Client

LANES = 3
SIGNED_AT_ONCE = 8
SMALL = 8 * 1024 * 1024


@dataclass(frozen=True)
class Ready:
    number: int
    data: bytes
    signed: dict[str, Any]


class Ahead:
    """As parts-ahead.js: 1, 2, 4, then 8 parts are prepared while those before them are sent."""

    def __init__(self, count: int, prepare: Callable[[Sequence[int]], list[Ready]]) -> None:
        self._numbers = deque(range(1, count + 1))
        self._prepare = prepare
        self._size = 1
        self._ready: deque[Ready] = deque()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1)
        self._coming = self._begin()

    def _begin(self) -> Future[list[Ready]] | None:
        numbers = [self._numbers.popleft() for _ in range(min(self._size, len(self._numbers)))]
        self._size = min(self._size * 2, SIGNED_AT_ONCE)
        return self._pool.submit(self._prepare, numbers) if numbers else None

    def next(self) -> Ready | None:
        with self._lock:
            if not self._ready:
                if self._coming is None:
                    self._pool.shutdown(wait=False)
                    return None
                self._ready.extend(self._coming.result())
                self._coming = self._begin()
            return self._ready.popleft()


def send(client: Client, path: Path) -> dict[str, Any]:
    """Upload a file of any size; the finished session as the API tells it."""
    body: dict[str, Any] = {"name": path.name, "size": path.stat().st_size, "idempotency_key": uuid.uuid4().hex}
    whole = path.read_bytes() if body["size"] <= SMALL else b""
    if whole:
        body["md5"] = _md5(whole)
    made = client.api("POST", "uploads", body)

    def prepare(numbers: Sequence[int]) -> list[Ready]:
        if made["signed"]:
            return [Ready(1, whole, made["signed"][0])]
        pieces = [_piece(path, number, made["part_size"]) for number in numbers]
        wanted = [{"number": number, "md5": _md5(data)} for number, data in zip(numbers, pieces, strict=True)]
        signed = client.api("POST", f"uploads/{made['uid']}/parts", {"parts": wanted})
        return [Ready(*one) for one in zip(numbers, pieces, signed, strict=True)]

    ahead = Ahead(made["part_count"], prepare)

    def lane(_number: int) -> None:
        with requests.Session() as line:
            while part := ahead.next():
                target = urljoin(client.url, part.signed["url"])
                line.put(target, data=part.data, headers=part.signed["headers"], timeout=300).raise_for_status()

    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(lane, range(LANES)))
    done: dict[str, Any] = client.api("POST", f"uploads/{made['uid']}/complete")
    return done


def _piece(path: Path, number: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek((number - 1) * size)
        return file.read(size)


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
