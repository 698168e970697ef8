"""A web process asks itself for the pages everybody opens before it answers anybody. Used by library/serving/gunicorn.py.

Templates, routes, the dictionary and the index are read when they are first needed: half a second to two seconds, which
would else be the wait of the first reader of every process, after a restart and whenever one is replaced. Not read once
before the processes part (gunicorn's preloading): open indexes, connections and threads don't survive that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings

log = logging.getLogger(__name__)

PAGES = ("/", "/search/")
"""Neither writes anything: a search without words is not noted."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]
"""Django's WSGI handler, whose answers can be closed (PEP 3333)."""


def warm(application: Application, pages: Iterable[str] = PAGES) -> list[int]:
    """Ask ``application`` for ``pages``; returns the statuses. Never raises: a process that is not warm only starts slower."""
    try:
        return [_get(application, page) for page in pages]
    except Exception:
        log.warning("the first pages could not be made in advance", exc_info=True)
        return []


def _get(application: Application, path: str) -> int:
    site = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "HTTP_HOST": site.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        # As the proxy says it; without it production would answer with the way to https.
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "QUERY_STRING": "",
    }
    setup_testing_defaults(environ)
    statuses: list[int] = []
    with closing(application(environ, lambda status, *_rest: statuses.append(int(status.split()[0])))) as answer:
        for _part in answer:
            pass
    return statuses[0]
