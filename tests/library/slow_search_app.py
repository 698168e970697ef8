"""A WSGI application whose pages take their time. Each answer names its process and how many searches ran beside it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

SECONDS = 0.05

_lock = threading.Lock()
_searches = 0


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    global _searches
    is_search = environ["PATH_INFO"] == "/search/"
    with _lock:
        _searches += is_search
        beside = _searches
    time.sleep(SECONDS)
    with _lock:
        _searches -= is_search
    body = f"{os.getpid()} {beside}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
